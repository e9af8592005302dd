import { Binary, Double, Int32, Long, ObjectId } from 'bson'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createCollection } from './collection.ts'
import { forgetfulJournal } from './databases.ts'
import { encode } from './key.ts'
import { compileFilter } from './matcher.ts'
import type { Sort } from './plan.ts'
import { bytesOf, type Document, toBuffer, toDocument } from './raw.ts'
import { sortBy } from './sort.ts'
import { sortedList } from './sorted-list.ts'

/** An index must never change an answer: it is compared with reading everything. */
const scalar = fc.oneof(
  fc.integer({ min: -1, max: 2 }),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0.5,
    -0,
    'a',
    'a\u0000',
    'a\u0001',
    '\u{1F600}',
    '\uffee',
    '',
    null,
    true,
    false,
  ),
  fc.constantFrom(new Date(-1), new Date(0), Long.fromString('9007199254740993'), Long.fromString('9007199254740992'), new ObjectId('0'.repeat(24))),
  fc.constantFrom({ x: 1 }, { x: 1, y: 'b' }, {}),
)
const condition = fc.oneof(
  scalar.map((x) => ({ $eq: x })),
  fc.array(scalar, { maxLength: 4 }).map((list) => ({ $in: list })),
  fc.constantFrom('$gt', '$gte', '$lt', '$lte').chain((operator) => scalar.map((x) => ({ [operator]: x }))),
  fc.tuple(scalar, scalar).map(([x, y]) => ({ $gte: x, $lt: y })),
  fc.tuple(scalar, scalar).map(([x, y]) => ({ $gt: x, $lte: y })),
)
const filter: fc.Arbitrary<Document> = fc.oneof(
  fc.record({ a: condition }),
  fc.record({ a: condition, b: condition }),
  fc.record({ b: condition }),
  fc.constant({}),
)
const direction = fc.constantFrom<1 | -1>(1, -1)
const sort: fc.Arbitrary<Sort> = fc.oneof(
  direction.map(
    (d): Sort => [
      ['a', d],
      ['b', d],
      ['_id', d],
    ],
  ),
  direction.map(
    (d): Sort => [
      ['b', d],
      ['_id', d],
    ],
  ),
  fc.tuple(direction, direction).map(
    ([d, e]): Sort => [
      ['a', d],
      ['_id', e],
    ],
  ),
)
const rows = fc.array(fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }), { maxLength: 30 })

it('an index gives the same documents in the same order as reading everything', () => {
  fc.assert(
    fc.property(rows, filter, sort, fc.nat(3), fc.nat(5), (all, asked, order, skip, limit) => {
      let row = 0
      const collection = createCollection('x.y', forgetfulJournal, () => ++row)
      collection.createIndex({ name: 'ab', key: { a: 1, b: 1, _id: 1 } })
      collection.createIndex({ name: 'b', key: { b: -1, _id: -1 } })
      const documents = all.map((fields, _id) => toDocument(toBuffer({ _id, ...fields })))
      for (const document of documents) collection.insert(toBuffer(document))
      const { test } = compileFilter(asked)
      const expected = sortBy(documents.filter(test), order, (document) => document)
      const page = expected.slice(skip, limit === 0 ? undefined : skip + limit)
      const ids = (found: readonly Document[]) => found.map(({ _id }) => _id)
      const found = collection.find({ filter: asked, sort: order, skip, limit }).map(({ raw }) => toDocument(bytesOf(raw)))
      expect(ids(found)).toEqual(ids(page))
      expect(collection.find({ filter: asked })).toHaveLength(expected.length)
    }),
    { numRuns: 3000 },
  )
})

