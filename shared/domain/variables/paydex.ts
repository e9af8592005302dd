import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, fill, monthOf, write } from './frame.ts'

const LAGS = [3, 6, 12] as const

export const PAYDEX_VARIABLES = documented('entr_paydex', [
  ['paydex_nb_jours', 'integer', 'days', 'paydex is present', 'unknown', 'nb_jours of the month'],
  ['paydex_nb_jours_past_N', 'integer', 'days', 'paydex is present', 'unknown', 'nb_jours N months before', LAGS],
])

/** Days late of payments to suppliers, by month of their value (refine §3.15). */
export const writePaydex = (columns: Columns, frame: Frame, entries: EntriesOfType): void => {
  if (entries === undefined) return
  for (const lag of [0, ...LAGS]) fill(columns, frame, nameOf(lag), null)
  for (const entry of entries.values()) {
    const month = monthOf(entry['date_valeur'])
    const days = entry['nb_jours']
    if (month === undefined || (typeof days !== 'number' && days !== null)) continue
    for (const lag of [0, ...LAGS]) write(columns, frame, nameOf(lag), month - frame.first + lag, days)
  }
}

const nameOf = (lag: number): string => (lag === 0 ? 'paydex_nb_jours' : `paydex_nb_jours_past_${lag}`)
