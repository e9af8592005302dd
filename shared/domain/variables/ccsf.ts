import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, isDate, periodeAt, write } from './frame.ts'

export const CCSF_VARIABLES = documented('ccsf', [
  [
    'date_ccsf',
    'date',
    'day',
    'a ccsf entry is strictly older than the first of the month',
    '-',
    'latest date_traitement before the month, whatever its stage',
  ],
])

/** Referrals to the commission des chefs de services financiers (refine §3.11). */
export const writeCcsf = (columns: Columns, frame: Frame, entries: EntriesOfType): void => {
  if (entries === undefined) return
  const dates = [...entries.values()].map((entry) => entry['date_traitement']).filter(isDate)
  const sorted = dates.filter((date) => date.getTime() > 0).sort((a, b) => a.getTime() - b.getTime())
  let known = 0
  for (let place = 0; place < frame.count; place++) {
    const periode = periodeAt(frame, place)
    while (known < sorted.length && (sorted[known]?.getTime() ?? 0) < periode.getTime()) known++
    if (known > 0) write(columns, frame, 'date_ccsf', place, sorted[known - 1])
  }
}
