import { completed, type DepositSummary, expired, isOpen, summaryOf } from '../../domain/deposit/record.ts'
import type { SweepStorage } from '../../domain/deposit/storage.ts'
import { isLate, type MarkFacts, needsSummary, type SweepAction, type SweepLimits, sweepAction } from '../../domain/deposit/sweep.ts'
import type { Log } from '../../ports.ts'

/** What one pass did. `late`: deposits that nobody settled for more than an hour, for the alarm. */
export type UploadSweepCounts = {
  marks: number
  rung: number
  completed: number
  expired: number
  unmarked: number
  cleared: number
  summarised: number
  reclaimed: number
  purged: number
  cleaned: number
  failed: number
  late: number
}

/**
 * `summaries` are the lines of `Deposits`; `reclaimable` gives deposits whose bytes nothing will read again (in a closed batch, or
 * never accepted), and is asked only for those. `ring` rings `settle`.
 */
export type SweepUploadsDeps = {
  storage: SweepStorage
  ring(id: string): Promise<void>
  summaries: { write(summary: DepositSummary): Promise<void>; written(states: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> }
  reclaimable?: () => AsyncIterable<string>
  limits: SweepLimits
  now: () => Date
  log: Log
  signal?: AbortSignal
}

const QUARANTINE_MS = 30 * 86_400_000
const CLEAN_MS = 86_400_000
const LOCK_WAIT_MS = 0

/** One pass over what is under way (upload §4.6). One bad deposit never stops the pass. */
export const sweepUploads = async (deps: SweepUploadsDeps): Promise<UploadSweepCounts> => {
  const counts = {
    marks: 0,
    rung: 0,
    completed: 0,
    expired: 0,
    unmarked: 0,
    cleared: 0,
    summarised: 0,
    reclaimed: 0,
    purged: 0,
    cleaned: 0,
    failed: 0,
    late: 0,
  }
  for await (const id of deps.storage.marks()) {
    if (deps.signal?.aborted) return counts
    counts.marks += 1
    await guarded(deps, counts, id, () => sweepMark(deps, counts, id))
  }
  const now = deps.now().getTime()
  for await (const id of deps.storage.quarantinedBefore(new Date(now - QUARANTINE_MS))) {
    await guarded(deps, counts, id, async () => {
      await deps.storage.removeData(id)
      await deps.storage.release(id)
      counts.purged += 1
    })
  }
  for await (const id of deps.reclaimable?.() ?? []) {
    if (deps.signal?.aborted) return counts
    await guarded(deps, counts, id, async () => {
      if (!(await deps.storage.isTakenAway(id))) return
      await deps.storage.removeData(id)
      counts.reclaimed += 1
    })
  }
  counts.cleaned = await deps.storage.clean(new Date(now - CLEAN_MS))
  if (counts.late > 0) deps.log.warn('sweep.uploads-late', { count: counts.late })
  return counts
}

const guarded = async (deps: SweepUploadsDeps, counts: UploadSweepCounts, id: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    counts.failed += 1
    deps.log.error('sweep.upload-failed', error, { deposit: id })
  }
}

const sweepMark = async (deps: SweepUploadsDeps, counts: UploadSweepCounts, id: string): Promise<void> => {
  const facts = await deps.storage.facts(id)
  const now = deps.now()
  const action = sweepAction(facts, now.getTime(), deps.limits)
  if (facts.record && isLate(facts.record, now.getTime())) counts.late += 1
  const isSummarised = await summarise(deps, counts, facts)
  if (action === 'unmark' && !isSummarised) return
  await perform(deps, counts, id, facts, action, now)
}

/** Writes the summary that `Deposits` lacks; false when it is still lacking. */
const summarise = async (deps: SweepUploadsDeps, counts: UploadSweepCounts, { record }: MarkFacts): Promise<boolean> => {
  if (!record || !needsSummary(record)) return true
  try {
    const written = await deps.summaries.written(new Map([[record.id, record.state]]))
    if (written.has(record.id)) return true
    await deps.summaries.write(summaryOf(record))
    counts.summarised += 1
    return true
  } catch (error) {
    deps.log.error('sweep.summary-not-written', error, { deposit: record.id })
    return false
  }
}

const perform = async (deps: SweepUploadsDeps, counts: UploadSweepCounts, id: string, { record }: MarkFacts, action: SweepAction, now: Date): Promise<void> => {
  const { storage } = deps
  switch (action) {
    case 'leave':
      return
    case 'ring':
      await deps.ring(id)
      counts.rung += 1
      return
    case 'complete':
      if (!(await underLock(deps, id, now, 'complete'))) return
      counts.completed += 1
      await deps.ring(id)
      counts.rung += 1
      return
    case 'expire':
      if (!(await underLock(deps, id, now, 'expire'))) return
      await storage.removeData(id)
      await storage.unmark(id)
      counts.expired += 1
      return
    case 'unmark':
      if (record?.state === 'expired') await storage.removeData(id) // what a crash left of an expiry
      await storage.unmark(id)
      counts.unmarked += 1
      return
    case 'clear':
      await storage.removeData(id)
      await storage.unmark(id)
      counts.cleared += 1
      return
  }
}

/** Decides again once the lock is held: the client may have come back meanwhile. The tombstone comes before the removal, so that a crash in between leaves a clear answer. */
const underLock = async (deps: SweepUploadsDeps, id: string, now: Date, wanted: 'complete' | 'expire'): Promise<boolean> => {
  const lease = await deps.storage.locks.acquire(id, { waitMs: LOCK_WAIT_MS })
  try {
    const facts = await deps.storage.facts(id)
    const stored = await deps.storage.records.read(id)
    if (!stored || !isOpen(stored.record)) return false
    if (sweepAction({ ...facts, isLocked: false }, now.getTime(), deps.limits) !== wanted) return false
    await deps.storage.records.save(wanted === 'complete' ? completed(stored.record, now) : expired(stored.record, now), stored.version)
    return true
  } finally {
    await lease.release()
  }
}
