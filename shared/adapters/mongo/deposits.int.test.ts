import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveMongo } from '../../../localstack/mongo/resolve.ts'
import type { DepositSummary } from '../../domain/deposit/record.ts'
import { connectMongo, type Mongo } from './connect.ts'
import { mongoDeposits } from './deposits.ts'

let server: Awaited<ReturnType<typeof resolveMongo>>
let mongo: Mongo
beforeAll(async () => {
  server = await resolveMongo({})
  mongo = await connectMongo(server.uri, { database: `deposits-${crypto.randomUUID()}` })
  await mongoDeposits(mongo.db).ensureIndexes()
})
afterAll(async () => {
  await mongo.db.dropDatabase().catch(() => undefined)
  await mongo.close()
  await server.stop()
})

const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 9, minute)).toISOString()
const summary = (number: number, changes: Partial<DepositSummary> = {}): DepositSummary => ({
  id: `${'0'.repeat(30)}${String(number).padStart(2, '0')}`,
  owner: 'user1',
  filename: 'f.csv',
  size: 1,
  private: true,
  source: null,
  batch: null,
  replaces: null,
  state: 'announced',
  reason: null,
  sha256: null,
  scan: null,
  createdAt: at(0),
  completedAt: at(number),
  placedAt: null,
  announcedAt: at(number),
  ...changes,
})

test('a summary is replaced by the next; pages are of one owner, newest first, equal instants by id', async () => {
  const deposits = mongoDeposits(mongo.db)
  await deposits.write(summary(1, { state: 'complete', announcedAt: null }))
  for (const number of [1, 2, 3]) await deposits.write(summary(number))
  await deposits.write(summary(4, { completedAt: at(3) }))
  await deposits.write(summary(5, { owner: 'user2' }))
  expect(await deposits.find(summary(1).id)).toEqual(summary(1))
  expect(await deposits.find(summary(9).id)).toBeUndefined()
  const first = await deposits.page('user1', 2, undefined)
  expect(first.map(({ id }) => id)).toEqual([summary(4).id, summary(3).id])
  const rest = await deposits.page('user1', 10, { completedAt: at(3), id: summary(3).id })
  expect(rest.map(({ id }) => id)).toEqual([summary(2).id, summary(1).id])
})

test('what is written in which state, and what was announced between two instants', async () => {
  const deposits = mongoDeposits(mongo.db)
  expect(
    await deposits.written(
      new Map([
        [summary(1).id, 'announced'],
        [summary(2).id, 'placed'],
        ['unknown', 'announced'],
      ]),
    ),
  ).toEqual(new Set([summary(1).id]))
  expect((await deposits.announced(new Date(at(2)), new Date(at(3)))).sort()).toEqual([summary(2).id])
})

test('what settle has in hand or announced and import does not know, oldest first', async () => {
  const { db, close } = await connectMongo(server.uri, { database: `unregistered-${crypto.randomUUID()}` })
  try {
    const deposits = mongoDeposits(db)
    const states = ['announced', 'announced', 'blocked', 'expired', 'receiving', 'complete'] as const
    for (const [at, state] of states.entries()) await deposits.write(summary(9 - at, { state }))
    // import knows the first
    await db.collection<{ _id: string }>('Imports').insertOne({ _id: summary(9).id })
    expect((await deposits.unregistered()).map(({ id, state }) => [id, state])).toEqual([
      [summary(4).id, 'complete'],
      [summary(7).id, 'blocked'],
      [summary(8).id, 'announced'],
    ])
  } finally {
    await db.dropDatabase()
    await close()
  }
})
