import { daysBetween, monthIndex } from '../month.ts'
import { documented } from './documentation-types.ts'
import { amountOf, type Columns, columnOf, type EntriesOfType, type Frame, isDate, periodeAt } from './frame.ts'

export const DELAI_VARIABLES = documented('delais', [
  ['delai_nb_jours_restants', 'integer', 'days', 'a delai covers the month', '-', 'days from the first of the month to date_echeance'],
  ['delai_nb_jours_total', 'integer', 'days', 'a delai covers the month', '-', 'duree_delai'],
  ['delai_montant_echeancier', 'number', '€', 'a delai covers the month', '-', 'montant_echeancier'],
  [
    'delai_deviation_remboursement',
    'number',
    'ratio',
    'a delai covers the month and its debts are computed',
    '-',
    '(debt - montant x restants / duree) / montant',
  ],
])

/** Payment schedules: on each month a later one of the document takes the place of an earlier one (refine §3.9). */
export const writeDelais = (columns: Columns, frame: Frame, entries: EntriesOfType, hasDettes: boolean): void => {
  for (const entry of entries?.values() ?? []) {
    const { duree_delai: duree, date_creation: creation, date_echeance: echeance } = entry
    if (typeof duree !== 'number' || !(duree > 0) || !isDate(creation) || !isDate(echeance)) continue
    const montant = entry['montant_echeancier']
    const last = Math.min(frame.count, monthIndex(echeance) - frame.first)
    for (let place = Math.max(0, monthIndex(creation) - frame.first); place < last; place++) {
      const restants = daysBetween(periodeAt(frame, place), echeance)
      columnOf(columns, 'delai_nb_jours_restants', frame.count)[place] = restants
      columnOf(columns, 'delai_nb_jours_total', frame.count)[place] = duree
      columnOf(columns, 'delai_montant_echeancier', frame.count)[place] = typeof montant === 'number' || montant === null ? montant : undefined
      if (hasDettes) columnOf(columns, 'delai_deviation_remboursement', frame.count)[place] = deviation(columns, place, amountOf(montant), restants / duree)
    }
  }
}

/** How far the debt is from what a regular repayment would leave, as a part of the whole; not finite for a schedule of 0 €. */
const deviation = (columns: Columns, place: number, montant: number, remaining: number): number => {
  const amountAt = (name: string): number => Number(columns[name]?.[place] ?? 0)
  const debt = amountAt('montant_part_ouvriere') + amountAt('montant_part_patronale')
  return (debt - montant * remaining) / montant
}
