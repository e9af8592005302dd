import type { Db } from 'mongodb'
import { emptyBatch } from '../../domain/spine/batches.ts'
import type { BatchDocument, CurrentDocument } from '../../domain/spine/documents.ts'
import type { AdminStore } from '../../domain/spine/store.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type BatchId = { key: string; type: 'batch' }
type StoredBatch = Omit<BatchDocument, 'key'> & { _id: BatchId }
type StoredCurrent = CurrentDocument & { _id: 'current' }

const idOf = (key: string): BatchId => ({ key, type: 'batch' })

const batchOf = ({ _id, ...rest }: StoredBatch): BatchDocument => ({ key: _id.key, ...rest })

/** Collection `Admin`: one document per batch, and the one that says which is current (architecture §4). */
export const mongoAdmin = (db: Db): AdminStore => {
  const batches = db.collection<StoredBatch>('Admin')
  const current = db.collection<StoredCurrent>('Admin')
  return {
    current: () =>
      withMongoErrors(async () => {
        const found = await current.findOne({ _id: 'current' })
        return found === null ? undefined : { batch: found.batch, opened: found.opened }
      }),
    setCurrent: (from, to) =>
      withMongoErrors(async () => {
        if (from === undefined) return (await writeBulk(current, [{ insertOne: { document: { _id: 'current', batch: to, opened: false } } }])).inserted === 1
        return (await current.updateOne({ _id: 'current', batch: from }, { $set: { batch: to, opened: false } })).modifiedCount === 1
      }),
    markOpened: (batch) => withMongoErrors(async () => void (await current.updateOne({ _id: 'current', batch }, { $set: { opened: true } }))),

    batches: () =>
      withMongoErrors(async () => {
        const found = await batches.find({ '_id.type': 'batch' }).toArray()
        return found.map(batchOf).sort((a, b) => (a.key < b.key ? -1 : 1))
      }),
    batch: (key) =>
      withMongoErrors(async () => {
        const found = await batches.findOne({ _id: idOf(key) })
        return found === null ? undefined : batchOf(found)
      }),
    ensureBatch: (key) =>
      withMongoErrors(async () => {
        const { key: _, ...rest } = emptyBatch(key)
        await writeBulk(batches, [{ updateOne: { filter: { _id: idOf(key) }, update: { $setOnInsert: rest }, upsert: true } }])
      }),
    updateBatch: ({ key, version, ...rest }) =>
      withMongoErrors(async () => (await batches.replaceOne({ _id: idOf(key), version }, { ...rest, version: version + 1 })).matchedCount === 1),
    settleOwed: (key, source, token) =>
      withMongoErrors(async () => void (await batches.updateOne({ _id: idOf(key), [`owed.${source}`]: token }, { $unset: { [`owed.${source}`]: '' } }))),
  }
}