it('keys have the order of BSON values, and two values have one key only when they are equal', () => {
  const ascending = [
    [null],
    [Number.NaN],
    [Number.NEGATIVE_INFINITY],
    [Long.MIN_VALUE],
    [Long.fromString('-9007199254740993')],
    [-9_007_199_254_740_992],
    [-1.5],
    [-1, Long.fromNumber(-1), new Double(-1)],
    [-Number.MIN_VALUE],
    [0, -0, Long.ZERO, new Int32(0)],
    [Number.MIN_VALUE],
    [255],
    [256],
    [9_007_199_254_740_992, Long.fromString('9007199254740992')],
    [Long.fromString('9007199254740993')],
    [Long.fromString('9223372036854775806')],
    [Long.MAX_VALUE],
    [1e300],
    [Number.POSITIVE_INFINITY],
    [''],
    ['\u0000'],
    ['\u0000a'],
    ['\u0001'],
    ['a'],
    ['a\u0000'],
    ['a\u0001'],
    ['aa'],
    ['é'],
    ['\ue000'],
    ['\uffff'],
    ['\u{10000}'],
    [{}],
    [{ a: 1 }],
    [{ a: 1, b: 0 }],
    [{ a: 2 }],
    [{ a: 'x' }],
    [[]],
    [[1]],
    [[1, 0]],
    [[2]],
    [new Binary(new Uint8Array([9]))],
    [new Binary(new Uint8Array([0, 0]))],
    [new ObjectId('0'.repeat(24))],
    [new ObjectId('f'.repeat(24))],
    [false],
    [true],
    [new Date(-1)],
    [new Date(0)],
  ]
  const keys = ascending.map((same) => same.map(encode))
  for (const same of keys) expect(new Set(same).size).toBe(1)
  const order = keys.map(([key = '']) => key)
  expect(order.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))).toEqual(order)
  expect(new Set(order).size).toBe(order.length)
  for (const [i, key] of order.entries()) for (const [j, other] of order.entries()) if (i !== j) expect(other.startsWith(key)).toBe(false)
})

it('a refused change leaves a document and its indexes as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { maxLength: 30 }), (changes) => {
      let row = 0
      const collection = createCollection('x.y', forgetfulJournal, () => ++row)
      collection.createIndex({ name: 'once', key: { u: 1 }, unique: true })
      const model = new Map<number, number>()
      for (const [_id, u] of changes) {
        const taken = [...model].some(([other, value]) => other !== _id && value === u)
        const known = collection.stored.get(encode(_id))
        const write = () => (known === undefined ? collection.insert(toBuffer({ _id, u })) : collection.replace(known, toBuffer({ _id, u }), undefined))
        if (taken) expect(write).toThrow(/E11000/)
        else {
          write()
          model.set(_id, u)
        }
      }
      for (let u = 0; u < 4; u++) {
        const found = collection.find({ filter: { u } }).map(({ raw }) => toDocument(bytesOf(raw))._id)
        expect(found).toEqual([...model].filter(([, value]) => value === u).map(([_id]) => _id))
      }
    }),
    { numRuns: 300 },
  )
})

it('a sorted list of many chunks gives back what was added and not removed, in order', () => {
  const list = sortedList<number>()
  const kept = new Map<number, string>()
  let seed = 1
  for (let i = 0; i < 20_000; i++) {
    seed = (seed * 48_271) % 2_147_483_647
    const n = seed % 5_000
    const key = String(Math.floor(n / 3)).padStart(6, '0')
    if (kept.has(n)) {
      list.remove(key, String(n))
      kept.delete(n)
    } else {
      list.add(key, String(n), n)
      kept.set(n, key)
    }
  }
  const within = (from: string, to: string) => [...kept].filter(([, key]) => key >= from && key < to)
  for (const [from, to] of [
    ['', '\uffff'],
    ['000100', '000900'],
    ['000500', '000501'],
    ['9', '\uffff'],
    ['5', '1'],
  ] as const) {
    const expected = within(from, to)
      .toSorted(([n, a], [m, b]) => (a < b ? -1 : a > b ? 1 : String(n) < String(m) ? -1 : 1))
      .map(([n]) => n)
    expect([...list.scan({ from, to }, false)]).toEqual(expected)
    expect([...list.scan({ from, to }, true)]).toEqual(expected.toReversed())
    expect(list.count({ from, to }, Number.POSITIVE_INFINITY)).toBe(expected.length)
  }
  const [n = 0, key = ''] = [...kept][0] ?? []
  list.add(key, 'other', -1)
  expect(list.other(key, String(n))).toBeDefined()
})
