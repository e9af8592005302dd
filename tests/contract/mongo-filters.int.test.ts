import fc from 'fast-check'
import type { Collection, Document } from 'mongodb'
import { expect, it } from 'vitest'
import { useContractServer } from './mongo-server.ts'

/**
 * Filters, sorts, skips and limits against a model that reads every document and knows nothing of indexes. The same question is put to
 * two collections of the same documents, one with indexes and one without.
 */
type Doc = Document & { _id: number }
type Value = number | string | boolean | Date | null | (number | string | null)[] | undefined

const { mongo } = useContractServer('filters')

const scalar = fc.oneof(
  fc.integer({ min: -2, max: 3 }),
  fc.constantFrom(0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 'a', 'b', 'a\u0000', '\u{10000}', '\uffff', '', true, false, null),
  fc.constantFrom(new Date(0), new Date('2025-11-01T00:00:00Z')),
)
/** Half of the collections hold no array: only then does an index answer alone, without its documents being read again. */
const plainValue: fc.Arbitrary<Value> = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(undefined) })
const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: plainValue },
  { weight: 1, arbitrary: fc.array(fc.constantFrom<number | string | null>(1, 2, 'a', null), { maxLength: 3 }) },
)

const documentsOf = (value: fc.Arbitrary<Value>): fc.Arbitrary<Doc[]> =>
  fc
    .array(fc.record({ a: value, b: value, c: fc.oneof(fc.record({ d: value }), fc.constantFrom<Value>(undefined, null, 1)) }), { maxLength: 25 })
    .map((list) => list.map((fields, _id): Doc => ({ _id, ...fields })))
const documents = fc.oneof(documentsOf(plainValue), documentsOf(anyValue))

const condition = fc.oneof(
  fc.record({ $eq: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar }),
  fc.record({ $lt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $not: fc.oneof(fc.record({ $gt: scalar }), fc.record({ $eq: scalar })) }),
)
const path = fc.constantFrom('a', 'b', 'c.d', '_id')
const simple = fc.dictionary(path, condition, { minKeys: 1, maxKeys: 3 })
const filter = fc.oneof(
  { weight: 5, arbitrary: simple },
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ $or: fc.array(simple, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ $and: fc.array(simple, { minLength: 1, maxLength: 3 }) }) },
)

// The model, written from the manual: BSON order of types, comparison inside a type only, an array stands for its elements.
const rank = (v: unknown): number => {
  if (v === undefined || v === null) return 1
  if (typeof v === 'number') return 2
  if (typeof v === 'string') return 3
  if (Array.isArray(v)) return 5
  if (typeof v === 'boolean') return 8
  return 9
}
const order = (a: unknown, b: unknown): number => {
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (rank(a) === 1) return 0
  if (typeof a === 'string') return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(String(b))))
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (order(a[i], b[i]) !== 0) return order(a[i], b[i])
    return a.length - b.length
  }
  const [x, y] = [Number(a), Number(b)]
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x))
  return x < y ? -1 : x > y ? 1 : 0
}
const read = (document: Document, at: string): unknown => (at === 'c.d' ? document.c?.d : document[at])
const candidates = (v: unknown): unknown[] => (Array.isArray(v) ? [v, ...v] : [v])

const compares = (v: unknown, operator: string, operand: unknown): boolean => {
  if (operator === '$eq') return order(v, operand) === 0
  const inclusive = operator === '$gte' || operator === '$lte'
  if (rank(operand) === 1) return inclusive && rank(v) === 1
  if (v === undefined || rank(v) !== rank(operand)) return false
  if (Number.isNaN(v) || Number.isNaN(operand)) return inclusive && Number.isNaN(v) && Number.isNaN(operand)
  const sign = order(v, operand)
  return sign === 0 ? inclusive : sign > 0 === operator.startsWith('$g')
}

const holds = (v: unknown, operator: string, operand: unknown): boolean => {
  const list = Array.isArray(operand) ? operand : []
  switch (operator) {
    case '$ne':
      return !holds(v, '$eq', operand)
    case '$in':
      return list.some((item) => holds(v, '$eq', item))
    case '$nin':
      return !holds(v, '$in', operand)
    case '$exists':
      return (v !== undefined) === operand
    case '$not':
      return !Object.entries(operand as object).every(([inner, x]) => holds(v, inner, x))
    default:
      return candidates(v).some((x) => compares(x, operator, operand))
  }
}

const matches = (document: Document, asked: Document): boolean =>
  Object.entries(asked).every(([key, wanted]) => {
    if (key === '$or') return wanted.some((part: Document) => matches(document, part))
    if (key === '$and') return wanted.every((part: Document) => matches(document, part))
    return Object.entries(wanted).every(([operator, operand]) => holds(read(document, key), operator, operand))
  })

