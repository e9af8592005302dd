/** Instants as operators write and read them: civil dates and hours of Paris, like the months of the batches. */
import { civilDate } from '../shared/domain/month.ts'

const PARIS = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Paris',
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const)

const parisText = (instant: Date): string => {
  const parts = Object.fromEntries(PARIS.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}`
}

/** « 2025-12-01 à 08:00 », hour of Paris. */
export const formatParis = (instant: Date): string => parisText(instant).replace('T', ' à ')

/** « 2025-12-01 », in Paris. */
export const formatParisDay = (instant: Date): string => parisText(instant).slice(0, 10)

const DAY = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/

/**
 * `AAAA-MM-JJ` (midnight) or `AAAA-MM-JJTHH:MM`, in Paris; nothing when there is no such day or hour. Of an hour that comes twice in autumn, the first; one
 * that spring leaps over does not exist.
 */
export const parseParis = (text: string): Date | undefined => {
  const [, year, month, day, hour = '00', minute = '00'] = DAY.exec(text) ?? []
  if (year === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined
  const midnight = civilDate(Number(year), Number(month), Number(day))
  if (midnight === undefined) return undefined
  const asUtc = midnight.getTime() + (Number(hour) * 60 + Number(minute)) * 60_000
  // Paris is one or two hours ahead of UTC: summer time first
  return [2, 1].map((ahead) => new Date(asUtc - ahead * 3_600_000)).find((instant) => parisText(instant) === `${year}-${month}-${day}T${hour}:${minute}`)
}
