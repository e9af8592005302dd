import { mappingDeposits, ownFilter, perimetreDeposits } from './batches.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument, Run, RunInputs } from './documents.ts'
import { ringDeposit } from './ledger.ts'
import { FILTER_SOURCE, HEADCOUNT_SOURCE, MAPPING_SOURCE, type SourceFacts, type Spine } from './spine.ts'

/**
 * The inputs of the import of a (batch, source): a function of the deposits and of the verdicts (architecture §4). `removed`
 * are the deposits of the source that no longer count; one that failed never counted and left nothing.
 */
export const inputsOf = (
  key: string,
  source: string,
  batches: readonly BatchDocument[],
  imports: readonly ImportDocument[],
  sources: SourceFacts,
): RunInputs => {
  const own = ofSource(imports, source).filter((document) => document.batch === key)
  const counting = countingDeposits(own)
  const counts = new Set(counting.map((document) => document.deposit))
  const removed = own.filter((document) => document.failed === undefined && !counts.has(document.deposit)).map((document) => document.deposit)
  const needsMapping = source === MAPPING_SOURCE || counting.some((document) => document.plan?.needsMapping)
  return {
    mapping: sources.usesMapping(source) && needsMapping ? mappingDeposits(key, imports) : [],
    perimetre: perimetreInputs(key, source, batches, imports, sources),
    removed: removed.sort(),
  }
}

const perimetreInputs = (
  key: string,
  source: string,
  batches: readonly BatchDocument[],
  imports: readonly ImportDocument[],
  sources: SourceFacts,
): string[] => {
  if (source === FILTER_SOURCE || !sources.usesPerimetre(source)) return []
  return source === HEADCOUNT_SOURCE ? ownFilter(key, imports) : perimetreDeposits(key, batches, imports)
}

/** What a deposit of `source` lacks under these inputs, by the name of the source that brings it. */
export const missingInputs = (document: ImportDocument, inputs: RunInputs, sources: SourceFacts): string[] => {
  const missing: string[] = []
  const needsPerimetre = sources.usesPerimetre(document.source) && document.source !== HEADCOUNT_SOURCE
  if (needsPerimetre && inputs.perimetre.length === 0) missing.push(HEADCOUNT_SOURCE)
  if (document.plan?.needsMapping && inputs.mapping.length === 0) missing.push(MAPPING_SOURCE)
  return missing
}

const sameInputs = (a: RunInputs, b: RunInputs): boolean =>
  sameList(a.mapping, b.mapping) && sameList(a.perimetre, b.perimetre) && sameList(a.removed, b.removed)

const sameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((item, at) => item === b[at])

/**
 * Computes the inputs of every (batch, source) again and raises the runs whose inputs changed, by compare-and-set on the
 * version of the batch, which is read before the deposits. Then rings the deposits that are to be imported again. Returns what it raised.
 */
export const reconcileRuns = async (spine: Spine): Promise<{ batch: string; source: string }[]> => {
  const { admin, imports } = spine.store
  const changed: { batch: string; source: string }[] = []
  for (const { key } of await admin.batches()) {
    for (;;) {
      const batches = await admin.batches()
      const batch = batches.find((candidate) => candidate.key === key)
      if (batch === undefined) break
      const deposits = await imports.all()
      const raised = raisedRuns(batch, batches, deposits, spine.sources)
      if (raised.length === 0) break
      const runs = { ...batch.runs, ...Object.fromEntries(raised) }
      if (!(await admin.updateBatch({ ...batch, runs }))) continue
      for (const [source, run] of raised) {
        spine.log.info('run.raised', { batch: key, source, run: run.n })
        await ringUnread(spine, key, source, run.n, deposits)
        changed.push({ batch: key, source })
      }
      break
    }
  }
  return changed
}

const raisedRuns = (batch: BatchDocument, batches: readonly BatchDocument[], imports: readonly ImportDocument[], sources: SourceFacts): [string, Run][] => {
  // A deposit of an unknown type was refused, and is of no source.
  const known = new Set(imports.flatMap((document) => (document.batch === batch.key && document.source !== '' ? [document.source] : [])))
  return [...known].sort().flatMap((source): [string, Run][] => {
    const inputs = inputsOf(batch.key, source, batches, imports, sources)
    const run = batch.runs[source]
    if (run !== undefined && sameInputs(run, inputs)) return []
    return [[source, { n: (run?.n ?? 0) + 1, ...inputs }]]
  })
}

const ringUnread = async (spine: Spine, batch: string, source: string, run: number, imports: readonly ImportDocument[]): Promise<void> => {
  const counting = countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch))
  for (const document of counting) if (document.closedRun < run) await ringDeposit(spine, document.deposit)
}
