import { isEffective } from './batches.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument, Verdict } from './documents.ts'
import { countShared, unionSirens } from './sirens.ts'
import type { Spine } from './spine.ts'

/** The SIRENs that the counting files of (batch, source) named, each under the last run that it closed. Files alone decide. */
export const namedBy = async (spine: Spine, documents: readonly ImportDocument[]): Promise<Uint32Array> => {
  const parts: Uint32Array[] = []
  for (const document of documents) {
    if (document.closedRun === 0) continue
    for (const result of await spine.store.imports.results(document.deposit, document.closedRun)) parts.push(result.named)
  }
  return unionSirens(parts)
}

/**
 * What the deposits of (batch, source) amount to: is the current run closed, and is the type effective as stock? While a
 * newer run is being imported the old verdict stands. `earlier` are the batches before this one, latest first.
 */
export const assess = async (
  spine: Spine,
  batch: BatchDocument,
  source: string,
  earlier: readonly BatchDocument[],
  imports: readonly ImportDocument[],
): Promise<{ closedRun: number; verdict: Verdict | undefined }> => {
  const run = batch.runs[source]?.n ?? 0
  const counting = countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch.key))
  const held = counting.filter((document) => document.waiting === undefined || document.waiting.run !== run)
  const allClosed = held.every((document) => document.closedRun >= run)
  const closedRun = allClosed ? run : (batch.closedRun[source] ?? 0)
  const old = batch.verdicts[source]
  if (!spine.sources.isStock(source) || (!allClosed && run > 1 && old !== undefined)) return { closedRun, verdict: old }
  const closed = counting.filter((document) => document.closedRun >= run && run > 0)
  return { closedRun, verdict: await judge(spine, source, closed, earlier, imports) }
}

/** The guard (architecture §4): files that name fewer than a share of the holders are not effective, unless one is confirmed. */
const judge = async (
  spine: Spine,
  source: string,
  closed: readonly ImportDocument[],
  earlier: readonly BatchDocument[],
  imports: readonly ImportDocument[],
): Promise<Verdict> => {
  if (closed.length === 0) return { effective: false, named: 0, holders: 0, kept: 0 }
  const named = await namedBy(spine, closed)
  const reference = earlier.find((batch) => isEffective(batch, source))
  const referenceDeposits = reference === undefined ? [] : countingDeposits(ofSource(imports, source).filter((document) => document.batch === reference.key))
  // a file that waits under the closed run says nothing any more, whatever an older run had read of it
  const closedRun = reference?.closedRun[source] ?? 0
  const holders = await namedBy(
    spine,
    referenceDeposits.filter((document) => document.closedRun >= closedRun),
  )
  const kept = countShared(named, holders)
  const passes = kept >= holders.length * spine.settings.guardShare
  return { effective: passes || closed.some((document) => document.confirmed), named: named.length, holders: holders.length, kept }
}

export const sameVerdict = (a: Verdict | undefined, b: Verdict | undefined): boolean =>
  a?.effective === b?.effective && a?.named === b?.named && a?.holders === b?.holders && a?.kept === b?.kept
