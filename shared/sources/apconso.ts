import { civilDate } from '../domain/month.ts'
import { type Convert, decimal, integerFromDecimal, isoDate, remembering, text } from './convert.ts'
import { source } from './source.ts'

/** Monthly consumption of activité partielle (raw-formats §2.9). `MOIS` is kept as given, whatever its day; `MM/AAAA` in the files before May 2021. */
export const apconso = source({
  name: 'apconso',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ',', quotes: 'strict' },
  fileNames: { rule: 1, pattern: /^(?:consommation_ap|act_partielle_conso_depuis2014_FRANCE)\.csv$/ },
  columns: ['ID_DA', 'ETAB_SIRET', 'HEURES', 'MONTANTS', 'EFFECTIFS', 'MOIS'],
  open({ read }) {
    const id = read('ID_DA', text)
    const siret = read('ETAB_SIRET', text)
    const heures = read('HEURES', decimal)
    const montant = read('MONTANTS', decimal)
    const effectif = read('EFFECTIFS', integerFromDecimal)
    const mois = read('MOIS', remembering(monthOrDay))
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

const monthOrDay: Convert<Date> = (cell, fault) => {
  const found = /^([0-9]{2})\/([0-9]{4})$/.exec(cell)
  const month = found ? civilDate(Number(found[2]), Number(found[1]), 1) : undefined
  return month ?? isoDate(cell, fault)
}