/** The key by which an array sorts: its lowest element upwards, its greatest downwards; an empty one is below null. */
const sortOrder = (a: unknown, b: unknown, direction: 1 | -1): number => {
  const key = (v: unknown): unknown => (Array.isArray(v) ? v.toSorted((x, y) => order(x, y) * direction)[0] : v)
  const isEmpty = (v: unknown): number => Number(Array.isArray(v) && v.length === 0)
  if (isEmpty(a) || isEmpty(b)) return (isEmpty(b) - isEmpty(a)) * direction
  return order(key(a), key(b)) * direction
}

const INDEXES = [{ a: 1, b: 1, _id: 1 }, { b: -1 }, { 'c.d': 1, a: 1 }] as const

let count = 0
const pair = async (all: Doc[]): Promise<Collection<Doc>[]> => {
  count++
  const plain = mongo().db.collection<Doc>(`plain${count}`)
  const indexed = mongo().db.collection<Doc>(`indexed${count}`)
  for (const index of INDEXES) await indexed.createIndex({ ...index })
  if (all.length > 0) for (const c of [plain, indexed]) await c.insertMany(all)
  return [plain, indexed]
}

it('a filter finds what the model finds, with indexes and without', async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.array(filter, { minLength: 1, maxLength: 8 }), async (all, filters) => {
      const collections = await pair(all)
      for (const asked of filters) {
        const expected = all.filter((document) => matches(document, asked)).map(({ _id }) => _id)
        for (const c of collections) {
          const found = (await c.find(asked as object).toArray()).map(({ _id }) => _id)
          expect(found.toSorted((x, y) => x - y)).toEqual(expected)
          expect(await c.countDocuments(asked as object)).toBe(expected.length)
        }
      }
      for (const c of collections) await c.drop()
    }),
    { numRuns: 250 },
  )
})

it('a sort gives the order of the model, whatever index serves it', async () => {
  const direction = fc.constantFrom<1 | -1>(1, -1)
  const sorts = fc.oneof(
    direction.map((d): [string, 1 | -1][] => [
      ['a', d],
      ['b', d],
      ['_id', d],
    ]),
    fc.tuple(direction, direction).map(([d, e]): [string, 1 | -1][] => [
      ['b', d],
      ['_id', e],
    ]),
    direction.map((d): [string, 1 | -1][] => [
      ['c.d', d],
      ['a', d],
      ['_id', 1],
    ]),
  )
  await fc.assert(
    fc.asyncProperty(documents, filter, sorts, fc.nat(4), fc.nat(6), async (all, asked, sort, skip, limit) => {
      const collections = await pair(all)
      const expected = all
        .filter((document) => matches(document, asked))
        .sort((x, y) => sort.reduce((sign, [key, d]) => sign || sortOrder(read(x, key), read(y, key), d), 0))
        .slice(skip, limit === 0 ? undefined : skip + limit)
        .map(({ _id }) => _id)
      for (const c of collections) {
        const found = await c
          .find(asked as object)
          .sort(sort)
          .skip(skip)
          .limit(limit)
          .toArray()
        expect(found.map(({ _id }) => _id)).toEqual(expected)
      }
      for (const c of collections) await c.drop()
    }),
    { numRuns: 150 },
  )
})

it('indexes follow updates and deletions', async () => {
  const stepsOf = (value: fc.Arbitrary<Value>) =>
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), id: fc.nat(12), a: value, d: value }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), id: fc.nat(12) }) },
      ),
      { maxLength: 40 },
    )
  const steps = fc.oneof(stepsOf(plainValue), stepsOf(anyValue))
  await fc.assert(
    fc.asyncProperty(steps, fc.array(filter, { minLength: 4, maxLength: 10 }), async (changes, filters) => {
      const collections = await pair([])
      const model = new Map<number, Doc>()
      for (const { id, ...change } of changes) {
        if (change.kind === 'delete') model.delete(id)
        else model.set(id, { _id: id, a: change.a, c: { d: change.d } })
        for (const c of collections) {
          if (change.kind === 'delete') await c.deleteOne({ _id: id })
          else {
            const given = { ...(change.a === undefined ? {} : { a: change.a }), ...(change.d === undefined ? { c: {} } : { 'c.d': change.d }) }
            const absent = change.a === undefined ? { $unset: { a: '' } } : {}
            await c.updateOne({ _id: id }, { $set: given, ...absent } as object, { upsert: true })
          }
        }
      }
      for (const asked of filters) {
        const expected = [...model.values()].filter((document) => matches(document, asked)).map(({ _id }) => _id)
        for (const c of collections) {
          const found = (await c.find(asked as object).toArray()).map(({ _id }) => _id)
          expect(found.toSorted((x, y) => x - y)).toEqual(expected.toSorted((x, y) => x - y))
        }
      }
      for (const c of collections) await c.drop()
    }),
    { numRuns: 100 },
  )
})
