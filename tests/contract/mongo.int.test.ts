import { Long } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { connectMongo, translateMongoError } from '../../shared/adapters/mongo/connect.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { failure, useContractServer } from './mongo-server.ts'

/** Indexes, collections, what is refused, and how errors are told. */
const { fresh, kind, mongo } = useContractServer('contract')

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
    const names = (await mongo().db.listCollections().toArray()).map(({ name }) => name)
    expect(names).toContain(c.collectionName)
    expect(await c.drop()).toBe(true)
    expect((await mongo().db.listCollections({ name: c.collectionName }).toArray()).length).toBe(0)
    const databases = await mongo().client.db().admin().listDatabases()
    expect(databases.databases.map(({ name }) => name)).toContain(mongo().db.databaseName)
  })
})

describe('what is not known is refused', () => {
  it('commands, operators, stages, expressions, arguments', async () => {
    const c = fresh()
    await c.insertOne({ _id: 'a', n: 1 })
    expect((await failure(mongo().db.command({ inventedCommand: 1 }))).code).toBe(59)
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
    expect((await failure(mongo().db.command({ find: c.collectionName, invented: 1 }))).code).toBe(40_415)
  })

  it('transactions outside a replica set', async ({ skip }) => {
    if (kind() === 'uri') skip('the given server may be a replica set')
    const error = await failure(
      mongo().db.command({ insert: 'c', documents: [{ _id: 'a' }], txnNumber: Long.fromNumber(1), startTransaction: true, autocommit: false }),
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
