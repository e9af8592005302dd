import type { DepositRecord } from '../../shared/domain/deposit/record.ts'
import { type DepositSummary, summaryOf } from '../../shared/domain/deposit/record.ts'
import type { Lease, Scanner, SettleStorage, StoredRecord } from '../../shared/domain/deposit/storage.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Clock, Log } from '../../shared/ports.ts'
import { nextStep, REASON_INFECTED, type ScanTooLarge } from './core.ts'

/** What a partner may be told of, once it is recorded. */
export type Notice = 'announced' | 'quarantined' | 'blocked'

/**
 * `announce` sends the message to `import` and gives its id. `writeSummary` may fail: the mark then stays, for `sweep`.
 * `checkpoint` is called where a process may die (upload §4.3); tests stop it there.
 */
export type SettleDeps = {
  storage: SettleStorage
  scan: Scanner
  scanTooLarge: ScanTooLarge
  announce(id: string): Promise<{ id: string }>
  writeSummary(summary: DepositSummary): Promise<void>
  notify(notice: Notice, record: DepositRecord): Promise<void>
  now: Clock
  log: Log
  checkpoint?: (moment: string, id: string) => void | Promise<void>
}

/** How long to wait for the lock: longer than the lease that a dead holder leaves behind. */
const LOCK_WAIT_MS = 60_000

/** A third of the lease (upload §4.5). */
const RENEW_MS = 13_000

/**
 * Takes a deposit from `complete` to `announced`, step by step, each recorded before the next. Whatever is interrupted, the next run goes
 * on from the record. Throws `LOCKED` when somebody else works on the deposit, `DEADLINE` when time is up, `UPLOAD_UNKNOWN`, and what a
 * step that is to be run again threw.
 */
export const settleDeposit = async (deps: SettleDeps, id: string, signal: AbortSignal): Promise<void> => {
  const lease = await deps.storage.locks.acquire(id, { waitMs: LOCK_WAIT_MS, signal })
  const stop = new AbortController()
  const timer = setInterval(() => {
    lease.renew().catch((error: unknown) => stop.abort(error))
  }, RENEW_MS)
  try {
    await run(deps, id, AbortSignal.any([signal, stop.signal]), lease)
  } finally {
    clearInterval(timer)
    await lease.release()
  }
}

const run = async (deps: SettleDeps, id: string, signal: AbortSignal, lease: Lease): Promise<void> => {
  const stored = await deps.storage.records.read(id)
  if (!stored) throw new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.')
  let current: StoredRecord = { ...stored, record: { ...stored.record, attempts: stored.record.attempts + 1 } }
  for (;;) {
    if (signal.aborted) throw new AppError('DEADLINE', 'the time of this run is used up or its lock was lost', { cause: signal.reason })
    const step = nextStep(current.record, await deps.storage.size(current.record), deps.scanTooLarge)
    if (step.do === 'nothing') return
    if (step.do === 'finish') return finish(deps, current.record)
    const next = await perform(deps, current.record, step.do, step.do === 'block' ? step.reason : undefined, signal)
    if (!(await lease.held())) throw new AppError('LOCKED', 'the lock was lost during a step')
    current = await deps.storage.records.save(next, current.version)
    await deps.checkpoint?.(`settle.${step.do}-recorded`, id)
    deps.log.info('settle.step', { deposit: id, owner: next.owner, step: step.do, state: next.state })
    if (next.state === 'blocked') return leaveBlocked(deps, stored.record, next)
    if (next.state === 'announced' || next.state === 'quarantined') await tell(deps, next.state, next)
    else if (next.state !== stored.record.state || step.do === 'hash') await summarise(deps, next)
  }
}

/** Does one step and gives the record that says so. */
const perform = async (deps: SettleDeps, record: DepositRecord, step: string, reason: string | undefined, signal: AbortSignal): Promise<DepositRecord> => {
  const { storage } = deps
  const at = () => deps.now().toISOString()
  switch (step) {
    case 'block':
      return { ...record, state: 'blocked', reason: reason ?? null }
    case 'hash':
      return { ...record, sha256: await storage.digest(record, signal) }
    case 'scan':
      return { ...record, scan: await deps.scan(() => storage.open(record), record.size) }
    case 'describe':
      await storage.describe(record)
      await deps.checkpoint?.('settle.described', record.id)
      return { ...record, state: 'scanned', reason: null }
    case 'place': {
      const placed = await storage.place(record)
      if (placed.ok) return { ...placed.record, state: 'placed', placedAt: at(), reason: null }
      deps.log.warn('settle.blocked', { deposit: record.id, owner: record.owner, cause: placed.obstacle.cause })
      return { ...record, state: 'blocked', reason: placed.obstacle.reason }
    }
    case 'announce': {
      const message = await deps.announce(record.id)
      await deps.checkpoint?.('settle.sent', record.id)
      return { ...record, state: 'announced', announcedAt: at(), messageId: message.id, reason: null }
    }
    case 'quarantine':
      await storage.quarantine(record)
      return { ...record, state: 'quarantined', reason: REASON_INFECTED }
    default:
      throw new Error(`no step is called ${step}`)
  }
}

/** Step 8: the summary, then the mark. Without its summary a deposit keeps its mark. */
const finish = async (deps: SettleDeps, record: DepositRecord): Promise<void> => {
  if (await summarise(deps, record)) await deps.storage.unmark(record.id)
}

const leaveBlocked = async (deps: SettleDeps, before: DepositRecord, record: DepositRecord): Promise<void> => {
  await summarise(deps, record)
  if (before.state !== 'blocked') await tell(deps, 'blocked', record)
}

const summarise = async (deps: SettleDeps, record: DepositRecord): Promise<boolean> => {
  try {
    await deps.writeSummary(summaryOf(record))
    return true
  } catch (error) {
    deps.log.error('settle.summary-not-written', error, { deposit: record.id })
    return false
  }
}

/** A mail is never a condition of success. */
const tell = async (deps: SettleDeps, notice: Notice, record: DepositRecord): Promise<void> => {
  try {
    await deps.notify(notice, record)
  } catch (error) {
    deps.log.error('settle.not-notified', error, { deposit: record.id })
  }
}
