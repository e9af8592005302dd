import type { BatchReading } from '../compaction/compact.ts'
import type { BatchWindow } from '../features.ts'
import { isEffective, perimetreDeposits, windowOf } from './batches.ts'
import type { BatchDocument, ImportDocument } from './documents.ts'
import type { Spine } from './spine.ts'

/** What a page of SIRENs is computed with. It is read after the page of the ledger, so that whatever a touch announces is seen. */
export type Reading = {
  batches: BatchDocument[]
  imports: ImportDocument[]
  readings: BatchReading[]
  /** The current batch and its window; nothing before the first opening. */
  current: { key: string; window: BatchWindow; perimetre: string[] } | undefined
}

export const readAdmin = async (spine: Spine, currentKey: string | undefined): Promise<Reading> => {
  const batches = await spine.store.admin.batches()
  const imports = await spine.store.imports.all()
  const { dateDebut } = spine.settings
  const readings = batches.map((batch) => batchReading(batch, batches, imports, spine))
  const current =
    currentKey === undefined
      ? undefined
      : { key: currentKey, window: windowOf(currentKey, batches, imports, dateDebut), perimetre: perimetreDeposits(currentKey, batches, imports) }
  return { batches, imports, readings, current }
}

/**
 * Every entity counts as touched in a batch where a type is effective as stock, whatever documents exist: one that the file leaves out loses what it
 * held (refine §2.2). Runs are those of the sources, by the type of their tuples.
 */
const batchReading = (
  batch: BatchDocument,
  batches: readonly BatchDocument[],
  imports: readonly ImportDocument[],
  { sources, settings }: Spine,
): BatchReading => {
  const complete = Object.keys(batch.verdicts)
    .filter((source) => isEffective(batch, source))
    .map((source) => sources.typeOf(source))
    .sort()
  const closedRuns = Object.fromEntries(Object.entries(batch.closedRun).map(([source, run]) => [sources.typeOf(source), run]))
  return { key: batch.key, complete, touched: complete.length > 0, closedRuns, window: windowOf(batch.key, batches, imports, settings.dateDebut) }
}
