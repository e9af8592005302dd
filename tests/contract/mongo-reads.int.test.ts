import { ObjectId } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { type Doc, useContractServer } from './mongo-server.ts'

/** Filters, sorts, cursors and aggregations, one rule at a time. */
const { fresh } = useContractServer('reads')

describe('reads', () => {
  it('tell null from missing only with $exists', async () => {
    const c = fresh()
    await c.insertMany([{ _id: 'null', a: null }, { _id: 'missing' }, { _id: 'value', a: 1 }, { _id: 'array', a: [null] }])
    const ids = async (filter: object) => (await c.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id)
    expect(await ids({ a: null })).toEqual(['array', 'missing', 'null'])
    expect(await ids({ a: { $exists: false } })).toEqual(['missing'])
    expect(await ids({ a: { $ne: null } })).toEqual(['value'])
    expect(await ids({ a: null, $and: [{ a: { $exists: true } }] })).toEqual(['array', 'null'])
    expect(await ids({ a: { $in: [null, 1] } })).toEqual(['array', 'missing', 'null', 'value'])
    expect(await ids({ a: { $lt: 5 } })).toEqual(['value'])
  })

  it('match paths through arrays', async () => {
    const c = fresh()
    await c.insertMany([
      { _id: 'a', l: [{ k: 1, v: 1 }, { k: 2 }] },
      { _id: 'b', l: [{ k: 1 }, { k: 2, v: 1 }] },
      { _id: 'c', l: [] },
    ])
    const ids = async (filter: object) => (await c.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id)
    expect(await ids({ 'l.k': 2 })).toEqual(['a', 'b'])
    expect(await ids({ 'l.k': 1, 'l.v': 1 })).toEqual(['a', 'b'])
    expect(await ids({ l: { $elemMatch: { k: 1, v: 1 } } })).toEqual(['a'])
    expect(await ids({ 'l.0.v': 1 })).toEqual(['a'])
    expect(await ids({ l: { $size: 0 } })).toEqual(['c'])
    expect(await ids({ 'l.k': { $all: [1, 2] } })).toEqual(['a', 'b'])
  })

  it('sort by a compound index, in both directions, a page at a time', async () => {
    const c = fresh()
    await c.createIndex({ stage: 1, shard: 1, _id: 1 })
    const all = Array.from({ length: 300 }, (_, i): Doc => ({ _id: String(1000 + ((i * 7) % 300)), stage: i % 3 ? 'refine' : 'done', shard: i % 4 }))
    await c.insertMany(all)
    const expected = all.flatMap((d) => (d.stage === 'refine' && d.shard === 1 ? [d._id] : [])).sort()
    const page = await c.find({ stage: 'refine', shard: 1 }).sort({ _id: 1 }).limit(10).toArray()
    expect(page.map(({ _id }) => _id)).toEqual(expected.slice(0, 10))
    const next = await c
      .find({ stage: 'refine', shard: 1, _id: { $gt: expected[9] ?? '' } })
      .sort({ _id: 1 })
      .limit(10)
      .toArray()
    expect(next.map(({ _id }) => _id)).toEqual(expected.slice(10, 20))
    const last = await c.find({ stage: 'refine', shard: 1 }).sort({ _id: -1 }).skip(2).limit(5).toArray()
    expect(last.map(({ _id }) => _id)).toEqual(expected.toReversed().slice(2, 7))
  })

  it('sort mixed values in the order of their types', async () => {
    const c = fresh()
    const values = [true, new Date(0), 'b', 'a', { x: 1 }, 10, -1, 2.5, null, new ObjectId()]
    await c.insertMany(values.map((v, i): Doc => ({ _id: String(i), v })))
    const sorted = (await c.find({}).sort({ v: 1 }).toArray()).map(({ v }) => v)
    expect(sorted).toEqual([null, -1, 2.5, 10, 'a', 'b', { x: 1 }, values[9], true, values[1]])
  })

  it('go past the first batch', async () => {
    const c = fresh()
    await c.insertMany(Array.from({ length: 2500 }, (_, i): Doc => ({ _id: String(10_000 + i), text: 'x'.repeat(100) })))
    const all = await c.find({}).sort({ _id: 1 }).toArray()
    expect([all.length, all[0]?._id, all[2499]?._id]).toEqual([2500, '10000', '12499'])
    expect((await c.find({}).batchSize(7).limit(50).toArray()).length).toBe(50)
    const cursor = c.find({}).batchSize(2)
    await cursor.next()
    await cursor.close()
  })

  it('project fields in and out, also inside documents', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', x: 1, y: { p: 1, q: 2 }, z: [{ p: 1, q: 2 }] })
    expect(await c.findOne({}, { projection: { x: 1 } })).toEqual({ _id: 'a', x: 1 })
    expect(await c.findOne({}, { projection: { _id: 0, x: 1 } })).toEqual({ x: 1 })
    expect(await c.findOne({}, { projection: { y: 0, z: 0 } })).toEqual({ _id: 'a', x: 1 })
    expect(await c.findOne({}, { projection: { 'y.p': 1, 'z.q': 1 } })).toEqual({ _id: 'a', y: { p: 1 }, z: [{ q: 2 }] })
    expect(await c.findOne({}, { projection: { 'y.p': 0, x: 0, z: 0 } })).toEqual({ _id: 'a', y: { q: 2 } })
  })

  it('count, list distinct values, and count an absent collection as empty', async () => {
    const c = fresh()
    expect([await c.countDocuments({ a: 1 }), await c.estimatedDocumentCount(), await c.find({}).toArray()]).toEqual([0, 0, []])
    await c.insertMany(Array.from({ length: 10 }, (_, i): Doc => ({ _id: String(i), s: `s${i % 3}`, l: [i % 2] })))
    expect(await c.estimatedDocumentCount()).toBe(10)
    expect(await c.countDocuments({ s: 's0' })).toBe(4)
    expect(await c.countDocuments({ s: 's0' }, { limit: 2 })).toBe(2)
    expect(await c.distinct('s')).toEqual(['s0', 's1', 's2'])
    expect(await c.distinct('l', { s: 's0' })).toEqual([0, 1])
  })

  it('aggregate: groups, sums, unwinding, missing keys as null', async () => {
    const c = fresh()
    await c.insertMany([
      { _id: 'a', stage: 'refine', n: 1, l: ['x', 'y'] },
      { _id: 'b', stage: 'refine', n: 2, l: ['x'] },
      { _id: 'c', stage: 'done', n: 4 },
      { _id: 'd', n: 8 },
    ])
    const groups = await c
      .aggregate([{ $group: { _id: '$stage', total: { $sum: '$n' }, number: { $sum: 1 }, max: { $max: '$n' } } }, { $sort: { _id: 1 } }])
      .toArray()
    expect(groups).toEqual([
      { _id: null, total: 8, number: 1, max: 8 },
      { _id: 'done', total: 4, number: 1, max: 4 },
      { _id: 'refine', total: 3, number: 2, max: 2 },
    ])
    const compound = await c
      .aggregate([{ $match: { stage: { $exists: true } } }, { $group: { _id: { s: '$stage', big: { $gt: ['$n', 1] } }, n: { $sum: 1 } } }])
      .toArray()
    expect(compound).toHaveLength(3)
    const words = await c.aggregate([{ $unwind: '$l' }, { $group: { _id: '$l', n: { $sum: 1 } } }, { $sort: { n: -1 } }, { $limit: 1 }]).toArray()
    expect(words).toEqual([{ _id: 'x', n: 2 }])
    expect(await c.aggregate([{ $match: { n: { $gt: 1 } } }, { $count: 'n' }]).toArray()).toEqual([{ n: 3 }])
    expect(await c.aggregate([{ $sort: { n: -1 } }, { $limit: 2 }, { $project: { _id: 0, double: { $multiply: ['$n', 2] } } }]).toArray()).toEqual([
      { double: 16 },
      { double: 8 },
    ])
  })
})

