import { ObjectId } from 'bson'
import { type CollectionIndex, collectionIndex, type IndexSpec, type Stored } from './collection-index.ts'
import { CommandError } from './errors.ts'
import { encode, sameValue } from './key.ts'
import { compileFilter } from './matcher.ts'
import { isDocument } from './path.ts'
import { choosePlan, type Sort } from './plan.ts'
import { bytesOf, type Document, idFirst, pick, textOf, toBuffer, toDocument } from './raw.ts'
import { sortStored } from './sort.ts'

/** Told of every change, in order; what it does is done before the command is answered. */
export type Journal = {
  put(namespace: string, stored: Stored): void
  remove(namespace: string, stored: Stored): void
}

export type Collection = {
  readonly name: string
  readonly namespace: string
  readonly stored: ReadonlyMap<string, Stored>
  readonly indexes: readonly CollectionIndex[]
  /** Throws `DuplicateKey`, `BSONObjectTooLarge`. */
  insert(buffer: Buffer): Stored
  /** Replaces the bytes of a document; `touched` are its top-level fields that may have changed. False when nothing changed. */
  replace(stored: Stored, buffer: Buffer, touched: ReadonlySet<string> | undefined): boolean
  remove(stored: Stored): void
  find(query: Query): Stored[]
  createIndex(spec: IndexSpec): boolean
  dropIndex(name: string): boolean
  /** Takes back what a store kept. */
  restore(rows: Iterable<Record<string, unknown>>, specs: readonly IndexSpec[]): void
}

export type Query = {
  filter: Document
  sort?: Sort
  skip?: number
  limit?: number
}

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

const checkSize = (buffer: Buffer): void => {
  if (buffer.length <= MAX_DOCUMENT_BYTES) return
  const message = `object to insert too large. size in bytes: ${buffer.length}, max size: ${MAX_DOCUMENT_BYTES}`
  throw new CommandError('BSONObjectTooLarge', message)
}

const ID_INDEX: IndexSpec = { name: '_id_', key: { _id: 1 }, unique: true }

