import type { Db } from 'mongodb'
import type { LedgerDocument, LedgerStage, Stage } from '../../domain/spine/documents.ts'
import type { StatusCounts } from '../../domain/spine/status.ts'
import { withMongoErrors } from './connect.ts'
import { AT_WORK } from './ledger.ts'

type Row = Pick<LedgerDocument, 'failedAt' | 'lastError'> & { _id: string; stage: LedgerStage }

/** SIRENs set aside that are shown by name. */
const SHOWN = 100

/** Counts of the ledger by stage, since when each stage has work, and the SIRENs set aside with their reasons. */
export const ledgerCounts = (db: Db): Promise<StatusCounts> =>
  withMongoErrors(async () => {
    const ledger = db.collection<Row>('Ledger')
    const groups = await ledger.aggregate<{ _id: LedgerStage; count: number }>([{ $group: { _id: '$stage', count: { $sum: 1 } } }]).toArray()
    const stages: Record<LedgerStage, number> = { refine: 0, detect: 0, publish: 0, done: 0, failed: 0 }
    for (const { _id, count } of groups) stages[_id] = count
    const since = await ledger
      .aggregate<{ _id: Stage; at: Date }>([{ $match: { stage: { $in: AT_WORK } } }, { $group: { _id: '$stage', at: { $min: '$at' } } }])
      .toArray()
    const setAside = await ledger
      .aggregate<{ _id: Stage; count: number }>([{ $match: { stage: 'failed' } }, { $group: { _id: '$failedAt', count: { $sum: 1 } } }])
      .toArray()
    const failedAt: Record<Stage, number> = { refine: 0, detect: 0, publish: 0 }
    for (const { _id, count } of setAside) failedAt[_id] = count
    const failed = await ledger.find({ stage: 'failed' }).sort({ _id: 1 }).limit(SHOWN).toArray()
    return {
      stages,
      failedAt,
      oldest: Object.fromEntries(since.map(({ _id, at }) => [_id, at])),
      failed: failed.map((row) => ({ siren: row._id, failedAt: row.failedAt, error: row.lastError })),
    }
  })

/** SIRENs of a list by level: 2 is F1 (red), 1 is F2 (orange), 0 none. */
export const alertCounts = (db: Db, list: string): Promise<{ F1: number; F2: number; none: number }> =>
  withMongoErrors(async () => {
    const scores = db.collection<{ _id: string; list: string; content?: { level: number } }>('Scores')
    const groups = await scores
      .aggregate<{ _id: number; count: number }>([{ $match: { list, content: { $exists: true } } }, { $group: { _id: '$content.level', count: { $sum: 1 } } }])
      .toArray()
    const of = (level: number): number => groups.find(({ _id }) => _id === level)?.count ?? 0
    return { F1: of(2), F2: of(1), none: of(0) }
  })

/** Puts the SIRENs set aside (or one of them) back to work, from refine on. Returns their number. */
export const retryFailed = (db: Db, siren?: string): Promise<number> =>
  withMongoErrors(async () => {
    const ledger = db.collection<Row & { attempts: number; seq: number; at: Date }>('Ledger')
    const filter = { stage: 'failed' as const, ...(siren === undefined ? {} : { _id: siren }) }
    return (
      await ledger.updateMany(filter, { $set: { stage: 'refine', attempts: 0, at: new Date() }, $inc: { seq: 1 }, $unset: { failedAt: '', lastError: '' } })
    ).modifiedCount
  })

type StoredLedger = Omit<LedgerDocument, 'siren'> & { _id: string; at: Date }

const ledgerOf = ({ _id, at: _at, ...rest }: StoredLedger): LedgerDocument => ({ siren: _id, ...rest })

/** A page of the ledger, whatever the stages, in the order of the SIRENs. */
export const ledgerPage = (db: Db, after: string, limit: number): Promise<LedgerDocument[]> =>
  withMongoErrors(async () => {
    const ledger = db.collection<StoredLedger>('Ledger')
    return (
      await ledger
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
    ).map(ledgerOf)
  })

/** What the ledger says of these SIRENs. */
export const ledgerRows = (db: Db, sirens: readonly string[]): Promise<LedgerDocument[]> =>
  withMongoErrors(async () =>
    (
      await db
        .collection<StoredLedger>('Ledger')
        .find({ _id: { $in: [...sirens] } })
        .toArray()
    ).map(ledgerOf),
  )

/** Puts SIRENs (all, those of a shard, or these) back to a stage; those that stand at an earlier one stay there. Returns their number. */
export const recomputeFrom = (db: Db, stage: Stage, only: { shard?: number; siren?: string; sirens?: readonly string[] }): Promise<number> =>
  withMongoErrors(async () => {
    const earlier: Stage[] = stage === 'refine' ? [] : stage === 'detect' ? ['refine'] : ['refine', 'detect']
    const filter = {
      stage: { $nin: earlier },
      ...(only.shard === undefined ? {} : { shard: only.shard }),
      ...(only.siren === undefined ? {} : { _id: only.siren }),
      ...(only.sirens === undefined ? {} : { _id: { $in: [...only.sirens] } }),
    }
    const ledger = db.collection<Row & { shard: number; attempts: number; seq: number; at: Date }>('Ledger')
    return (await ledger.updateMany(filter, { $set: { stage, attempts: 0, at: new Date() }, $inc: { seq: 1 }, $unset: { failedAt: '', lastError: '' } }))
      .modifiedCount
  })
