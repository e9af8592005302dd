import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { BSON } from 'mongodb'
import type { ImportedValue, RawValue } from '../../shared/domain/entity.ts'

/** The whole set of samples, data of its own beside the project, and the part of it that the project keeps. */
const WHOLE = new URL('../../../shared/conformance/refine/', import.meta.url)
const KEPT = new URL('refine/', import.meta.url)

/** False, and said, when the whole set is not there: the tests that need it are skipped, the others run on what is kept. */
export const hasSamples = existsSync(WHOLE)
if (!hasSamples) console.warn('the whole set of refine samples was not found: the tests that need it are skipped')

const ROOT = hasSamples ? WHOLE : KEPT

/** One document of extended JSON. */
export const readSample = <T>(path: string): T => BSON.EJSON.parse(readFileSync(new URL(path, ROOT), 'utf8'), { relaxed: true }) as T

/** The lines of an NDJSON file. */
export const readLines = <T>(path: string): T[] =>
  readFileSync(new URL(path, ROOT), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => BSON.EJSON.parse(line, { relaxed: true }) as T)

/** Files of a folder of cases, `compact` or `mini`, of which a part is always there. */
export const sampleFiles = (folder: string): string[] =>
  readdirSync(new URL(folder, ROOT))
    .sort()
    .map((name) => `${folder}/${name}`)

export type RawDocument = { _id: string; value: RawValue }
export type ImportedDocument = { value: ImportedValue }
export type SampleBatch = {
  key: string
  complete_types: string[]
  param: { date_debut: Date; date_fin: Date; date_fin_effectif?: Date }
}

/** Equality of refine §8.2: numbers within 1e-9, everything else exactly; absent (`undefined`) is not null. Gives the first difference, or nothing. */
export const firstDifference = (actual: unknown, expected: unknown, path = ''): string | undefined => {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const isClose = Object.is(actual, expected) || actual === expected || Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected))
    return isClose ? undefined : `${path}: ${actual} instead of ${expected}`
  }
  if (actual instanceof Date && expected instanceof Date)
    return actual.getTime() === expected.getTime() ? undefined : `${path}: ${actual.toISOString()} instead of ${expected.toISOString()}`
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return `${path}: ${actual.length} items instead of ${expected.length}`
    return first(expected.map((item, i) => () => firstDifference(actual[i], item, `${path}[${i}]`)))
  }
  if (isPlain(actual) && isPlain(expected)) {
    const keys = [...new Set([...Object.keys(actual), ...Object.keys(expected)])].sort()
    return first(keys.map((key) => () => firstDifference(actual[key], expected[key], `${path}.${key}`)))
  }
  return actual === expected ? undefined : `${path}: ${show(actual)} instead of ${show(expected)}`
}

const first = (checks: (() => string | undefined)[]): string | undefined => {
  for (const check of checks) {
    const found = check()
    if (found !== undefined) return found
  }
  return undefined
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
const show = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value))
