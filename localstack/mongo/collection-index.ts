import { CommandError, notImplemented } from './errors.ts'
import { EMPTY_ARRAY, encode } from './key.ts'
import { compileFilter, type Matcher } from './matcher.ts'
import { isDocument, reach, topOf } from './path.ts'
import type { Document } from './raw.ts'
import { type Range, type SortedList, sortedList } from './sorted-list.ts'

/** One stored document: `id` is its encoded `_id`, `raw` its bytes as text, `row` its rank of insertion. */
export type Stored = { readonly id: string; raw: string; readonly row: number }

export type IndexSpec = {
  name: string
  key: Record<string, number>
  unique?: boolean
  sparse?: boolean
  partialFilterExpression?: Document
}

export type CollectionIndex = {
  spec: IndexSpec
  fields: readonly string[]
  /** Top-level fields that decide of the entries. */
  tops: ReadonlySet<string>
  multikey: boolean
  partial: boolean
  /** Entries of a document (read with at least `tops`). */
  keysOf(document: Document): string[]
  add(key: string, stored: Stored): void
  remove(key: string, id: string): void
  other(key: string, id: string): Stored | undefined
  scan(range: Range, reverse: boolean): Iterable<Stored>
  count(range: Range, enough: number): number
}

const ALLOWED = new Set(['name', 'key', 'unique', 'sparse', 'partialFilterExpression', 'background', 'v', 'ns', 'hidden'])

/** Reads a specification of `createIndexes`; kinds of index that are not sorted lists are refused. */
export const readIndexSpec = (given: Document): IndexSpec => {
  const { name, key, unique, sparse, partialFilterExpression } = given
  for (const option of Object.keys(given)) if (!ALLOWED.has(option)) throw notImplemented(`the index option ${option}`)
  if (!isDocument(key) || Object.keys(key).length === 0 || typeof name !== 'string') {
    throw new CommandError('FailedToParse', 'an index needs a name and a key')
  }
  for (const [path, kind] of Object.entries(key)) {
    if (typeof kind === 'string' || path.includes('$**')) throw notImplemented(`an index of kind ${JSON.stringify(key)}`)
    if (typeof kind !== 'number' || kind === 0) throw new CommandError('CannotCreateIndex', `bad value in the key of ${name}`)
  }
  return {
    name,
    key: key as Record<string, number>,
    ...(unique ? { unique: true } : {}),
    ...(sparse ? { sparse: true } : {}),
    ...(isDocument(partialFilterExpression) ? { partialFilterExpression } : {}),
  }
}

/** Encoded values of a path; an array gives one per element, and an absent field counts as null. */
const valuesOf = (document: Document, parts: readonly string[]): { keys: string[]; array: boolean; absent: boolean } => {
  const keys = new Set<string>()
  let array = false
  let absent = true
  reach(document, parts, 0, (value) => {
    if (value !== undefined) absent = false
    if (!Array.isArray(value)) keys.add(encode(value))
    else {
      array = true
      if (value.length === 0) keys.add(EMPTY_ARRAY)
      for (const item of value) keys.add(encode(item))
    }
    return false
  })
  // Nothing is designated: the path goes through an array without documents.
  if (keys.size === 0) keys.add(EMPTY_ARRAY)
  return {
    keys: [...keys],
    array: array || keys.size > 1 || keys.has(EMPTY_ARRAY),
    absent,
  }
}

export const collectionIndex = (spec: IndexSpec): CollectionIndex => {
  const list: SortedList<Stored> = sortedList()
  const fields = Object.keys(spec.key)
  const paths = fields.map((path) => path.split('.'))
  const filter: Matcher | undefined = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression)
  const tops = new Set([...fields.map(topOf), ...(filter?.fields ?? [])])

  const keysOf = (document: Document): string[] => {
    if (filter !== undefined && !filter.test(document)) return []
    let found = ['']
    let absent = true
    for (const parts of paths) {
      const values = valuesOf(document, parts)
      if (values.array || (parts.length > 1 && passesArray(document, parts))) index.multikey = true
      if (!values.absent) absent = false
      const [only] = values.keys
      found = values.keys.length === 1 ? found.map((key) => key + only) : found.flatMap((key) => values.keys.map((value) => key + value))
    }
    return spec.sparse && absent ? [] : found
  }

  const index: CollectionIndex = {
    spec,
    fields,
    tops,
    multikey: false,
    partial: filter !== undefined || spec.sparse === true,
    keysOf,
    add: (key, stored) => list.add(key, stored.id, stored),
    remove: list.remove,
    other: list.other,
    scan: list.scan,
    count: list.count,
  }
  return index
}

/** Does the path go through an array? Then several documents of it may stand for one value. */
const passesArray = (document: Document, parts: readonly string[]): boolean => {
  let value: unknown = document
  for (const name of parts) {
    if (Array.isArray(value)) return true
    if (!isDocument(value)) return false
    value = value[name]
  }
  return false
}
