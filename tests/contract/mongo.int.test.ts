import { Binary, type Collection, type Document, Double, Long, MongoBulkWriteError, MongoServerError, ObjectId } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ResolvedMongo, resolveMongo } from '../../localstack/mongo/resolve.ts'
import { connectMongo, type Mongo, translateMongoError } from '../../shared/adapters/mongo/connect.ts'
import { AppError } from '../../shared/domain/errors.ts'

/**
 * What the platform relies on, asked of whichever server is chosen: `MONGODB_URI=mongodb://… npx vitest run tests/contract/mongo`
 * checks a real one. A test that only passes on the stand-in is a fault of the stand-in.
 */
type Doc = Document & { _id: string }

let server: ResolvedMongo
let mongo: Mongo
let count = 0

beforeAll(async () => {
  server = await resolveMongo(process.env.MONGODB_URI === undefined ? {} : { uri: process.env.MONGODB_URI })
  mongo = await connectMongo(server.uri, { database: `contract_${process.pid}_${Date.now()}` })
})

afterAll(async () => {
  await mongo?.db.dropDatabase()
  await mongo?.close()
  await server?.stop()
})

/** A collection of its own for each test. */
const fresh = (): Collection<Doc> => {
  count++
  return mongo.db.collection<Doc>(`c${count}`)
}

const failure = async (work: Promise<unknown>): Promise<MongoServerError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(MongoServerError)
  return error as MongoServerError
}

describe('values', () => {
  it('come back as they were: dates, NaN, infinities, 64-bit integers, bytes, nulls, dotted digits, accents', async () => {
    const c = fresh()
    const document: Doc = {
      _id: 'é\u{1F600}\u0000z',
      date: new Date('2025-11-24T10:00:00.123Z'),
      before1970: new Date('1901-01-01T00:00:00Z'),
      nan: Number.NaN,
      infinity: Number.POSITIVE_INFINITY,
      minus: Number.NEGATIVE_INFINITY,
      half: 0.5,
      large: Number.MAX_SAFE_INTEGER,
      long: Long.fromString('9007199254740993'),
      nothing: null,
      no: false,
      bytes: new Binary(new Uint8Array([0, 255, 10])),
      id: new ObjectId('507f1f77bcf86cd799439011'),
      batch: { 2511: { debit: [{ montant: 12.5 }, {}] }, '2510': [] },
      list: [1, 'a', null, [2], { b: [] }],
    }
    await c.insertOne(document)
    const found = await c.findOne({ _id: document._id })
    expect(found).toEqual(document)
    expect(Object.is(found?.nan, Number.NaN)).toBe(true)
    expect(String(found?.long)).toBe('9007199254740993')
  })

  it('keep the untouched fields of an updated document exactly', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', double: new Double(1), long: Long.fromNumber(5), n: 1 })
    await c.updateOne({ _id: 'a' }, { $inc: { n: 1 } })
    expect(await c.findOne({ _id: 'a' }, { promoteValues: false })).toMatchObject({ double: { _bsontype: 'Double' }, long: { _bsontype: 'Long' } })
  })

  it('that are undefined are left out', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', absent: undefined })
    expect(await c.findOne({ absent: { $exists: true } })).toBeNull()
  })

  it('above 16 MiB are refused, and the rest of the batch is written', async () => {
    const c = fresh()
    const half = 'x'.repeat(9 * 1024 * 1024)
    await c.insertOne({ _id: 'a', half })
    const error = await failure(c.updateOne({ _id: 'a' }, { $set: { other: half } }))
    expect([10_334, 17_419, 17_420]).toContain(error.code)
    expect(await c.countDocuments({ other: { $exists: true } })).toBe(0)
  })
})

describe('inserts', () => {
  it('refuse a second document of the same _id, with its key', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a' })
    const error = await failure(c.insertOne({ _id: 'a' }))
    expect(error).toMatchObject({ code: 11_000, keyPattern: { _id: 1 }, keyValue: { _id: 'a' } })
    expect(translateMongoError(error)).toMatchObject({ code: 'VERSION_CONFLICT', cause: error })
  })

  it('in an unordered batch go on after a duplicate; in an ordered one they stop', async () => {
    const c = fresh()
    const documents: Doc[] = [{ _id: 'a' }, { _id: 'b' }, { _id: 'a' }, { _id: 'c' }]
    const error = await failure(c.insertMany(documents, { ordered: false }))
    expect(error).toBeInstanceOf(MongoBulkWriteError)
    expect((error as MongoBulkWriteError).insertedCount).toBe(3)
    expect([(error as MongoBulkWriteError).writeErrors].flat().map(({ index, code }) => [index, code])).toEqual([[2, 11_000]])
    expect(await c.countDocuments({})).toBe(3)

    const ordered = fresh()
    await failure(ordered.insertMany(documents))
    expect((await ordered.find({}).toArray()).map(({ _id }) => _id)).toEqual(['a', 'b'])
  })

  it('accept documents as _id, equal when their fields are equal in order', async () => {
    const c = mongo.db.collection<{ _id: Record<string, unknown>; n: number }>(`ids${count}`)
    const id = { batch: '2511', source: 'debit', run: 1, range: 0 }
    await c.insertOne({ _id: id, n: 1 })
    expect((await failure(c.insertOne({ _id: { ...id }, n: 2 }))).code).toBe(11_000)
    await c.insertOne({ _id: { source: 'debit', batch: '2511', run: 1, range: 0 }, n: 3 })
    expect((await c.findOne({ _id: id }))?.n).toBe(1)
    expect((await c.find({ '_id.source': 'debit' }).toArray()).length).toBe(2)
  })
})

