import { integerOf } from '../domain/urssaf.ts'
import { type Convert, commaDecimal, decimal, frenchDate, frenchDay, integer, integerFromDecimal, isoDate, remembering, text } from './convert.ts'
import { type Opening, type Read, source } from './source.ts'

/**
 * Requests for activité partielle (raw-formats §2.10). `periode.end` is the last day of the period, as given. Rows of the files before May 2021 have dates
 * `JJ/MM/AAAA`, and decimal commas in every amount: a row is one of them when most of its dates are so written, and a date of the other form is an error.
 */
export const apdemande = source({
  name: 'apdemande',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ',', quotes: 'lazy' },
  fileNames: { rule: 2, pattern: /^(?:demande_ap|act_partielle_ddes_depuis2015_FRANCE)\.csv$/ },
  // The last three are read by the reference, which forgot to require them.
  columns: [
    'ID_DA',
    'ETAB_SIRET',
    'EFF_ENT',
    'EFF_ETAB',
    'DATE_STATUT',
    'DATE_DEB',
    'DATE_FIN',
    'HTA',
    'EFF_AUTO',
    'MOTIF_RECOURS_SE',
    'S_HEURE_CONSOM_TOT',
    'PERIMETRE_AP',
    'MTA',
    'S_MONTANT_CONSOM_TOT',
    'S_EFF_CONSOM_TOT',
  ],
  open({ read, switches, unknownCode }) {
    const id = read('ID_DA', text)
    const siret = read('ETAB_SIRET', text)
    const entreprise = read('EFF_ENT', integerFromDecimal)
    const effectif = read('EFF_ETAB', integerFromDecimal)
    const french = datesOf(read, (cell) => frenchDay(cell) !== undefined)
    const [statut, debut, fin] = datesOf(read, isoDate)
    const [oldStatut, oldDebut, oldFin] = datesOf(read, frenchDate)
    const hta = read('HTA', decimal)
    const oldHta = read('HTA', commaDecimal)
    const mta = read('MTA', commaDecimal)
    const autorise = read('EFF_AUTO', integerFromDecimal)
    const motif = read('MOTIF_RECOURS_SE', (cell, fault) => {
      const code = integer(cell, fault)
      // A code that cannot be read is 0, and already told.
      if (code !== null && (code < 1 || code > 7) && integerOf(cell) !== undefined) {
        if (switches.motifRange) fault(`motif de recours hors de 1 à 7 : ${cell}`, 'Un motif de recours de 1 à 7 est attendu.')
        else unknownCode('MOTIF_RECOURS_SE')
      }
      return code
    })
    const heures = read('S_HEURE_CONSOM_TOT', decimal)
    const oldHeures = read('S_HEURE_CONSOM_TOT', commaDecimal)
    const montant = read('S_MONTANT_CONSOM_TOT', commaDecimal)
    const consomme = read('S_EFF_CONSOM_TOT', integerFromDecimal)
    const perimetre = read('PERIMETRE_AP', integer)
    return (cells, out) => {
      const key = siret(cells, out)
      if (key === '') return out.fault('invalidLine', 'Le SIRET est vide.', 'ETAB_SIRET', key)
      const old = french.filter((isFrench) => isFrench(cells, out)).length > 1
      out.emit(key, {
        id_demande: id(cells, out),
        effectif_entreprise: entreprise(cells, out),
        effectif: effectif(cells, out),
        date_statut: (old ? oldStatut : statut)(cells, out),
        periode: { start: (old ? oldDebut : debut)(cells, out), end: (old ? oldFin : fin)(cells, out) },
        hta: (old ? oldHta : hta)(cells, out),
        mta: mta(cells, out),
        effectif_autorise: autorise(cells, out),
        motif_recours_se: motif(cells, out),
        heure_consommee: (old ? oldHeures : heures)(cells, out),
        montant_consommee: montant(cells, out),
        effectif_consomme: consomme(cells, out),
        perimetre: perimetre(cells, out),
      })
    }
  },
})

const datesOf = <T>(read: Opening['read'], date: Convert<T>): [Read<T>, Read<T>, Read<T>] => [
  read('DATE_STATUT', remembering(date)),
  read('DATE_DEB', remembering(date)),
  read('DATE_FIN', remembering(date)),
]
