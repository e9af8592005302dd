import type { Collection, Db, Filter } from 'mongodb'
import type { DepositSummary } from '../../domain/deposit/record.ts'
import { withMongoErrors } from './connect.ts'

/** A line of `Deposits` (upload §4.7). Instants are texts in ISO 8601, so that they sort as they stand. */
type DepositDocument = Omit<DepositSummary, 'id'> & { _id: string; updatedAt: string }

/** Position after which a page of a partner's deposits begins: newest first. */
export type DepositCursor = { completedAt: string; id: string }

/** Summaries of deposits, for what lists them; the records on the storage stay the truth. */
export type Deposits = {
  write(summary: DepositSummary): Promise<void>
  find(id: string): Promise<DepositSummary | undefined>
  page(owner: string, limit: number, before: DepositCursor | undefined): Promise<DepositSummary[]>
  /** Which of these ids have a summary in the given state. */
  written(states: ReadonlyMap<string, string>): Promise<ReadonlySet<string>>
  /** Ids announced to `import` between two instants: those that it does not know were lost on the way. */
  announced(after: Date, before: Date): Promise<string[]>
  /** What `settle` has in hand or has announced, and import does not know: neither refused nor expired. Oldest first. */
  unregistered(): Promise<DepositSummary[]>
  ensureIndexes(): Promise<void>
}

export const mongoDeposits = (db: Db, now: () => Date = () => new Date()): Deposits => {
  const deposits: Collection<DepositDocument> = db.collection('Deposits')
  return {
    write: ({ id, ...summary }) =>
      withMongoErrors(async () => {
        await deposits.updateOne({ _id: id }, { $set: { ...summary, updatedAt: now().toISOString() } }, { upsert: true })
      }),
    find: (id) =>
      withMongoErrors(async () => {
        const found = await deposits.findOne({ _id: id })
        return found ? summaryOfDocument(found) : undefined
      }),
    page: (owner, limit, before) =>
      withMongoErrors(async () => {
        const after: Filter<DepositDocument> = before
          ? { $or: [{ completedAt: { $lt: before.completedAt } }, { completedAt: before.completedAt, _id: { $lt: before.id } }] }
          : {}
        const found = await deposits
          .find({ owner, ...after })
          .sort({ completedAt: -1, _id: -1 })
          .limit(limit)
          .toArray()
        return found.map(summaryOfDocument)
      }),
    written: (states) =>
      withMongoErrors(async () => {
        const found = await deposits
          .find({ _id: { $in: [...states.keys()] } })
          .project<{ _id: string; state: string }>({ state: 1 })
          .toArray()
        return new Set(found.filter((line) => states.get(line._id) === line.state).map((line) => line._id))
      }),
    announced: (after, before) =>
      withMongoErrors(async () => {
        const between = { $gte: after.toISOString(), $lt: before.toISOString() }
        const found = await deposits.find({ state: 'announced', announcedAt: between }).project<{ _id: string }>({ _id: 1 }).toArray()
        return found.map(({ _id }) => _id)
      }),
    unregistered: () =>
      withMongoErrors(async () => {
        const found = await deposits
          .find({ state: { $in: ['complete', 'scanned', 'placed', 'announced', 'blocked'] } })
          .sort({ completedAt: 1, _id: 1 })
          .toArray()
        const known = await db
          .collection<{ _id: string }>('Imports')
          .find({ _id: { $in: found.map(({ _id }) => _id) } }, { projection: { _id: 1 } })
          .toArray()
        const registered = new Set(known.map(({ _id }) => _id))
        return found.filter(({ _id }) => !registered.has(_id)).map(summaryOfDocument)
      }),
    ensureIndexes: () =>
      withMongoErrors(async () => {
        await deposits.createIndex({ owner: 1, completedAt: -1 })
        await deposits.createIndex({ state: 1, announcedAt: 1 })
      }),
  }
}

const summaryOfDocument = ({ _id, updatedAt: _updatedAt, ...summary }: DepositDocument): DepositSummary => ({ id: _id, ...summary })
