import type { Db } from 'mongodb'
import type { ListDocument } from '../../domain/spine/documents.ts'
import type { ListStore } from '../../domain/spine/store.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type Stored = Omit<ListDocument, 'key'> & { _id: string }

const listOf = ({ _id, ...rest }: Stored): ListDocument => ({ key: _id, ...rest })

/** Collection `Lists` (detect §8.1). */
export const mongoLists = (db: Db): ListStore => {
  const lists = db.collection<Stored>('Lists')
  return {
    list: (key) =>
      withMongoErrors(async () => {
        const found = await lists.findOne({ _id: key })
        return found === null ? undefined : listOf(found)
      }),
    lists: () => withMongoErrors(async () => (await lists.find({}).sort({ _id: 1 }).toArray()).map(listOf)),
    createList: ({ key, ...rest }) =>
      withMongoErrors(async () => void (await writeBulk(lists, [{ updateOne: { filter: { _id: key }, update: { $setOnInsert: rest }, upsert: true } }]))),
    closeBefore: (key) =>
      withMongoErrors(async () => void (await lists.updateMany({ _id: { $lt: key }, state: { $ne: 'closed' } }, { $set: { state: 'closed' } }))),
    markPublished: (key, at) =>
      withMongoErrors(
        async () => (await lists.updateOne({ _id: key, state: 'building' }, { $set: { state: 'published', publishedAt: at } })).modifiedCount === 1,
      ),
    markAnnounced: (key) => withMongoErrors(async () => void (await lists.updateOne({ _id: key }, { $set: { announced: true } }))),
    updateList: (key, fields) =>
      withMongoErrors(async () => {
        const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
        const unset = Object.fromEntries(
          Object.entries(fields)
            .filter(([, value]) => value === undefined)
            .map(([field]) => [field, '' as const]),
        )
        const update = { ...(Object.keys(set).length > 0 ? { $set: set } : {}), ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}) }
        if (Object.keys(update).length > 0) await lists.updateOne({ _id: key }, update)
      }),
  }
}
