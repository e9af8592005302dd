import type { Db, Filter, UpdateFilter } from 'mongodb'
import type { ListDocument } from '../../domain/spine/documents.ts'
import type { ListFields, ListStore } from '../../domain/spine/store.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type Stored = Omit<ListDocument, 'key'> & { _id: string }

const listOf = ({ _id, ...rest }: Stored): ListDocument => ({ key: _id, ...rest })

/** The list, if it is still where it was read. */
const asRead = ({ key, state, reason, publishAt, recomputing }: ListDocument): Filter<Stored> => ({
  _id: key,
  state,
  reason: reason ?? { $exists: false },
  publishAt: publishAt ?? { $exists: false },
  ...(recomputing === undefined ? { recomputing: { $exists: false } } : { 'recomputing.id': recomputing.id, 'recomputing.ready': recomputing.ready }),
})

/** Nothing when there is nothing to change. */
const updateOf = (fields: ListFields): UpdateFilter<Stored> | undefined => {
  const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const unset = Object.fromEntries(Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [[field, '' as const]] : [])))
  const update = { ...(Object.keys(set).length > 0 ? { $set: set } : {}), ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}) }
  return Object.keys(update).length > 0 ? update : undefined
}

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
    markPublished: (read, at) =>
      withMongoErrors(
        async () =>
          (await lists.updateOne({ ...asRead(read), state: 'building' }, { $set: { state: 'published', publishedAt: at, announced: false } })).modifiedCount ===
          1,
      ),
    markAnnounced: ({ key, publishedAt }) =>
      withMongoErrors(async () => void (await lists.updateOne({ _id: key, publishedAt: publishedAt ?? { $exists: false } }, { $set: { announced: true } }))),
    changeList: (read, fields) =>
      withMongoErrors(async () => {
        const update = updateOf(fields)
        return update !== undefined && (await lists.updateOne(asRead(read), update)).matchedCount === 1
      }),
    updateList: (key, fields) =>
      withMongoErrors(async () => {
        const update = updateOf(fields)
        if (update !== undefined) await lists.updateOne({ _id: key }, update)
      }),
  }
}
