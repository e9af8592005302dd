import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ResolvedMongo, resolveMongo } from '../../localstack/mongo/resolve.ts'
import { connectMongo, type Mongo } from '../../shared/adapters/mongo/connect.ts'
import { mongoStore } from '../../shared/adapters/mongo/store.ts'
import type { FeaturesDocument, LedgerDocument, RawDocument, ScoresDocument } from '../../shared/domain/spine/documents.ts'
import { newList } from '../../shared/domain/spine/lists.ts'
import type { SpineStore } from '../../shared/domain/spine/store.ts'
import { emptyData } from '../support/memory-data.ts'
import { memoryStore } from '../support/memory-store.ts'

/** The filters of the writes on which passes and lists rest: the store of the simulation and MongoDB keep the same ones. */
let server: ResolvedMongo
let mongo: Mongo

beforeAll(async () => {
  server = await resolveMongo(process.env.MONGODB_URI === undefined ? {} : { uri: process.env.MONGODB_URI })
  mongo = await connectMongo(server.uri, { database: `passes_${process.pid}_${Date.now()}` })
})

afterAll(async () => {
  await mongo?.db.dropDatabase()
  await mongo?.close()
  await server?.stop()
})

const clock = (): Date => new Date(0)
const stores: [string, () => SpineStore][] = [
  ['in memory', () => memoryStore(emptyData(), 1, clock)],
  ['on MongoDB', () => mongoStore(mongo.db, 1, clock)],
]

let sirens = 0
/** A SIREN that no other test has touched. */
const newcomer = (): string => String(100_000_000 + ++sirens)

const raw = (siren: string, seq: number, version: string): RawDocument => ({
  key: siren,
  siren,
  seq,
  version,
  value: { key: siren, scope: 'entreprise', batch: {}, index: { algo2: false } },
  held: [],
})
const features = (siren: string, seq: number, columns?: string): FeaturesDocument => ({
  siret: `${siren}00011`,
  siren,
  seq,
  batch: '2511',
  fingerprint: `${seq}:1`,
  ...(columns === undefined ? {} : { columns }),
})
const score = (siren: string, seq: number, list: string, content?: string): ScoresDocument =>
  content === undefined ? { list, siren, seq, key: 'none', excluded: 'none' } : { list, siren, seq, key: content, content }

const rowOf = async (store: SpineStore, stage: 'refine' | 'detect' | 'publish', siren: string): Promise<LedgerDocument | undefined> =>
  (await store.ledger.page(stage, 0, undefined, 1000)).find((row) => row.siren === siren)