const duplicate = (namespace: string, index: CollectionIndex, document: Document): CommandError => {
  const keyValue: Document = {}
  for (const path of index.fields) {
    let value: unknown = document
    for (const name of path.split('.')) value = (value as Document | null | undefined)?.[name]
    keyValue[path] = value ?? null
  }
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${JSON.stringify(value)}`)
  const message = `E11000 duplicate key error collection: ${namespace} index: ${index.spec.name} dup key: { ${shown.join(', ')} }`
  return new CommandError('DuplicateKey', message, {
    keyPattern: index.spec.key,
    keyValue,
  })
}

const sameKeys = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((key, at) => key === b[at])

/** Every call is atomic: a document and its entries in all indexes change together or not at all. */
export const createCollection = (namespace: string, journal: Journal, nextRow: () => number): Collection => {
  const stored = new Map<string, Stored>()
  const byId = collectionIndex(ID_INDEX)
  const indexes: CollectionIndex[] = [byId]

  /** Top-level fields that some index reads. */
  let indexed: ReadonlySet<string> = byId.tops
  const indexesChanged = (): void => {
    indexed = new Set(indexes.flatMap((index) => [...index.tops]))
  }

  const entriesOf = (document: Document, id: string, among: readonly CollectionIndex[]): [CollectionIndex, string[]][] =>
    among.map((index) => {
      const keys = index.keysOf(document)
      if (index.spec.unique && keys.some((key) => index.other(key, id) !== undefined)) throw duplicate(namespace, index, document)
      return [index, keys]
    })

  /** The `_id` by its place in memory: the most frequent filter. */
  const byIdentifier = (filter: Document): Stored[] | undefined => {
    const id = filter._id
    if (id === undefined || id === null || id instanceof RegExp || Array.isArray(id)) return undefined
    if (isDocument(id) && Object.keys(id)[0]?.startsWith('$')) return undefined
    const found = stored.get(encode(id))
    if (Object.keys(filter).length === 1) return found === undefined ? [] : [found]
    const { test, fields } = compileFilter(filter)
    return found !== undefined && test(pick(bytesOf(found.raw), fields)) ? [found] : []
  }

  const search = ({ filter, sort = [], skip = 0, limit = 0 }: Query): Stored[] => {
    const enough = limit === 0 ? Number.POSITIVE_INFINITY : skip + limit
    const plan = choosePlan(filter, sort, indexes, stored.size)
    const matcher = compileFilter(filter)
    const exact = plan === undefined ? Object.keys(filter).length === 0 : plan.exact
    const stopAt = plan === undefined ? (sort.length === 0 ? enough : Number.POSITIVE_INFINITY) : plan.sorted ? enough : Number.POSITIVE_INFINITY
    const seen = plan?.index.multikey ? new Set<Stored>() : undefined
    const found: Stored[] = []
    const read = (items: Iterable<Stored>): void => {
      for (const item of items) {
        if (found.length >= stopAt) return
        if (seen?.has(item)) continue
        seen?.add(item)
        if (exact || matcher.test(pick(bytesOf(item.raw), matcher.fields))) found.push(item)
      }
    }
    if (plan === undefined) read(stored.values())
    else for (const range of plan.ranges) read(plan.index.scan(range, plan.reverse))
    const ordered = sort.length > 0 && !plan?.sorted ? sortStored(found, sort) : found
    return skip === 0 && ordered.length <= enough ? ordered : ordered.slice(skip, enough)
  }

  const createIndex = (spec: IndexSpec): boolean => {
    const same = indexes.find((index) => JSON.stringify(index.spec.key) === JSON.stringify(spec.key) || index.spec.name === spec.name)
    if (same !== undefined) {
      if (same === byId || JSON.stringify({ ...same.spec, name: '' }) === JSON.stringify({ ...spec, name: '' })) return false
      throw new CommandError('IndexOptionsConflict', `an index like ${spec.name} exists with other options`)
    }
    const index = collectionIndex(spec)
    for (const item of stored.values()) {
      for (const [, keys] of entriesOf(pick(bytesOf(item.raw), index.tops), item.id, [index])) for (const key of keys) index.add(key, item)
    }
    indexes.push(index)
    indexesChanged()
    return true
  }

  return {
    name: namespace.slice(namespace.indexOf('.') + 1),
    namespace,
    stored,
    indexes,
    insert: (given) => {
      let buffer = idFirst(given)
      let document = pick(buffer, indexed)
      if (document._id === undefined) {
        buffer = toBuffer({ _id: new ObjectId(), ...toDocument(buffer) })
        document = toDocument(buffer)
      }
      if (Array.isArray(document._id) || document._id instanceof RegExp) throw new CommandError('BadValue', "can't use an array or a regex for _id")
      checkSize(buffer)
      const id = encode(document._id)
      if (stored.has(id)) throw duplicate(namespace, byId, document)
      const entries = entriesOf(document, id, indexes)
      const item: Stored = { id, raw: textOf(buffer), row: nextRow() }
      for (const [index, keys] of entries) for (const key of keys) index.add(key, item)
      stored.set(id, item)
      journal.put(namespace, item)
      return item
    },
    replace: (item, buffer, touched) => {
      checkSize(buffer)
      const raw = textOf(buffer)
      if (raw === item.raw) return false
      const concerned = indexes.filter((index) => touched === undefined || index.tops.size === 0 || [...index.tops].some((top) => touched.has(top)))
      if (concerned.length > 0) {
        const before = pick(bytesOf(item.raw), indexed)
        const after = pick(buffer, indexed)
        if (!sameValue(before._id, after._id)) {
          const message = "Performing an update on the path '_id' would modify the immutable field '_id'"
          throw new CommandError('ImmutableField', message)
        }
        const secondary = concerned.filter((index) => index !== byId)
        for (const [index, keys] of entriesOf(after, item.id, secondary)) {
          const old = index.keysOf(before)
          // a document replaced whole seldom moves in an index, and moving it costs more than the comparison
          if (sameKeys(old, keys)) continue
          for (const key of old) index.remove(key, item.id)
          for (const key of keys) index.add(key, item)
        }
      }
      item.raw = raw
      journal.put(namespace, item)
      return true
    },
    remove: (item) => {
      const document = pick(bytesOf(item.raw), indexed)
      for (const index of indexes) for (const key of index.keysOf(document)) index.remove(key, item.id)
      stored.delete(item.id)
      journal.remove(namespace, item)
    },
    find: (query) => {
      const found = byIdentifier(query.filter)
      return found === undefined ? search(query) : query.skip ? found.slice(query.skip) : found
    },
    createIndex,
    dropIndex: (name) => {
      const at = indexes.findIndex((index) => index.spec.name === name)
      if (at > 0) indexes.splice(at, 1)
      indexesChanged()
      return at > 0
    },
    restore: (rows, specs) => {
      for (const { row, bytes } of rows) {
        const buffer = Buffer.from(bytes as Uint8Array)
        const id = encode(pick(buffer, byId.tops)._id)
        const item: Stored = { id, raw: textOf(buffer), row: Number(row) }
        stored.set(id, item)
        byId.add(id, item)
      }
      for (const spec of specs) createIndex(spec)
    },
  }
}
