import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveMongo } from '../../../localstack/mongo/resolve.ts'
import type { RawValue } from '../../domain/entity.ts'
import { connectMongo, type Mongo } from './connect.ts'
import { withDoubles } from './decimals.ts'
import { mongoEntities } from './entities.ts'
import { purgeRawData } from './purge.ts'

let server: Awaited<ReturnType<typeof resolveMongo>>
let mongo: Mongo
beforeAll(async () => {
  server = await resolveMongo({})
  mongo = await connectMongo(server.uri, { database: `decimals-${crypto.randomUUID()}` })
})
afterAll(async () => {
  await mongo.db.dropDatabase().catch(() => undefined)
  await mongo.close()
  await server.stop()
})

const KEY = '30100000300011'
const cotisation = { numero_compte: '1', periode: { start: new Date(0), end: new Date(1) }, encaisse: 1200, du: 1200.5 }
const effectif = { numero_compte: '1', periode: new Date(0), effectif: 12 }
const batch = { '2511': { cotisation: { a: cotisation }, effectif: { b: effectif } } }
const RAW: RawValue = { key: KEY, scope: 'etablissement', index: { algo2: true }, batch }

/** BSON types of the amounts and of the headcount, as a server keeps them. */
const typesIn = async (collection: string): Promise<unknown> => {
  const found = await mongo.db.collection(collection).findOne({}, { promoteValues: false })
  const { cotisation, effectif } = found?.['value'].batch['2511'] ?? {}
  return [cotisation?.a.encaisse, cotisation?.a.du, effectif?.b.effectif].map((value) => value?._bsontype)
}
const KEPT = ['Double', 'Double', 'Int32']

test('decimals are doubles even when they are whole, integers are integers (raw-formats §1.11), and all are read as numbers', async () => {
  const entities = mongoEntities(mongo.db)
  const imported = { id: 'i', siren: KEY.slice(0, 9), key: KEY, batch: '2511', source: 'cotisation', run: 1, deposit: 'd' }
  await entities.putImported([{ ...imported, value: { key: KEY, scope: 'etablissement', batch } }])
  expect(await typesIn('ImportedData')).toEqual(KEPT)
  const raw = { key: KEY, siren: KEY.slice(0, 9), seq: 1, version: 'v', value: RAW, held: [] }
  await entities.putRaws([{ document: raw, read: undefined }])
  expect(await typesIn('RawData')).toEqual(KEPT)
  expect((await entities.raws([raw.siren]))[0]?.value).toEqual(RAW)
  expect((await entities.imported([raw.siren]))[0]?.value.batch).toEqual(batch)
})

test('what a purge leaves keeps its types', async () => {
  const entities = mongoEntities(mongo.db)
  const raw = { key: '30100001100011', siren: '301000011', seq: 1, version: 'v', held: [], value: { ...RAW, batch: { ...batch, '2512': batch['2511'] } } }
  await mongo.db.collection('RawData').deleteMany({})
  await entities.putRaws([{ document: raw, read: undefined }])
  expect(await purgeRawData(mongo.db, '2512')).toBe(1)
  expect(await typesIn('RawData')).toEqual(KEPT)
})

test('a value without whole decimals is given as it is', () => {
  const value = { batch: { '2511': { cotisation: { a: { du: 1.5, encaisse: null } }, effectif: { b: effectif }, compact: { delete: { debit: ['h'] } } } } }
  expect(withDoubles(value)).toBe(value)
})
