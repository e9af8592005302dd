import { parseDay } from '../domain/month.ts'
import { text } from './convert.ts'
import { nafRev2 } from './naf.ts'
import { source, unlessEmpty } from './source.ts'

const COLUMNS = [
  'siren',
  'denominationUniteLegale',
  'prenom1UniteLegale',
  'prenom2UniteLegale',
  'prenom3UniteLegale',
  'prenom4UniteLegale',
  'nomUniteLegale',
  'nomUsageUniteLegale',
  'categorieJuridiqueUniteLegale',
  'dateCreationUniteLegale',
]

/** INSEE register of unités légales, `StockUniteLegale` (raw-formats §2.16). */
export const sireneUl = source({
  name: 'sirene_ul',
  scope: 'entreprise',
  delivery: 'stock',
  dialect: { sep: ',', quotes: 'strict' },
  fileNames: { rule: 9, pattern: /^sireneUL\.csv$/ },
  columns: ({ extensions, skipNonNafRev2 }) => [
    ...COLUMNS,
    ...(extensions ? ['activitePrincipaleUniteLegale', 'etatAdministratifUniteLegale'] : []),
    ...(skipNonNafRev2 ? ['activitePrincipaleUniteLegale', 'nomenclatureActivitePrincipaleUniteLegale'] : []),
  ],
  open({ read, switches }) {
    const siren = read('siren', text)
    const denomination = read('denominationUniteLegale', text)
    const names = (['prenom1', 'prenom2', 'prenom3', 'prenom4', 'nom', 'nom_usage'] as const).map((name) => ({
      field: `${name}_unite_legale`,
      cell: read(`${name === 'nom_usage' ? 'nomUsage' : name}UniteLegale`, text),
    }))
    const statut = read('categorieJuridiqueUniteLegale', text)
    const creation = read('dateCreationUniteLegale', text)
    const activite = read('activitePrincipaleUniteLegale', text)
    const nomenclature = read('nomenclatureActivitePrincipaleUniteLegale', text)
    const naf25 = read('activitePrincipaleNAF25UniteLegale', text)
    const etat = read('etatAdministratifUniteLegale', text)
    return (cells, out) => {
      if (switches.skipNonNafRev2 && activite(cells, out) !== '' && nomenclature(cells, out) !== 'NAFRev2') return out.skip()
      const key = siren(cells, out)
      if (!out.wants(key)) return out.emit(key, undefined)
      out.emit(key, {
        ...unlessEmpty('siren', key),
        raison_sociale: denomination(cells, out),
        ...Object.assign({}, ...names.map(({ field, cell }) => unlessEmpty(field, cell(cells, out)))),
        statut_juridique: statut(cells, out),
        ...unlessEmpty('date_creation', parseDay(creation(cells, out))),
        ...(switches.extensions && {
          ...unlessEmpty('ape', nafRev2(activite(cells, out), switches.apeWithDot)),
          ...unlessEmpty('ape_naf25', naf25(cells, out)),
          est_actif: etat(cells, out) === 'A',
        }),
      })
    }
  },
})
