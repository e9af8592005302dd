import type { Document } from './raw.ts'

/** Is it a document to walk into (not a date, an identifier or another value of BSON)? */
export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof RegExp) && !('_bsontype' in value)

const DIGITS = /^\d+$/

/**
 * Calls `visit` with every value that a dotted path designates (`undefined` where it leads to nothing) until one answers true.
 * An array on the way stands for each of its documents, and for one element when the path names its position.
 */
export const reach = (value: unknown, parts: readonly string[], at: number, visit: (found: unknown) => boolean): boolean => {
  const name = parts[at]
  if (name === undefined) return visit(value)
  if (Array.isArray(value)) {
    if (DIGITS.test(name) && Number(name) < value.length && reach(value[Number(name)], parts, at + 1, visit)) return true
    return value.some((item) => isDocument(item) && reach(item, parts, at, visit))
  }
  return isDocument(value) ? reach(value[name], parts, at + 1, visit) : visit(undefined)
}

/** The same, for conditions on elements: an array at the end of the path is met whole, then element by element. */
export const reachElements = (value: unknown, parts: readonly string[], visit: (found: unknown) => boolean): boolean =>
  reach(value, parts, 0, (found) => visit(found) || (Array.isArray(found) && found.some(visit)))

/** The top-level field of a dotted path. */
export const topOf = (path: string): string => {
  const dot = path.indexOf('.')
  return dot < 0 ? path : path.slice(0, dot)
}
