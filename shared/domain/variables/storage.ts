import * as z from 'zod'
import type { FeatureColumns, FeatureValue } from '../features.ts'

/**
 * Columns as a document that any store of JSON or BSON keeps whole: absent has no value there, so it is said apart from null.
 * A column is `{ all }` when every month has that value, else the months from `from` on, `absent` listing the places inside `list` that have none.
 */
export type EncodedColumn = { all: StoredValue } | { from: number; list: StoredValue[]; absent?: number[] }
export type StoredValue = Exclude<FeatureValue, undefined>
export type EncodedFeatures = Omit<FeatureColumns, 'columns'> & { columns: Record<string, EncodedColumn> }

/** Columns that are absent everywhere are not stored. */
export const encodeColumns = ({ columns, ...identity }: FeatureColumns): EncodedFeatures => {
  const encoded: Record<string, EncodedColumn> = {}
  for (const [name, values] of Object.entries(columns)) {
    const column = encodeColumn(values)
    if (column !== undefined) encoded[name] = column
  }
  return { ...identity, columns: encoded }
}

const encodeColumn = (values: readonly FeatureValue[]): EncodedColumn | undefined => {
  const from = values.findIndex((value) => value !== undefined)
  if (from < 0) return undefined
  const first = values[from]
  if (first !== undefined && from === 0 && values.every((value) => isSameValue(value, first))) return { all: first }
  const last = values.findLastIndex((value) => value !== undefined)
  const list: StoredValue[] = []
  const absent: number[] = []
  for (let place = from; place <= last; place++) {
    const value = values[place]
    if (value === undefined) absent.push(place - from)
    list.push(value ?? null)
  }
  return { from, list, ...(absent.length > 0 ? { absent } : {}) }
}

const isSameValue = (a: FeatureValue, b: FeatureValue): boolean => (a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : Object.is(a, b))

/** The opposite of `encodeColumns`. */
export const decodeColumns = ({ columns, ...identity }: EncodedFeatures): FeatureColumns => {
  const decoded: Record<string, FeatureValue[]> = {}
  for (const [name, column] of Object.entries(columns)) decoded[name] = decodeColumn(column, identity.count)
  return { ...identity, columns: decoded }
}

const decodeColumn = (column: EncodedColumn, count: number): FeatureValue[] => {
  if ('all' in column) return new Array<FeatureValue>(count).fill(column.all)
  const values = new Array<FeatureValue>(count).fill(undefined)
  for (const [i, value] of column.list.entries()) values[column.from + i] = value
  for (const place of column.absent ?? []) values[column.from + place] = undefined
  return values
}

const isColumn = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return 'all' in value || ('from' in value && typeof value.from === 'number' && 'list' in value && Array.isArray(value.list))
}

const months = z.array(z.string())

/**
 * Shape of a stored document; other fields (batch, seq…) are left to the one who stores. Columns are only looked at from outside: a document
 * holds some twenty thousand values, which we wrote ourselves.
 */
export const encodedFeaturesSchema = z.object({
  siret: z.string(),
  siren: z.string(),
  start: z.string(),
  count: z.number(),
  columns: z.record(z.string(), z.custom<EncodedColumn>(isColumn)),
  entreprise: z
    .object({
      procol_ouvertures: z.object({ liquidation: months, redressement: months, sauvegarde: months }),
      exclu: z.enum(['categorie', 'activite', 'siege']).nullable(),
    })
    .optional(),
})

/** Columns of a document as a store gives it back. */
export const parseFeatures = (stored: unknown): FeatureColumns => {
  const { entreprise, ...document } = encodedFeaturesSchema.parse(stored)
  return decodeColumns(entreprise === undefined ? document : { ...document, entreprise })
}
