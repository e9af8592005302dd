import { parseDay } from '../domain/month.ts'
import { boolean, decimal, text } from './convert.ts'
import { nafRev2 } from './naf.ts'
import { type Cells, type Opening, type Out, source, unlessEmpty } from './source.ts'
import { INDREP, TYPE_VOIE } from './voie.ts'

const COLUMNS = [
  'siren',
  'nic',
  'etablissementSiege',
  'complementAdresseEtablissement',
  'numeroVoieEtablissement',
  'indiceRepetitionEtablissement',
  'typeVoieEtablissement',
  'libelleVoieEtablissement',
  'libelleCommuneEtablissement',
  'libelleCommuneEtrangerEtablissement',
  'distributionSpecialeEtablissement',
  'codeCommuneEtablissement',
  'codeCedexEtablissement',
  'libelleCedexEtablissement',
  'codePaysEtrangerEtablissement',
  'libellePaysEtrangerEtablissement',
  'codePostalEtablissement',
  'activitePrincipaleEtablissement',
  'nomenclatureActivitePrincipaleEtablissement',
  'dateCreationEtablissement',
]

/**
 * INSEE register of établissements, `StockEtablissement` (raw-formats §2.15). The key is `siren` then `nic`; the column `siret` is not read. The columns
 * `longitude` and `latitude` of the geocoded version are optional. Closed établissements are imported like open ones.
 */
export const sirene = source({
  name: 'sirene',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ',', quotes: 'strict' },
  emitsFaulty: true,
  fileNames: { rule: 10, pattern: /^StockEtablissement_utf8_geo\.csv$/ },
  columns: ({ extensions }) => (extensions ? [...COLUMNS, 'etatAdministratifEtablissement'] : COLUMNS),
  open(opening) {
    const { read, switches } = opening
    const siren = read('siren', text)
    const nic = read('nic', text)
    const siege = read('etablissementSiege', boolean)
    const complement = read('complementAdresseEtablissement', text)
    const numero = read('numeroVoieEtablissement', text)
    const repetition = read('indiceRepetitionEtablissement', text)
    const typeVoie = read('typeVoieEtablissement', text)
    const voie = read('libelleVoieEtablissement', text)
    const commune = read('libelleCommuneEtablissement', text)
    const communeEtranger = read('libelleCommuneEtrangerEtablissement', text)
    const distribution = read('distributionSpecialeEtablissement', text)
    const codeCommune = read('codeCommuneEtablissement', text)
    const codeCedex = read('codeCedexEtablissement', text)
    const cedex = read('libelleCedexEtablissement', text)
    const codePays = read('codePaysEtrangerEtablissement', text)
    const pays = read('libellePaysEtrangerEtablissement', text)
    const codePostal = read('codePostalEtablissement', text)
    const creation = read('dateCreationEtablissement', text)
    const longitude = read('longitude', decimal)
    const latitude = read('latitude', decimal)
    const etat = read('etatAdministratifEtablissement', text)
    const activite = activityOf(opening)
    return (cells, out) => {
      const activity = activite(cells, out)
      if (activity === undefined) return out.skip()
      const key = siren(cells, out) + nic(cells, out)
      const estSiege = siege(cells, out)
      const x = longitude(cells, out)
      const y = latitude(cells, out)
      if (!out.wants(key)) return out.emit(key, undefined)
      const postal = codePostal(cells, out)
      const insee = /^[0-9][0-9AB][0-9]{3}$/.test(codeCommune(cells, out)) ? codeCommune(cells, out) : ''
      out.emit(key, {
        ...unlessEmpty('siren', siren(cells, out)),
        ...unlessEmpty('nic', nic(cells, out)),
        ...unlessEmpty('siege', estSiege),
        ...unlessEmpty('complement_adresse', complement(cells, out)),
        ...unlessEmpty('numero_voie', numero(cells, out)),
        ...unlessEmpty('indrep', INDREP.get(repetition(cells, out))),
        ...unlessEmpty('type_voie', TYPE_VOIE.get(typeVoie(cells, out))),
        ...unlessEmpty('voie', voie(cells, out)),
        ...unlessEmpty('commune', commune(cells, out)),
        ...unlessEmpty('commune_etranger', communeEtranger(cells, out)),
        ...unlessEmpty('distribution_speciale', distribution(cells, out)),
        ...unlessEmpty('code_commune', insee),
        ...unlessEmpty('code_cedex', codeCedex(cells, out)),
        ...unlessEmpty('cedex', cedex(cells, out)),
        ...unlessEmpty('code_pays_etranger', codePays(cells, out)),
        ...unlessEmpty('pays_etranger', pays(cells, out)),
        ...unlessEmpty('code_postal', isPostalCode(postal) ? postal : ''),
        ...unlessEmpty('departement', departementOf(postal, insee, switches.departementFrom)),
        ...activity,
        ...unlessEmpty('date_creation', parseDay(creation(cells, out))),
        ...unlessEmpty('longitude', x),
        ...unlessEmpty('latitude', y),
        ...(switches.extensions && { est_actif: etat(cells, out) === 'A' }),
      })
    }
  },
})

/** `ape` in the NAF rév. 2, else the activity and its nomenclature as given. Nothing: the row is skipped (switch `skipNonNafRev2`). */
const activityOf = ({ read, switches }: Opening): ((cells: Cells, out: Out) => Record<string, string> | undefined) => {
  const activite = read('activitePrincipaleEtablissement', text)
  const nomenclature = read('nomenclatureActivitePrincipaleEtablissement', text)
  return (cells, out) => {
    const code = activite(cells, out)
    if (code === '') return {}
    const nomen = nomenclature(cells, out)
    if (nomen === 'NAFRev2') return fieldsOf('ape', switches.apeWithDot ? nafRev2(code, true) : withoutDots(code))
    if (switches.skipNonNafRev2) return undefined
    return { code_activite: code, ...fieldsOf('nomen_activite', nomen) }
  }
}

const isPostalCode = (text: string): boolean => /^[0-9]{5}$/.test(text)

const fieldsOf = (field: string, value: string): Record<string, string> => (value === '' ? {} : { [field]: value })

/** Every point removed, four digits and an upper-case letter must be left. */
const withoutDots = (code: string): string => {
  const plain = code.replaceAll('.', '')
  return /^[0-9]{4}[A-Z]$/.test(plain) ? plain : ''
}

/** INSEE writes `[ND]` for an address that is not to be diffused: the rule of 2023 makes a département of it, the one of the pipeline does not. */
const departementOf = (postal: string, insee: string, from: 'postal' | 'commune' | 'commune-or-postal'): string => {
  if (from !== 'postal' && insee !== '') return /^9[78]/.test(insee) ? insee.slice(0, 3) : insee.slice(0, 2)
  if (from === 'commune' || postal.length <= 2 || (from === 'commune-or-postal' && !isPostalCode(postal))) return ''
  if (/^20[01]/.test(postal)) return '2A'
  return postal.startsWith('20') ? '2B' : postal.slice(0, 2)
}
