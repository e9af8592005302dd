/**
 * Calendar arithmetic, in UTC only: the result never depends on the time zone of the machine.
 * A period is the first day of a month at midnight UTC; a month is also written `AAAA-MM`.
 */

/** First day of the UTC month of `date` (refine §0.3 `first`). */
export const firstOfMonth = (date: Date): Date => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1))

/** `count` months later (or earlier), the day kept and running over as `setUTCMonth` does: 31 January + 1 = 3 March (refine §0.3 `plus`). */
export const addMonths = (date: Date, count: number): Date => {
  const moved = new Date(date.getTime())
  moved.setUTCMonth(moved.getUTCMonth() + count)
  return moved
}

/** The instants `from`, one month later than the previous one, … strictly before `to` (refine §0.3 `series`). */
export const monthSeries = (from: Date, to: Date): Date[] => {
  const months: Date[] = []
  for (let at = new Date(from.getTime()); at < to; at = addMonths(at, 1)) months.push(at)
  return months
}

/** Number of the month since year 0: consecutive months are consecutive integers. */
export const monthIndex = (date: Date): number => date.getUTCFullYear() * 12 + date.getUTCMonth()

/** First day of the month of this number, see `monthIndex`. */
export const monthFromIndex = (index: number): Date => new Date(Date.UTC(Math.floor(index / 12), ((index % 12) + 12) % 12, 1))

/** `AAAA-MM`. */
export const formatMonth = (date: Date): string => date.toISOString().slice(0, 7)

/** `AAAA-MM-JJ`. */
export const formatDay = (date: Date): string => date.toISOString().slice(0, 10)

/** Strict `AAAA-MM-JJ`, a day that exists, at midnight UTC; nothing otherwise. */
export const parseDay = (text: string): Date | undefined => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  return found ? civilDate(Number(found[1]), Number(found[2]), Number(found[3])) : undefined
}

/** Midnight UTC of that day, or nothing when the calendar has no such day. `month` is 1 to 12. */
export const civilDate = (year: number, month: number, day: number): Date | undefined => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? date : undefined
}

/** Absolute difference in days of 24 hours, rounded to the nearest integer. */
export const daysBetween = (a: Date, b: Date): number => Math.round(Math.abs(b.getTime() - a.getTime()) / 86_400_000)
