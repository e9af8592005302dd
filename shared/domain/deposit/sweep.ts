import { type DepositRecord, isOpen } from './record.ts'

/** What is found about one mark of `.pending/`. `received` is undefined when there is no data. Instants in milliseconds. */
export type MarkFacts = {
  record: DepositRecord | undefined
  received: number | undefined
  markedAt: number
  /** Last write of the data, and of the record. */
  dataWrittenAt: number | undefined
  recordWrittenAt: number | undefined
  /** Somebody holds the lock, and its lease has not ended. */
  isLocked: boolean
}

/** Delays of upload §4.6, in milliseconds. */
export type SweepLimits = { ringAfterMs: number; ringBlockedEveryMs: number; expireAfterMs: number; orphanAfterMs: number }

export const sweepLimits = (expireAfterHours: number, scale = 1): SweepLimits => ({
  ringAfterMs: 120_000 * scale,
  ringBlockedEveryMs: 3_600_000 * scale,
  expireAfterMs: expireAfterHours * 3_600_000,
  orphanAfterMs: 86_400_000,
})

/** `leave` for now; `ring` settle; `complete` under the lock, then ring; `expire` under the lock; `unmark` what is over; `clear` what a crash left of a creation. */
export type SweepAction = 'leave' | 'ring' | 'complete' | 'expire' | 'unmark' | 'clear'

/** What to do about one mark (upload §4.6). A deposit that is over keeps its mark until its summary is written: see `needsSummary`. */
export const sweepAction = (facts: MarkFacts, now: number, limits: SweepLimits): SweepAction => {
  const { record } = facts
  if (record === undefined) return now - facts.markedAt > limits.orphanAfterMs ? 'clear' : 'leave'
  if (record.state === 'announced' || record.state === 'quarantined' || record.state === 'expired') return 'unmark'
  if (facts.isLocked) return 'leave'
  const recordAge = now - (facts.recordWrittenAt ?? now)
  if (record.state === 'blocked') return recordAge > limits.ringBlockedEveryMs ? 'ring' : 'leave'
  if (!isOpen(record)) return recordAge > limits.ringAfterMs ? 'ring' : 'leave'
  if (facts.received === record.size) return 'complete'
  const lastWrite = Math.max(Date.parse(record.createdAt), facts.dataWrittenAt ?? 0)
  return now - lastWrite > limits.expireAfterMs ? 'expire' : 'leave'
}

/** From `complete` on, a deposit has a line in `Deposits`. */
export const needsSummary = (record: DepositRecord): boolean => !isOpen(record) && record.state !== 'expired'

/** Whether somebody should be told: complete for more than an hour and still not with `import`. */
export const isLate = (record: DepositRecord, now: number): boolean =>
  record.completedAt !== null && record.announcedAt === null && record.state !== 'quarantined' && now - Date.parse(record.completedAt) > 3_600_000
