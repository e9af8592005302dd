import { civilDate, parseDay } from '../domain/month.ts'
import { type Interval, integerOf, shortInteger, urssafDate, urssafPeriod } from '../domain/urssaf.ts'

/**
 * Conversions of a cell (raw-formats §1.4, §1.5). There is no trimming. A conversion that fails tells a `Fault` and returns the zero of its
 * type, never null: one place of the reference ignores the error and keeps that zero.
 */

/** Told of a cell that cannot be read: `message` is that of the reference (appendix B), `reason` says in French what was expected. */
export type Fault = (message: string, reason: string) => void

export type Convert<T> = (cell: string, fault: Fault) => T

/** 0001-01-01, what the reference has for a date that it could not read: earlier than everything. */
export const ZERO_DATE: Date = new Date('0001-01-01T00:00:00Z')

export const text: Convert<string> = (cell) => cell

export const integer: Convert<number | null> = (cell, fault) => {
  if (cell === '') return null
  const value = integerOf(cell)
  if (value === undefined) fault(parsing('Atoi', cell), 'Un nombre entier est attendu, sans blanc ni décimale.')
  return value ?? 0
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

export const decimal: Convert<number | null> = (cell, fault) => {
  if (cell === '') return null
  const short = shortDecimal(cell, false)
  return short === undefined ? longDecimal(cell, fault) : short
}

/** Every comma is a point. */
export const commaDecimal: Convert<number | null> = (cell, fault) => {
  if (cell === '') return null
  const short = shortDecimal(cell, true)
  if (short !== undefined) return short
  return longDecimal(cell.replaceAll(',', '.'), (message) => fault(message, 'Un nombre est attendu, avec une virgule ou un point pour les décimales.'))
}

const longDecimal = (cell: string, fault: Fault): number => {
  const value = DECIMAL.test(cell) ? Number(cell) : Number.NaN
  if (Number.isFinite(value)) return value
  fault(parsing('ParseFloat', cell), 'Un nombre est attendu, avec un point pour les décimales.')
  return 0
}

/**
 * An optional minus, digits, perhaps a point (or a comma) and digits, fifteen digits at most: the quotient of two exact doubles is the nearest one, as
 * the general way gives it. Nothing for another text.
 */
const shortDecimal = (cell: string, comma: boolean): number | undefined => {
  const negative = cell.charCodeAt(0) === 45
  const from = negative ? 1 : 0
  const { length } = cell
  if (length === from || length > 16) return undefined
  let digits = 0
  let point = -1
  for (let at = from; at < length; at++) {
    const code = cell.charCodeAt(at)
    if (code >= 48 && code <= 57) digits = digits * 10 + code - 48
    else if (point < 0 && (code === 46 || (comma && code === 44))) point = at
    else return undefined
  }
  if (digits > Number.MAX_SAFE_INTEGER || (point >= 0 && length - from === 1)) return undefined
  const value = point < 0 ? digits : digits / (POWERS[length - point - 1] ?? 1)
  return negative ? -value : value
}

const POWERS = Array.from({ length: 17 }, (_, exponent) => 10 ** exponent)

/** A decimal truncated toward zero: `16.0` is 16. */
export const integerFromDecimal: Convert<number | null> = (cell, fault) => {
  const value = decimal(cell, fault)
  return value === null ? null : Math.trunc(value) + 0
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

export const boolean: Convert<boolean> = (cell, fault) => {
  if (cell === '0') return false
  if (TRUE.has(cell)) return true
  if (!FALSE.has(cell)) fault(parsing('ParseBool', cell), 'Un booléen est attendu : 0, 1, true ou false.')
  return false
}

/** A conversion to a date: `read` gives nothing when the cell is not one. */
export const dated =
  (
    read: (cell: string) => Date | undefined,
    layout: string,
    message = (cell: string): string => `parsing time ${JSON.stringify(cell)}: not a date of the form ${layout}`,
  ): Convert<Date> =>
  (cell, fault) => {
    const date = read(cell)
    if (date === undefined) fault(message(cell), `Une date qui existe est attendue, sous la forme ${layout}.`)
    return date ?? ZERO_DATE
  }

export const isoDate = dated(parseDay, 'AAAA-MM-JJ')

export const frenchDay = (cell: string): Date | undefined => {
  const found = /^([0-9]{2})\/([0-9]{2})\/([0-9]{4})$/.exec(cell)
  return found ? civilDate(Number(found[3]), Number(found[2]), Number(found[1])) : undefined
}
export const frenchDate = dated(frenchDay, 'JJ/MM/AAAA')

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

export const monthNameDate = dated((cell) => {
  const found = /^([0-9]{2})([A-Za-z]{3})([0-9]{4})$/.exec(cell)
  const month = MONTHS.indexOf(found?.[2]?.toUpperCase() ?? '')
  return found && month >= 0 ? civilDate(Number(found[3]), month + 1, Number(found[1])) : undefined
}, 'JJMMMAAAA (mois en anglais)')

export const urssafDay = dated(urssafDate, '(A)AAMMJJ', (cell) => `valeur non autorisée pour une conversion en date: ${cell}`)

const NO_PERIOD: Interval = { start: ZERO_DATE, end: ZERO_DATE }

export const period: Convert<Interval> = (cell, fault) => {
  const found = urssafPeriod(cell)
  if (found === undefined)
    fault('valeur non autorisée', 'Une période est attendue, sous la forme AAXY ou AAAAXY (X : trimestre, Y : mois du trimestre, 62 : année entière).')
  return found ?? NO_PERIOD
}

/** Remembers what it read: a file repeats few distinct periods and dates. What failed is converted again, to tell its fault. */
export const remembering = <T>(convert: Convert<T>): Convert<T> => {
  const known = new Map<string | number, T>()
  return (cell, fault) => {
    const name = nameOf(cell)
    const found = known.get(name)
    if (found !== undefined) return found
    let faulty = false
    const value = convert(cell, (message, reason) => {
      faulty = true
      fault(message, reason)
    })
    if (!faulty && known.size < MEMORY) known.set(typeof name === 'number' ? name : owned(name), value)
    return value
  }
}

const MEMORY = 10_000

/** A few digits as a number, which is found sooner than a text: digits and how many they are. */
const nameOf = (cell: string): string | number => {
  const digits = cell.length > 8 ? -1 : shortInteger(cell)
  return digits < 0 ? cell : digits * 10 + cell.length
}

/** A text cut from a piece of a file keeps the whole piece in memory: a copy does not. */
export const owned = (cell: string): string => Buffer.from(cell, 'utf8').toString('utf8')

/** The wording of the reference's language. */
export const parsing = (what: 'Atoi' | 'ParseInt' | 'ParseFloat' | 'ParseBool', cell: string): string =>
  `strconv.${what}: parsing ${JSON.stringify(cell)}: invalid syntax`
