import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ResolvedMongo, resolveMongo } from '../../localstack/mongo/resolve.ts'
import { connectMongo, type Mongo } from '../../shared/adapters/mongo/connect.ts'
import { mongoStore } from '../../shared/adapters/mongo/store.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import type { SpineStore } from '../../shared/domain/spine/store.ts'
import { emptyData } from '../support/memory-data.ts'
import { memoryStore } from '../support/memory-store.ts'

/** The filters of the writes on which runs and verdicts rest: the store of the simulation and MongoDB keep the same ones. */
let server: ResolvedMongo
let mongo: Mongo

beforeAll(async () => {
  server = await resolveMongo(process.env.MONGODB_URI === undefined ? {} : { uri: process.env.MONGODB_URI })
  mongo = await connectMongo(server.uri, { database: `runs_${process.pid}_${Date.now()}` })
})

afterAll(async () => {
  await mongo?.db.dropDatabase()
  await mongo?.close()
  await server?.stop()
})

const clock = (): Date => new Date(0)
const stores: [string, () => SpineStore][] = [
  ['in memory', () => memoryStore(emptyData(), 2, clock)],
  ['on MongoDB', () => mongoStore(mongo.db, 2, clock)],
]

const document: ImportDocument = {
  deposit: 'd1',
  batch: '2511',
  source: 'debit',
  owner: 'user1',
  filename: 'debit.csv',
  completedAt: clock(),
  sha256: '',
  size: 1,
  replaces: [],
  confirmed: false,
  withdrawn: false,
  closedRun: 0,
  settledRun: 0,
  registeredAt: clock(),
}

describe.each(stores)('the store %s', (_, open) => {
  it('raises the run under which a file is closed, and never lowers it', async () => {
    const { imports } = open()
    await imports.register(document)
    await imports.raise('d1', 'closedRun', 2)
    await imports.raise('d1', 'closedRun', 1)
    expect(await imports.find('d1')).toMatchObject({ closedRun: 2, settledRun: 0 })
  })

  it('registers a deposit once', async () => {
    const { imports } = open()
    await imports.register(document)
    await imports.set('d1', 'withdrawn')
    await imports.register(document)
    expect(await imports.find('d1')).toMatchObject({ withdrawn: true })
  })

  it('writes a batch over the version that was read only', async () => {
    const { admin } = open()
    await admin.ensureBatch('2512')
    const read = await admin.batch('2512')
    if (read === undefined) throw new Error('no batch')
    expect(await admin.updateBatch({ ...read, flux: ['debit'] })).toBe(true)
    expect(await admin.updateBatch({ ...read, flux: [] })).toBe(false)
    expect(await admin.batch('2512')).toMatchObject({ version: read.version + 1, flux: ['debit'] })
  })

  it('takes a token away only if it is still that one, and the version stays', async () => {
    const { admin } = open()
    await admin.ensureBatch('2511')
    const read = await admin.batch('2511')
    if (read === undefined) throw new Error('no batch')
    await admin.updateBatch({ ...read, owed: { debit: 'second', sirene: 'other' } })
    await admin.settleOwed('2511', 'debit', 'first')
    expect((await admin.batch('2511'))?.owed).toEqual({ debit: 'second', sirene: 'other' })
    await admin.settleOwed('2511', 'debit', 'second')
    expect(await admin.batch('2511')).toMatchObject({ owed: { sirene: 'other' }, version: read.version + 1 })
  })
})