describe('accumulators', () => {
  it('pass over what is missing, and keep null', async () => {
    const c = fresh()
    await c.insertMany([
      { _id: '1', g: 'a', n: 1, at: new Date(5) },
      { _id: '2', g: 'a', n: null },
      { _id: '3', g: 'a', n: 3, l: [{ k: 1 }, { k: 2 }] },
      { _id: '4', g: 'b' },
    ])
    const accumulators = {
      sum: { $sum: '$n' },
      avg: { $avg: '$n' },
      min: { $min: '$n' },
      max: { $max: '$n' },
      first: { $first: '$n' },
      last: { $last: '$n' },
      push: { $push: '$n' },
      pairs: { $push: { i: '$_id', n: '$n' } },
      at: { $max: '$at' },
      k: { $push: '$l.k' },
      late: { $sum: { $cond: [{ $gte: ['$n', 3] }, 1, 0] } },
      number: { $count: {} },
    }
    const groups = await c
      .aggregate([{ $sort: { _id: 1 } }, { $group: { _id: { g: '$g', q: '$absent' }, ...accumulators } }, { $sort: { '_id.g': 1 } }])
      .toArray()
    expect(groups).toEqual([
      {
        _id: { g: 'a' },
        sum: 4,
        avg: 2,
        min: 1,
        max: 3,
        first: 1,
        last: 3,
        push: [1, null, 3],
        pairs: [
          { i: '1', n: 1 },
          { i: '2', n: null },
          { i: '3', n: 3 },
        ],
        at: new Date(5),
        k: [[1, 2]],
        late: 1,
        number: 3,
      },
      {
        _id: { g: 'b' },
        sum: 0,
        avg: null,
        min: null,
        max: null,
        first: null,
        last: null,
        push: [],
        pairs: [{ i: '4' }],
        at: null,
        k: [],
        late: 0,
        number: 1,
      },
    ])
  })
})
