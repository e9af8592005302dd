import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, intervalOf, periodeAt } from './frame.ts'

export const APART_DEMANDES_VARIABLES = documented(
  'platform_etablissement',
  [
    [
      'apart_jours_demandes_12m',
      'integer',
      'days',
      'the type apdemande is present',
      '-',
      'days of requests within the 12 months that end with this one: motives 1 to 5, more than half of the staff authorised, overlaps counted once; needs no apconso',
    ],
  ],
  { addition: true },
)

const DAY = 86_400_000

type Request = { start: number; end: number }

/**
 * Days asked for over a year of months (detect §7.2, §7.3): requests that start or end within the 12 months, cut to them, those that overlap
 * merged, the last day of each not counted.
 */
export const writeJoursDemandes = (columns: Columns, frame: Frame, demandes: EntriesOfType): void => {
  if (demandes === undefined) return
  const requests = seriousRequests(demandes)
  columns['apart_jours_demandes_12m'] = Array.from({ length: frame.count }, (_, place) => {
    const from = periodeAt(frame, place - 11).getTime()
    const to = periodeAt(frame, place + 1).getTime() - DAY
    return daysOf(requests, from, to)
  })
}

const seriousRequests = (demandes: NonNullable<EntriesOfType>): Request[] => {
  const requests: Request[] = []
  for (const demande of demandes.values()) {
    const { motif_recours_se: motif, effectif, effectif_autorise: autorise } = demande
    const interval = intervalOf(demande)
    if (interval === undefined || typeof motif !== 'number' || motif < 1 || motif > 5) continue
    if (typeof autorise !== 'number' || typeof effectif !== 'number' || !(autorise > 0.5 * effectif)) continue
    requests.push({ start: interval.start.getTime(), end: interval.end.getTime() })
  }
  return requests.sort((a, b) => a.start - b.start)
}

const daysOf = (requests: readonly Request[], from: number, to: number): number => {
  const isWithin = (at: number): boolean => at >= from && at <= to
  let total = 0
  let reached = from
  for (const { start, end } of requests) {
    if (!isWithin(start) && !isWithin(end)) continue
    const begin = Math.max(start, reached)
    const finish = Math.min(end, to)
    if (finish <= begin) continue
    total += finish - begin
    reached = finish
  }
  return Math.round(total / DAY)
}