describe.each(stores)('the store %s', (_, open) => {
  it('refuses RawData over another version than the one that was read, and over a greater seq', async () => {
    const { entities } = open()
    const siren = newcomer()
    expect(await entities.putRaws([{ document: raw(siren, 2, 'a'), read: undefined }])).toEqual(new Set())
    expect(await entities.putRaws([{ document: raw(siren, 3, 'b'), read: undefined }])).toEqual(new Set([siren]))
    expect(await entities.putRaws([{ document: raw(siren, 3, 'b'), read: 'other' }])).toEqual(new Set([siren]))
    expect(await entities.putRaws([{ document: raw(siren, 1, 'b'), read: 'a' }])).toEqual(new Set([siren]))
    expect(await entities.putRaws([{ document: raw(siren, 2, 'b'), read: 'a' }])).toEqual(new Set())
    expect(await entities.raws([siren])).toMatchObject([{ seq: 2, version: 'b' }])
  })

  it('raises the seq of RawData, and never lowers it', async () => {
    const { entities } = open()
    const siren = newcomer()
    await entities.putRaws([{ document: raw(siren, 2, 'a'), read: undefined }])
    await entities.raiseRawSeq([{ siren, seq: 4 }])
    await entities.raiseRawSeq([{ siren, seq: 3 }])
    expect(await entities.raws([siren])).toMatchObject([{ seq: 4, version: 'a' }])
    expect(await entities.putRaws([{ document: raw(siren, 3, 'b'), read: 'a' }])).toEqual(new Set([siren]))
  })

  it('refuses Features below the seq that stands there, raised or of a tombstone', async () => {
    const store = open()
    const siren = newcomer()
    await store.features.putFeatures([features(siren, 2, 'x')])
    await store.features.putFeatures([features(siren, 1, 'old')])
    await store.features.putFeatures([features(siren, 2, 'again')])
    expect(await store.features.features([siren])).toEqual([features(siren, 2, 'again')])
    await store.features.raiseFeaturesSeq([{ siren, seq: 4 }])
    await store.features.raiseFeaturesSeq([{ siren, seq: 3 }])
    await store.features.putFeatures([features(siren, 3, 'late')])
    expect(await store.features.features([siren])).toEqual([{ ...features(siren, 2, 'again'), seq: 4 }])
    await store.features.putFeatures([features(siren, 5)])
    await store.features.putFeatures([features(siren, 4, 'late')])
    expect(await store.features.features([siren])).toEqual([features(siren, 5)])
  })

  it('refuses Scores below the seq that stands there, in every list', async () => {
    const store = open()
    const siren = newcomer()
    await store.scores.putScores([score(siren, 2, '2511', 'x')])
    await store.scores.raiseScoresSeq([{ siren, seq: 4 }])
    await store.scores.putScores([score(siren, 4, '2512', 'y')])
    await store.scores.putScores([score(siren, 3, '2511', 'late'), score(siren, 3, '2512', 'late')])
    expect(await store.scores.scores([siren])).toEqual([{ ...score(siren, 2, '2511', 'x'), seq: 4 }, score(siren, 4, '2512', 'y')])
    await store.scores.putScores([score(siren, 5, '2512')])
    await store.scores.putScores([score(siren, 4, '2512', 'late')])
    expect((await store.scores.scores([siren])).at(-1)).toEqual(score(siren, 5, '2512'))
  })

  it('advances a SIREN from the stage and the seq at which it was read only', async () => {
    const store = open()
    const siren = newcomer()
    await store.ledger.touch([siren], { batch: '2511' })
    await store.ledger.touch([siren], { batch: '2510' })
    expect(await rowOf(store, 'refine', siren)).toMatchObject({ seq: 2, batch: '2511', attempts: 0 })
    expect(await store.ledger.advance([{ siren, stage: 'refine', seq: 1 }], 'detect')).toBe(0)
    expect(await store.ledger.advance([{ siren, stage: 'detect', seq: 2 }], 'publish')).toBe(0)
    expect(await store.ledger.advance([{ siren, stage: 'refine', seq: 2 }], 'detect')).toBe(1)
    expect(await rowOf(store, 'detect', siren)).toMatchObject({ seq: 2 })
  })

  it('counts a failure at the stage and the seq at which the SIREN was read only; a touch gives all attempts again', async () => {
    const store = open()
    const siren = newcomer()
    await store.ledger.touch([siren], { batch: '2511' })
    await store.ledger.touch([siren], { batch: '2511' })
    const fail = (seq: number): Promise<boolean> => store.ledger.recordFailure({ siren, stage: 'refine', seq }, 'an error')
    expect(await fail(1)).toBe(false)
    expect(await rowOf(store, 'refine', siren)).toMatchObject({ attempts: 0 })
    expect([await fail(2), await fail(2), await fail(2), await fail(2)]).toEqual([false, false, true, false])
    expect(await rowOf(store, 'refine', siren)).toBeUndefined()
    await store.ledger.touch([siren], { batch: '2511' })
    const touched = await rowOf(store, 'refine', siren)
    expect(touched).toMatchObject({ attempts: 0, seq: 3 })
    expect(touched).not.toHaveProperty('lastError')
    expect(touched).not.toHaveProperty('failedAt')
  })

  it('puts a SIREN of a lower batch back to refine, with all its attempts, from where it was read only', async () => {
    const store = open()
    const siren = newcomer()
    await store.ledger.touch([siren], { batch: '2511' })
    await store.ledger.advance([{ siren, stage: 'refine', seq: 1 }], 'detect')
    await store.ledger.recordFailure({ siren, stage: 'detect', seq: 1 }, 'an error')
    expect(await store.ledger.raiseBatch({ siren, stage: 'refine', seq: 1 }, '2512')).toBe(false)
    expect(await store.ledger.raiseBatch({ siren, stage: 'detect', seq: 1 }, '2512')).toBe(true)
    expect(await rowOf(store, 'refine', siren)).toMatchObject({ seq: 2, batch: '2512', attempts: 0 })
  })

  it('publishes a list once, from building', async () => {
    const { lists } = open()
    const list = newList(`${newcomer()}`)
    await lists.createList(list)
    expect(await lists.markPublished(list, new Date(1))).toBe(true)
    expect(await lists.markPublished(list, new Date(2))).toBe(false)
    const published = await lists.list(list.key)
    expect(published).toMatchObject({ state: 'published', publishedAt: new Date(1), announced: false })
    await lists.closeBefore(`${list.key}~`)
    expect(await lists.markPublished(list, new Date(3))).toBe(false)
    expect(await lists.list(list.key)).toMatchObject({ state: 'closed', publishedAt: new Date(1) })
  })
})
