import { decimal, integerFromDecimal, isoDate, remembering, text } from './convert.ts'
import { source } from './source.ts'

/** Monthly consumption of activité partielle (raw-formats §2.9). `MOIS` is kept as given, whatever its day. */
export const apconso = source({
  name: 'apconso',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ',', quotes: 'strict' },
  fileNames: { rule: 1, pattern: /^consommation_ap\.csv$/ },
  columns: ['ID_DA', 'ETAB_SIRET', 'HEURES', 'MONTANTS', 'EFFECTIFS', 'MOIS'],
  open({ read }) {
    const id = read('ID_DA', text)
    const siret = read('ETAB_SIRET', text)
    const heures = read('HEURES', decimal)
    const montant = read('MONTANTS', decimal)
    const effectif = read('EFFECTIFS', integerFromDecimal)
    const mois = read('MOIS', remembering(isoDate))
    return (cells, out) => {
      out.emit(siret(cells, out), {
        id_conso: id(cells, out),
        heure_consomme: heures(cells, out),
        montant: montant(cells, out),
        effectif: effectif(cells, out),
        periode: mois(cells, out),
      })
    }
  },
})
