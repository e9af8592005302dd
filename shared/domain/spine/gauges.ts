import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument, ListDocument } from './documents.ts'
import type { StatusCounts } from './status.ts'

/**
 * How the platform stands, for metrics. `oldestWorkMs`: for how long the SIREN in progress that was touched first has not moved, 0 when there is none.
 * `depositsWaiting`: announced, and not read under the current run of their source (lost, in progress or parked); what waits for a confirmation is read.
 */
export type Gauges = { oldestWorkMs: number; failed: number; listsHeld: number; depositsWaiting: number }

/** `unregistered`: deposits that were announced and that import does not know. */
export type GaugeFacts = {
  counts: StatusCounts
  lists: readonly ListDocument[]
  batches: readonly BatchDocument[]
  imports: readonly ImportDocument[]
  unregistered: number
}

export const gaugesOf = ({ counts, lists, batches, imports, unregistered }: GaugeFacts, now: Date): Gauges => ({
  oldestWorkMs: Math.max(0, ...Object.values(counts.oldest).map((at) => now.getTime() - at.getTime())),
  failed: counts.stages.failed,
  listsHeld: lists.filter(isHeld).length,
  depositsWaiting: unregistered + unreadDeposits(batches, imports),
})

/** Held: only a person or new data go on with it. */
export const isHeld = ({ state, reason, recomputing }: ListDocument): boolean =>
  (state === 'building' && reason !== undefined) || (recomputing !== undefined && !recomputing.ready)

const unreadDeposits = (batches: readonly BatchDocument[], imports: readonly ImportDocument[]): number => {
  const groups = Map.groupBy(imports, ({ batch, source }) => `${batch}:${source}`)
  return [...groups.values()].reduce((count, group) => {
    const { batch: key, source } = group[0] as ImportDocument
    const run = batches.find((batch) => batch.key === key)?.runs[source]?.n ?? 1
    return count + countingDeposits(ofSource(group, source)).filter(({ closedRun }) => closedRun < run).length
  }, 0)
}
