/**
 * What a sweep mends, in order: uploads first, because they feed the import, then the spine (architecture §§1, 2; upload §4.6).
 * Then it measures how the platform stands. A part that fails does not stop the others; the first failure is thrown at the end, so that the alarm rings.
 */
import { type Gauges, gaugesOf } from '../../shared/domain/spine/gauges.ts'
import { ringRecomputing } from '../../shared/domain/spine/recomputing.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import type { StatusCounts } from '../../shared/domain/spine/status.ts'
import { type Swept, sweepSpine } from '../../shared/domain/spine/sweeping.ts'
import type { Metrics } from '../../shared/ports.ts'

/** How far back announcements are looked at: SQS keeps a message four days by default, the dead letters fourteen. */
export const LOOK_BACK_MS = 14 * 86_400_000

export type SweepContext<Uploads> = {
  spine: Spine
  idleMs: number
  sweepUploads: () => Promise<Uploads>
  /** Deposits that `settle` announced between two instants. */
  announcedBetween: (after: Date, before: Date) => Promise<string[]>
  /** What the ledger counts. */
  counts: () => Promise<StatusCounts>
  metrics: Metrics
}

export const sweepAll = async <Uploads>({
  spine,
  idleMs,
  sweepUploads,
  announcedBetween,
  counts,
  metrics,
}: SweepContext<Uploads>): Promise<{ uploads: Uploads | undefined; spine: Swept | undefined }> => {
  const failures: unknown[] = []
  const attempt = async <Result>(name: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await work()
    } catch (error) {
      spine.log.error('sweep.part-failed', error, { part: name })
      failures.push(error)
      return undefined
    }
  }
  const uploads = await attempt('uploads', sweepUploads)
  const unregistered = async (before: Date): Promise<string[]> => {
    const announced = await announcedBetween(new Date(before.getTime() - LOOK_BACK_MS), before)
    const known = new Set((await spine.store.imports.all()).map(({ deposit }) => deposit))
    return announced.filter((deposit) => !known.has(deposit))
  }
  const swept = await attempt('spine', async () => {
    const before = new Date(spine.clock().getTime() - idleMs)
    return sweepSpine(spine, await unregistered(before), before)
  })
  await attempt('recomputed-lists', () => ringRecomputing(spine))
  await attempt('gauges', async () => {
    const { admin, imports, lists } = spine.store
    const now = spine.clock()
    const facts = { lists: await lists.lists(), batches: await admin.batches(), imports: await imports.all() }
    record(metrics, gaugesOf({ ...facts, counts: await counts(), unregistered: (await unregistered(now)).length }, now))
  })
  if (failures.length > 0) throw failures[0]
  return { uploads, spine: swept }
}

/** How the platform stands after a sweep. Alarms listen to `OldestWorkAge` and `ListsHeld`; the first one missing says that no sweep runs any more. */
const record = (metrics: Metrics, { oldestWorkMs, failed, listsHeld, depositsWaiting }: Gauges): void => {
  metrics.milliseconds('OldestWorkAge', oldestWorkMs)
  metrics.count('SirensFailed', failed)
  metrics.count('ListsHeld', listsHeld)
  metrics.count('DepositsWaiting', depositsWaiting)
}
