import type { Db, Filter } from 'mongodb'
import type { JournalEvent, JournalStore } from '../../domain/journal/events.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type Stored = Omit<JournalEvent, 'id'> & { _id: string }

export type JournalQuery = { deposit?: string; batch?: string; fatal?: boolean; limit: number }

/** Collection `Journal` (raw-formats §1.8). `commitHash`: version of the program, absent if unknown. */
export const mongoJournal = (db: Db, commitHash?: string): JournalStore & { read(query: JournalQuery): Promise<JournalEvent[]> } => {
  const journal = db.collection<Stored>('Journal')
  return {
    write: ({ id, ...event }) =>
      withMongoErrors(async () => {
        const document = { ...event, ...(commitHash ? { commitHash } : {}) }
        await writeBulk(journal, [{ updateOne: { filter: { _id: id }, update: { $setOnInsert: document }, upsert: true } }])
      }),
    /** The latest events first. Events of another writer, whose ids are no texts, are shown by it. */
    read: ({ deposit, batch, fatal, limit }) =>
      withMongoErrors(async () => {
        const filter: Filter<Stored> = {
          ...(deposit === undefined ? {} : { deposit }),
          ...(batch === undefined ? {} : { 'event.batchKey': batch }),
          ...(fatal === undefined ? {} : { 'event.isFatal': fatal }),
        }
        const found = await journal.find(filter).sort({ date: -1, _id: 1 }).limit(limit).toArray()
        return found.map(({ _id, ...event }) => ({ id: String(_id), ...event }))
      }),
  }
}
