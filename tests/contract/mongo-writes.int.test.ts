import { Binary, Double, Long, MongoBulkWriteError, ObjectId } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { translateMongoError } from '../../shared/adapters/mongo/connect.ts'
import { type Doc, failure, useContractServer } from './mongo-server.ts'

/** What is written, as the platform writes it, and what it reads as afterwards. */
const { fresh, mongo } = useContractServer('writes')

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
    const c = mongo().db.collection<{ _id: Record<string, unknown>; n: number }>('identifiers')
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