describe('updates', () => {
  it('upsert: $setOnInsert once, $inc and $max each time, on dotted paths with digits', async () => {
    const c = fresh()
    const touch = (batch: string) =>
      c.updateOne(
        { _id: '552100554' },
        {
          $setOnInsert: { shard: 17, stage: 'new' },
          $inc: { seq: 1 },
          $max: { batch, 'stock.debit': batch, [`seen.${batch}`]: 1 },
          $set: { attempts: 0 },
        },
        { upsert: true },
      )
    expect((await touch('2511')).upsertedId).toBe('552100554')
    await c.updateOne({ _id: '552100554' }, { $set: { stage: 'done' } })
    expect(await touch('2510')).toMatchObject({ matchedCount: 1, upsertedCount: 0 })
    expect(await c.findOne({ _id: '552100554' })).toEqual({
      _id: '552100554',
      shard: 17,
      stage: 'done',
      seq: 2,
      batch: '2511',
      stock: { debit: '2511' },
      seen: { '2510': 1, '2511': 1 },
      attempts: 0,
    })
  })

  it('upsert in bulk, and say what was inserted', async () => {
    const c = fresh()
    await c.insertOne({ _id: '1', n: 1 })
    const result = await c.bulkWrite(
      ['0', '1', '2'].map((_id) => ({ updateOne: { filter: { _id }, update: { $inc: { n: 1 } }, upsert: true } })),
      { ordered: false },
    )
    expect(result).toMatchObject({ upsertedCount: 2, matchedCount: 1, modifiedCount: 1, upsertedIds: { 0: '0', 2: '2' } })
  })

  it('start an upserted document from the equalities of its filter', async () => {
    const c = fresh()
    await c.updateOne({ 'a.b': 1, c: { $eq: 'x' }, d: { $gt: 3 } }, { $set: { e: 2 } }, { upsert: true })
    const found = await c.findOne({})
    expect(found).toMatchObject({ a: { b: 1 }, c: 'x', e: 2 })
    expect(found).not.toHaveProperty('d')
    expect(found?._id).toBeInstanceOf(ObjectId)
  })

  it('compare and set by {_id, stage, seq}: one winner, and a loser that is told', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', stage: 'refine', seq: 4 })
    const advance = () => c.updateOne({ _id: 'a', stage: 'refine', seq: 4 }, { $set: { stage: 'detect' } })
    expect(await advance()).toMatchObject({ matchedCount: 1, modifiedCount: 1 })
    expect(await advance()).toMatchObject({ matchedCount: 0, modifiedCount: 0 })
  })

  it('compare and set from many connections: exactly one winner each time', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', version: 0 })
    for (let version = 0; version < 20; version++) {
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, writer) => c.updateOne({ _id: 'a', version }, { $set: { writer }, $inc: { version: 1 } })),
      )
      expect(results.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0)).toBe(1)
    }
    expect(await c.findOne({ _id: 'a' })).toMatchObject({ version: 20 })
  })

  it('upserting the same key at the same time makes one document; the others see 11000 or match it', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'lock', until: 10 })
    const take = () => c.updateOne({ _id: 'lock', until: { $lt: 5 } }, { $set: { until: 20 } }, { upsert: true })
    expect((await failure(take())).code).toBe(11_000)
  })

  it('say when nothing changed', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', seq: 5, list: [1] })
    expect(await c.updateOne({ _id: 'a' }, { $max: { seq: 3 }, $addToSet: { list: 1 } })).toMatchObject({ matchedCount: 1, modifiedCount: 0 })
  })

  it('change arrays: $push, $addToSet, $pull, $pop, with $each and $slice', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a' })
    await c.updateOne({ _id: 'a' }, { $push: { l: { n: 1 } } } as never)
    await c.updateOne({ _id: 'a' }, { $push: { l: { $each: [{ n: 2 }, { n: 3 }], $slice: -2 } } } as never)
    expect((await c.findOne({}))?.l).toEqual([{ n: 2 }, { n: 3 }])
    await c.updateOne({ _id: 'a' }, { $addToSet: { l: { $each: [{ n: 3 }, { n: 4 }] } } })
    expect((await c.findOne({}))?.l).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }])
    await c.updateOne({ _id: 'a' }, { $pull: { l: { n: { $gte: 4 } } } } as never)
    await c.updateOne({ _id: 'a' }, { $pop: { l: -1 } })
    expect((await c.findOne({}))?.l).toEqual([{ n: 3 }])
    await c.updateOne({ _id: 'a' }, { $set: { 'l.0.n': 9, 'l.2': 'x' } })
    expect((await c.findOne({}))?.l).toEqual([{ n: 9 }, null, 'x'])
  })

  it('$unset and $min, and replace whole documents', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', x: { y: 1, z: 2 }, first: 5 })
    await c.updateOne({ _id: 'a' }, { $unset: { 'x.y': '', absent: '' }, $min: { first: 3 } })
    expect(await c.findOne({ _id: 'a' })).toEqual({ _id: 'a', x: { z: 2 }, first: 3 })
    await c.replaceOne({ _id: 'a' }, { q: 1 })
    expect(await c.findOne({ _id: 'a' })).toEqual({ _id: 'a', q: 1 })
    await c.replaceOne({ _id: 'b' }, { q: 2 }, { upsert: true })
    expect(await c.findOne({ _id: 'b' })).toEqual({ _id: 'b', q: 2 })
  })

  it('of several documents change each of them', async () => {
    const c = fresh()
    await c.insertMany(Array.from({ length: 5 }, (_, i): Doc => ({ _id: String(i), shard: i % 2, tags: [] })))
    expect(await c.updateMany({ shard: 1 }, { $set: { stage: 'refine' }, $push: { tags: 'x' } } as never)).toMatchObject({ matchedCount: 2, modifiedCount: 2 })
    expect(await c.countDocuments({ stage: 'refine', tags: 'x' })).toBe(2)
  })

  it('by pipeline read the document that they change', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', seq: 3, tmp: 1 })
    await c.updateOne({ _id: 'a' }, [{ $set: { seq: { $max: ['$seq', 7] }, was: '$seq' } }, { $unset: 'tmp' }])
    expect(await c.findOne({})).toEqual({ _id: 'a', seq: 7, was: 3 })
    await c.updateOne({ _id: 'a' }, [{ $replaceWith: { kept: { $cond: [{ $gt: ['$seq', 5] }, 'high', 'low'] } } }])
    expect(await c.findOne({})).toEqual({ _id: 'a', kept: 'high' })
  })

  it('that make no sense are refused', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', text: 'x', list: [] })
    expect((await failure(c.updateOne({ _id: 'a' }, { $inc: { text: 1 } }))).code).toBe(14)
    expect((await failure(c.updateOne({ _id: 'a' }, { $set: { 'text.b': 1 } }))).code).toBe(28)
    expect((await failure(c.updateOne({ _id: 'a' }, { $set: { _id: 'b' } }))).code).toBe(66)
    expect((await failure(c.updateOne({ _id: 'a' }, { $set: { n: 1 }, $inc: { n: 1 } }))).code).toBe(40)
    expect((await failure(c.updateOne({ _id: 'a' }, { $push: { text: 1 } } as never))).code).toBe(2)
    expect(await c.findOne({})).toEqual({ _id: 'a', text: 'x', list: [] })
  })

  it('find and modify: before, after, upserted, sorted, removed', async () => {
    const c = fresh()
    await c.insertMany([
      { _id: 'a', n: 2 },
      { _id: 'b', n: 1 },
    ])
    expect(await c.findOneAndUpdate({ n: { $gt: 0 } }, { $inc: { n: 10 } }, { sort: { n: 1 } })).toEqual({ _id: 'b', n: 1 })
    expect(await c.findOneAndUpdate({ _id: 'b' }, { $inc: { n: 1 } }, { returnDocument: 'after', projection: { n: 1, _id: 0 } })).toEqual({ n: 12 })
    expect(await c.findOneAndUpdate({ _id: 'z' }, { $inc: { n: 1 } })).toBeNull()
    expect(await c.findOneAndUpdate({ _id: 'z' }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' })).toEqual({ _id: 'z', n: 1 })
    expect(await c.findOneAndReplace({ _id: 'z' }, { m: 1 }, { returnDocument: 'after' })).toEqual({ _id: 'z', m: 1 })
    expect(await c.findOneAndDelete({ _id: 'z' })).toEqual({ _id: 'z', m: 1 })
    expect(await c.countDocuments({})).toBe(2)
  })

  it('delete one or all of what a filter finds', async () => {
    const c = fresh()
    await c.insertMany(Array.from({ length: 6 }, (_, i): Doc => ({ _id: String(i), odd: i % 2 === 1 })))
    expect((await c.deleteOne({ odd: true })).deletedCount).toBe(1)
    expect((await c.deleteMany({ odd: true })).deletedCount).toBe(2)
    expect((await c.deleteMany({ _id: { $in: ['0', '2', 'absent'] } })).deletedCount).toBe(2)
    expect((await c.find({}).toArray()).map(({ _id }) => _id)).toEqual(['4'])
  })
})

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

