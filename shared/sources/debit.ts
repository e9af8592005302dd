import type { Entry } from '../domain/entity.ts'
import { addMonths, firstOfMonth, formatDay } from '../domain/month.ts'
import { boolean, type Convert, decimal, integer, period, remembering, text, urssafDay, ZERO_DATE } from './convert.ts'
import { source } from './source.ts'

/** History of débits (raw-formats §2.3). Amounts are centimes in the file, euros in the tuple. */
export const debit = source({
  name: 'debit',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'strict' },
  mapping: true,
  fileNames: { rule: 11, pattern: /_debits/ },
  columns: [
    'num_cpte',
    'Num_Ecn',
    'Dt_trt_ecn',
    'Mt_PO',
    'Mt_PP',
    'Num_Hist_Ecn',
    'Etat_cpte',
    'Cd_pro_col',
    'Periode',
    'Cd_op_ecn',
    'Motif_ecn',
    'Recours_en_cours',
  ],
  open({ read, siretOf, switches }) {
    const compte = read('num_cpte', text)
    const ecart = read('Num_Ecn', text)
    const traitement = read(
      'Dt_trt_ecn',
      remembering((cell, fault) => {
        const date = urssafDay(cell, fault)
        return { date, priseEnCompte: priseEnCompte(date) }
      }),
    )
    const ouvriere = read('Mt_PO', centimes('Mt_PO'))
    const patronale = read('Mt_PP', centimes('Mt_PP'))
    const historique = read('Num_Hist_Ecn', integer)
    const etat = read('Etat_cpte', integer)
    const procedure = read('Cd_pro_col', text)
    const periode = read(
      'Periode',
      remembering((cell, fault) => {
        const interval = period(cell, fault)
        return { interval, name: compact(interval.start) + compact(interval.end) }
      }),
    )
    const operation = read('Cd_op_ecn', text)
    const motif = read('Motif_ecn', text)
    const recours = read('Recours_en_cours', boolean)
    const siret = siretOf('num_cpte')
    return (cells, out) => {
      const { interval, name } = periode(cells, SILENT)
      const key = siret(cells, out, () => interval.start)
      if (key === undefined) return
      const numero_ecart_negatif = ecart(cells, out)
      const { date, priseEnCompte: periode_prise_en_compte } = traitement(cells, out)
      const value: Entry = {
        numero_compte: compte(cells, out),
        numero_ecart_negatif,
        date_traitement: date,
        part_ouvriere: ouvriere(cells, out),
        part_patronale: patronale(cells, out),
        numero_historique: historique(cells, out),
        etat_compte: etat(cells, out),
        code_procedure_collective: procedure(cells, out),
        // Its error has its place among those of the row.
        periode: interval.start === ZERO_DATE ? periode(cells, out).interval : interval,
        code_operation_ecart_negatif: operation(cells, out),
        code_motif_ecart_negatif: motif(cells, out),
        recours_en_cours: recours(cells, out),
      }
      if (switches.extensions) {
        value.periode_prise_en_compte = periode_prise_en_compte
        value.debit_id = key + name + numero_ecart_negatif
      }
      out.emit(key, value)
    }
  },
})

/** The period first selects the SIRET, whatever it is. */
const SILENT = { fault: () => {} }

/** In euros. An empty amount crashes the reference: an error here. */
const centimes =
  (name: string): Convert<number> =>
  (cell, fault) => {
    const value = decimal(cell, fault)
    if (value === null) fault(`${name} vide`, 'Un montant en centimes est attendu.')
    return (value ?? 0) / 100
  }

/** First of the month of a date up to the 20th, else of the next month (switch `extensions`). */
const priseEnCompte = (date: Date): Date => (date.getUTCDate() <= 20 ? firstOfMonth(date) : addMonths(firstOfMonth(date), 1))

const compact = (date: Date): string => formatDay(date).replaceAll('-', '')
