/**
 * What a sweep mends, in order: uploads first, because they feed the import, then the spine (architecture §§1, 2; upload §4.6).
 * A part that fails does not stop the other; the first failure is thrown at the end, so that the alarm rings.
 */
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { type Swept, sweepSpine } from '../../shared/domain/spine/sweeping.ts'

/** How far back announcements are looked at: SQS keeps a message four days by default, the dead letters fourteen. */
export const LOOK_BACK_MS = 14 * 86_400_000

export type SweepContext<Uploads> = {
  spine: Spine
  idleMs: number
  sweepUploads: () => Promise<Uploads>
  /** Deposits that `settle` announced between two instants. */
  announcedBetween: (after: Date, before: Date) => Promise<string[]>
}

export const sweepAll = async <Uploads>({
  spine,
  idleMs,
  sweepUploads,
  announcedBetween,
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
  const swept = await attempt('spine', async () => {
    const before = new Date(spine.clock().getTime() - idleMs)
    const announced = await announcedBetween(new Date(before.getTime() - LOOK_BACK_MS), before)
    const known = new Set((await spine.store.imports.all()).map(({ deposit }) => deposit))
    return sweepSpine(
      spine,
      announced.filter((deposit) => !known.has(deposit)),
      before,
    )
  })
  if (failures.length > 0) throw failures[0]
  return { uploads, spine: swept }
}
