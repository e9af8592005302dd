import { civilDate } from './month.ts'

/** The two date formats of the URSSAF's files (raw-formats §1.5). */

/** A half-open interval [start, end). */
export type Interval = { start: Date; end: Date }

/** An integer as the reference reads it: optional sign, decimal digits, nothing else (§1.4). Beyond 2^53 − 1 it is not exact any more: nothing. */
export const integerOf = (text: string): number | undefined => {
  const short = shortInteger(text)
  if (short >= 0) return short
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value + 0 : undefined
}

/** One to fifteen digits and nothing else, which is what cells mostly hold: a quarter of the time of the general way. −1 for another text. */
export const shortInteger = (text: string): number => {
  const { length } = text
  if (length === 0 || length > 15) return -1
  let value = 0
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** `(A)AAMMJJ`, the year minus 1900 first: `1160318` is 2016-03-18. Nothing when it is not a day of the calendar. */
export const urssafDate = (text: string): Date | undefined => {
  const value = integerOf(text)
  if (value === undefined) return undefined
  const digits = String(value + 19_000_000)
  if (!/^[0-9]{8}$/.test(digits)) return undefined
  return civilDate(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8)))
}

/** `AAXY` or `AAAAXY`: quarter X, month Y of the quarter (0: the whole quarter), `62`: the whole year. No range check: month numbers roll the year over. */
export const urssafPeriod = (text: string): Interval | undefined => {
  const long = text.length === 4 ? `${text.slice(0, 2) < '50' ? '20' : '19'}${text}` : text
  if (long.length !== 6) return undefined
  const year = integerOf(long.slice(0, 4))
  if (year === undefined) return undefined
  const rest = long.slice(4)
  if (rest === '62') return { start: firstDay(year, 1), end: firstDay(year + 1, 1) }
  if (!/^[0-9]{2}$/.test(rest)) return undefined
  const quarter = (Number(rest[0]) - 1) * 3
  const month = Number(rest[1])
  return month === 0
    ? { start: firstDay(year, quarter + 1), end: firstDay(year, quarter + 4) }
    : {
        start: firstDay(year, quarter + month),
        end: firstDay(year, quarter + month + 1),
      }
}

/** First day of a month numbered from 1; other numbers roll the year over. */
const firstDay = (year: number, month: number): Date => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, 1)
  return date
}

/** A headcount cell: every character that is not a digit goes (§2.7). `unreadable` when no number is left of it; nothing for an empty cell. */
export const headcountOf = (cell: string): number | 'unreadable' | undefined => {
  if (cell === '') return undefined
  const value = integerOf(shortInteger(cell) >= 0 ? cell : cell.replace(/[^0-9]+/g, ''))
  return value ?? 'unreadable'
}

/** The month columns of a wide headcount file: `eff` in lower case, then six digits that are a period; its first day is the month (§2.7). */
export const monthColumnOf = (name: string): Date | undefined => {
  const found = /^eff([0-9]{6})/.exec(name)
  return found?.[1] === undefined ? undefined : urssafPeriod(found[1])?.start
}
