import { closeDeposit, payOwed, settleSource, unclosedRuns, unheardConfirmations, unsettled } from './closing.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument } from './documents.ts'
import { ringDeposit, ringShards } from './ledger.ts'
import { ringIfQuiet } from './lists.ts'
import { tryOpen } from './opening.ts'
import { missingInputs, reconcileRuns } from './runs.ts'
import type { Spine } from './spine.ts'

/** What a sweep mended, by kind, for the log and the metrics. */
export type Swept = { unregistered: number; unread: number; released: number; unsettled: number; shards: number }

/**
 * Repairs what a lost message or a worker that died left behind (architecture §§2, 4). `announced` are the deposits that `settle` announced
 * and that import does not know; `before` leaves alone what is recent enough to be in hand. What cannot be mended does not keep the rest from it: each
 * failure is told at the end, with the part that it comes from, by an AggregateError.
 */
export const sweepSpine = async (spine: Spine, announced: readonly string[], before: Date): Promise<Swept> => {
  const swept: Swept = { unregistered: 0, unread: 0, released: 0, unsettled: 0, shards: 0 }
  const failures: Error[] = []
  const attempt = async (part: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (cause) {
      failures.push(new Error(`${part}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }))
    }
  }
  await attempt('deposits that import does not know', async () => {
    for (const deposit of announced) {
      await ringDeposit(spine, deposit)
      swept.unregistered++
    }
  })
  await attempt('what deposits owe', () => payOwed(spine))
  await attempt('runs', () => reconcileRuns(spine))
  await attempt('batches', async () => {
    for (const batch of await spine.store.admin.batches()) await attempt(`batch ${batch.key}`, () => sweepBatch(spine, batch, before, swept))
  })
  await attempt('opening', () => tryOpen(spine))
  await attempt('shards', async () => {
    for (const { stage, shard } of await spine.store.ledger.shardsWithWork(before)) {
      await ringShards(spine, stage, [shard])
      swept.shards++
    }
  })
  await attempt('lists', () => ringIfQuiet(spine))
  if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
  return swept
}

/** Closings, runs, marks and readings of a batch. Counts in `swept` what it mends. */
const sweepBatch = async (spine: Spine, batch: BatchDocument, before: Date, swept: Swept): Promise<void> => {
  const imports = await spine.store.imports.all()
  for (const document of unsettled(batch, imports)) {
    await closeDeposit(spine, document.deposit)
    swept.unsettled++
  }
  for (const source of [...unclosedRuns(batch, imports), ...unheardConfirmations(batch, imports)]) {
    await settleSource(spine, batch.key, source)
    swept.unsettled++
  }
  for (const document of staleMarks(batch, imports)) await spine.store.imports.park(document.deposit, null)
  for (const document of unread(spine, batch, imports, before)) {
    await ringDeposit(spine, document.deposit)
    if (document.waiting === undefined) swept.unread++
    else swept.released++
  }
}

/** Deposits that are read and still bear the mark of a wait: a worker that woke late wrote it after the others had gone on. */
const staleMarks = (batch: BatchDocument, imports: readonly ImportDocument[]): ImportDocument[] =>
  imports.filter((document) => {
    const run = document.batch === batch.key ? batch.runs[document.source] : undefined
    return run !== undefined && document.waiting !== undefined && document.waiting.run < run.n && document.closedRun >= run.n
  })

/** Deposits that count and are not read under the current run: nobody reads them any more, or they wait for something that came. */
const unread = (spine: Spine, batch: BatchDocument, imports: readonly ImportDocument[], before: Date): ImportDocument[] => {
  const own = imports.filter((document) => document.batch === batch.key)
  const sources = [...new Set(own.map((document) => document.source))]
  return sources.flatMap((source) =>
    countingDeposits(ofSource(own, source)).filter((document) => {
      if (document.registeredAt > before) return false
      const run = batch.runs[source]
      if (run === undefined) return true
      if (document.closedRun >= run.n) return false
      return document.waiting?.run !== run.n || missingInputs(document, run, spine.sources).length === 0
    }),
  )
}