describe('indexes and collections', () => {
  it('a unique index refuses a second value, at insert, at update and at creation', async () => {
    const c = fresh()
    await c.createIndex({ owner: 1, 'meta.name': 1 }, { unique: true, name: 'once' })
    await c.insertOne({ _id: 'a', owner: 1, meta: { name: 'x' } })
    await c.insertOne({ _id: 'b', owner: 1, meta: { name: 'y' } })
    const error = await failure(c.insertOne({ _id: 'c', owner: 1, meta: { name: 'x' } }))
    expect(error).toMatchObject({ code: 11_000, keyPattern: { owner: 1, 'meta.name': 1 }, keyValue: { owner: 1, 'meta.name': 'x' } })
    expect((await failure(c.updateOne({ _id: 'b' }, { $set: { 'meta.name': 'x' } }))).code).toBe(11_000)
    await c.deleteOne({ _id: 'a' })
    await c.updateOne({ _id: 'b' }, { $set: { 'meta.name': 'x' } })
    await c.insertOne({ _id: 'd', same: 1 })
    const twice = fresh()
    await twice.insertMany([{ _id: 'a' }, { _id: 'b' }])
    expect((await failure(twice.createIndex({ owner: 1 }, { unique: true }))).code).toBe(11_000)
  })

  it('are created once, listed and dropped', async () => {
    const c = fresh()
    await c.createIndexes([{ key: { a: 1 } }, { key: { '_id.type': 1 } }])
    await c.createIndex({ a: 1 })
    expect((await c.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1', '_id.type_1'])
    await c.dropIndex('a_1')
    expect(await c.indexExists('a_1')).toBe(false)
    const names = (await mongo.db.listCollections().toArray()).map(({ name }) => name)
    expect(names).toContain(c.collectionName)
    expect(await c.drop()).toBe(true)
    expect((await mongo.db.listCollections({ name: c.collectionName }).toArray()).length).toBe(0)
    const databases = await mongo.client.db().admin().listDatabases()
    expect(databases.databases.map(({ name }) => name)).toContain(mongo.db.databaseName)
  })
})

describe('what is not known is refused', () => {
  it('commands, operators, stages, expressions, arguments', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', n: 1 })
    expect((await failure(mongo.db.command({ inventedCommand: 1 }))).code).toBe(59)
    expect((await failure(c.find({ n: { $invented: 1 } }).toArray())).code).toBe(2)
    expect((await failure(c.find({ _id: 'absent', n: { $invented: 1 } }).toArray())).code).toBe(2)
    expect((await failure(c.find({ $invented: [] }).toArray())).code).toBe(2)
    expect((await failure(c.updateOne({ _id: 'a' }, { $invented: { n: 1 } }))).code).toBe(9)
    expect((await failure(c.aggregate([{ $invented: {} }]).toArray())).code).toBe(40_324)
    // Before any document is read.
    expect([168, 15_952, 31_325]).toContain(
      (
        await failure(
          fresh()
            .aggregate([{ $project: { x: { $invented: 1 } } }])
            .toArray(),
        )
      ).code,
    )
    expect([168, 15_952, 31_325]).toContain((await failure(c.aggregate([{ $project: { x: { $invented: 1 } } }]).toArray())).code)
    expect((await failure(mongo.db.command({ find: c.collectionName, invented: 1 }))).code).toBe(40_415)
  })

  it('transactions outside a replica set', async ({ skip }) => {
    if (server.kind === 'uri') skip('the given server may be a replica set')
    const error = await failure(
      mongo.db.command({ insert: 'c', documents: [{ _id: 'a' }], txnNumber: Long.fromNumber(1), startTransaction: true, autocommit: false }),
    )
    expect(error.code).toBe(20)
  })
})

describe('translateMongoError', () => {
  it('says that a server which does not answer is down, and passes over what it does not know', async () => {
    const started = performance.now()
    const error = await connectMongo('mongodb://127.0.0.1:1/').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'DATABASE_DOWN' })
    expect((error as AppError).message).not.toContain('127.0.0.1')
    expect(performance.now() - started).toBeLessThan(20_000)
    const other = new TypeError('x')
    expect(translateMongoError(other)).toBe(other)
  })
})
