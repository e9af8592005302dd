import type { AnyBulkWriteOperation, Collection, Db, Filter, UpdateFilter } from 'mongodb'
import type { LedgerDocument, Stage } from '../../domain/spine/documents.ts'
import { MAX_ATTEMPTS, NEXT_STAGE, shardOf } from '../../domain/spine/ledger.ts'
import type { LedgerStore, TouchOptions } from '../../domain/spine/store.ts'
import type { Clock } from '../../ports.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type Stored = Omit<LedgerDocument, 'siren'> & { _id: string; at: Date }

/** The stages at which a SIREN is in progress. */
export const AT_WORK = Object.keys(NEXT_STAGE) as Stage[]

/** Collection `Ledger` (architecture §2). `shards` is fixed for the life of a deployment. */
export const mongoLedger = (db: Db, shards: number, clock: Clock): LedgerStore => {
  const ledger = db.collection<Stored>('Ledger')
  const touched = ({ batch, stock = {} }: TouchOptions): UpdateFilter<Stored> => ({
    $set: { stage: 'refine', attempts: 0, at: clock() },
    $inc: { seq: 1 },
    $max: { batch, ...Object.fromEntries(Object.entries(stock).map(([source, key]) => [`stock.${source}`, key])) },
    $unset: { lastError: '', failedAt: '' },
  })

  return {
    async touch(sirens, options) {
      const update = touched(options)
      const noStock = Object.keys(options.stock ?? {}).length === 0 ? { stock: {} } : {}
      const operations = sirens.map(
        (siren): AnyBulkWriteOperation<Stored> => ({
          updateOne: { filter: { _id: siren }, update: { ...update, $setOnInsert: { shard: shardOf(siren, shards), ...noStock } }, upsert: true },
        }),
      )
      await writeBulk(ledger, operations)
    },
    touchHolders: (source, batch, after, limit) => touchPage(ledger, { [`stock.${source}`]: { $exists: true } }, touched({ batch }), after, limit),
    touchBehind: (batch, after, limit) => touchPage(ledger, { batch: { $lt: batch } }, touched({ batch }), after, limit),

    page: (stage, shard, after, limit) =>
      withMongoErrors(async () => {
        const filter: Filter<Stored> = { stage, shard, ...(after === undefined ? {} : { _id: { $gt: after } }) }
        const found = await ledger.find(filter).sort({ _id: 1 }).limit(limit).toArray()
        return found.map(({ _id, at, ...rest }) => ({ siren: _id, ...rest }))
      }),
    async advance(marks, next) {
      const operations = marks.map(
        ({ siren, stage, seq }): AnyBulkWriteOperation<Stored> => ({
          updateOne: { filter: { _id: siren, stage, seq }, update: { $set: { stage: next, attempts: 0, at: clock() } } },
        }),
      )
      return (await writeBulk(ledger, operations)).modified
    },
    raiseBatch: ({ siren, stage, seq }, batch) =>
      withMongoErrors(async () => {
        const update = { $set: { stage: 'refine' as const, attempts: 0, at: clock() }, $inc: { seq: 1 }, $max: { batch } }
        return (await ledger.updateOne({ _id: siren, stage, seq }, update)).modifiedCount === 1
      }),
    recordFailure: ({ siren, stage, seq }, error) =>
      withMongoErrors(async () => {
        const filter = { _id: siren, stage, seq }
        const after = await ledger.findOneAndUpdate(filter, { $inc: { attempts: 1 }, $set: { lastError: error.slice(0, 500) } }, { returnDocument: 'after' })
        if (after === null || after.attempts < MAX_ATTEMPTS) return false
        return (await ledger.updateOne(filter, { $set: { stage: 'failed', failedAt: stage, at: clock() } })).modifiedCount === 1
      }),

    shardsWithWork: (before) =>
      withMongoErrors(async () => {
        const groups = ledger.aggregate<{ _id: { stage: Stage; shard: number } }>([
          { $match: { stage: { $in: AT_WORK }, at: { $lt: before } } },
          { $group: { _id: { stage: '$stage', shard: '$shard' } } },
        ])
        return (await groups.toArray()).map(({ _id }) => _id)
      }),
    hasUnfinished: (batch) =>
      withMongoErrors(async () => {
        const atWork = await ledger.findOne({ stage: { $in: AT_WORK } }, { projection: { _id: 1 } })
        return atWork !== null || (await ledger.findOne({ stage: 'done', batch: { $lt: batch } }, { projection: { _id: 1 } })) !== null
      }),
    shardHasWork: (stage, shard) => withMongoErrors(async () => (await ledger.findOne({ stage, shard }, { projection: { _id: 1 } })) !== null),
  }
}

const touchPage = (
  ledger: Collection<Stored>,
  filter: Filter<Stored>,
  update: UpdateFilter<Stored>,
  after: string | undefined,
  limit: number,
): Promise<string | undefined> =>
  withMongoErrors(async () => {
    const range = after === undefined ? filter : { ...filter, _id: { $gt: after } }
    const page = await ledger
      .find(range, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray()
    if (page.length === 0) return undefined
    await ledger.updateMany({ _id: { $in: page.map(({ _id }) => _id) } }, update)
    return page.at(-1)?._id
  })
