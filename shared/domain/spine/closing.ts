import { importEvent } from '../journal/events.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, ImportDocument } from './documents.ts'
import { allShards, ringShards, touchAndRing } from './ledger.ts'
import { loadPerimetre, tryOpen } from './opening.ts'
import { reconcileRuns } from './runs.ts'
import { unpackSiren } from './sirens.ts'
import { FILTER_SOURCE, HEADCOUNT_SOURCE, type Spine } from './spine.ts'
import { assess, sameVerdict } from './verdicts.ts'

/**
 * Closes a deposit if the results of all its ranges are there under the current run of its source (a set, never a
 * counter), then makes every consequence of that. Everything can be done again: redelivery and `sweep` do.
 * A deposit that no longer counts has consequences too.
 */
export const closeDeposit = async (spine: Spine, deposit: string): Promise<void> => {
  const { imports, admin } = spine.store
  const document = await imports.find(deposit)
  if (document === undefined) return
  const run = (await admin.batch(document.batch))?.runs[document.source]?.n ?? 0
  if (document.plan !== undefined && document.closedRun < run && (await isRead(spine, document, run))) {
    await imports.raise(deposit, 'closedRun', run)
    spine.log.info('import.closed', { deposit, batch: document.batch, source: document.source, run })
  }
  await settleSource(spine, document.batch, document.source)
  await report(spine, deposit)
  await forgetLowerRuns(spine, deposit)
  await imports.raise(deposit, 'settledRun', run)
}

/** One event of the Journal per deposit and closed run: done again, it is the same event. */
const report = async ({ journal, store: { imports }, clock }: Spine, deposit: string): Promise<void> => {
  if (journal === undefined) return
  const document = await imports.find(deposit)
  if (document === undefined || document.closedRun === 0 || document.failed !== undefined) return
  const results = await imports.results(deposit, document.closedRun)
  await journal.write(importEvent(document, document.closedRun, results, clock()))
}

/**
 * The results of runs before the closed one are of no use any more: whoever judged with them read the version of `Admin` before the closing was evaluated,
 * and is refused.
 */
const forgetLowerRuns = async ({ store: { imports } }: Spine, deposit: string): Promise<void> => {
  const closed = (await imports.find(deposit))?.closedRun ?? 0
  if (closed > 1) await imports.deleteResults(deposit, closed)
}

const isRead = async (spine: Spine, document: ImportDocument, run: number): Promise<boolean> => {
  const done = new Set(await spine.store.imports.resultRanges(document.deposit, run))
  return document.plan?.ranges.every((_, range) => done.has(range)) ?? false
}

/** All the consequences of what the deposits of (batch, source) amount to now: verdicts, touches, new runs, opening. */
export const settleSource = async (spine: Spine, batch: string, source: string): Promise<void> => {
  let changed = [{ batch, source }]
  // a raised run may have no deposit left to close it: it is looked at again at once
  while (changed.length > 0) {
    for (const one of changed) await evaluateFrom(spine, one.batch, one.source)
    await payOwed(spine)
    changed = await reconcileRuns(spine)
  }
  await tryOpen(spine)
}

/**
 * Evaluates (batch, source) and every later batch again, in ascending order: the holders of a batch are those of the latest
 * earlier one that is effective. The version is read before the deposits, and raised even when nothing changes, so that two
 * evaluations cannot both rest on what the other is about to change.
 */
export const evaluateFrom = async (spine: Spine, from: string, source: string): Promise<void> => {
  for (const { key } of await spine.store.admin.batches()) {
    if (key < from) continue
    while (!(await evaluateOne(spine, key, source))) spine.log.info('verdict.retried', { batch: key, source })
  }
}

const evaluateOne = async (spine: Spine, key: string, source: string): Promise<boolean> => {
  const batches = await spine.store.admin.batches()
  const batch = batches.find((candidate) => candidate.key === key)
  if (batch?.runs[source] === undefined) return true
  const imports = await spine.store.imports.all()
  const earlier = batches.filter((candidate) => candidate.key < key).reverse()
  const { closedRun, verdict } = await assess(spine, batch, source, earlier, imports)
  const effectiveChanged = verdict?.effective !== batch.verdicts[source]?.effective && (verdict?.effective === true || batch.verdicts[source] !== undefined)
  const runClosed = closedRun !== (batch.closedRun[source] ?? 0)
  const next: BatchDocument = { ...batch, closedRun: { ...batch.closedRun, [source]: closedRun } }
  if (verdict !== undefined) next.verdicts = { ...batch.verdicts, [source]: verdict }
  if (effectiveChanged || runClosed || mayMoveHeadcounts(key, source, imports) || mayMovePerimetre(key, source, imports))
    next.owed = { ...batch.owed, [source]: `${batch.version}` }
  if (!(await spine.store.admin.updateBatch(next))) return false
  if (!sameVerdict(verdict, batch.verdicts[source])) spine.log.info('verdict.given', { batch: key, source, closedRun, ...verdict })
  return true
}

/** A headcount file that has just closed may move the last month of headcounts, with which all who hold headcounts are computed (architecture §4). */
const mayMoveHeadcounts = (batch: string, source: string, imports: readonly ImportDocument[]): boolean =>
  source === HEADCOUNT_SOURCE &&
  ofSource(imports, source).some(
    (document) => document.batch === batch && document.plan?.dateFinEffectif !== undefined && document.settledRun < document.closedRun,
  )

/** An explicit perimeter that has just closed adds to those that the batch had: no verdict and no run tells of it. */
const mayMovePerimetre = (batch: string, source: string, imports: readonly ImportDocument[]): boolean =>
  source === FILTER_SOURCE && ofSource(imports, source).some((document) => document.batch === batch && document.settledRun < document.closedRun)

/**
 * Makes what a change of effective types or a closed run still owes, whoever made the change: it may have died before it judged the later batches, whose
 * holders are those of this one.
 */
export const payOwed = async (spine: Spine): Promise<void> => {
  const { admin } = spine.store
  let batches = await admin.batches()
  for (const key of batches.map((batch) => batch.key)) {
    const batch = batches.find((candidate) => candidate.key === key)
    if (batch === undefined) continue
    for (const [source, token] of Object.entries(batch.owed)) {
      const later = batches.find((candidate) => candidate.key > key)
      if (later !== undefined) await evaluateFrom(spine, later.key, source)
      await touchLowerRuns(spine, batch, source)
      await touchHolders(spine, source)
      await touchPerimetres(spine, batch.key, source)
      await admin.settleOwed(batch.key, source, token)
    }
    // those that were judged again may owe something in their turn
    if (Object.keys(batch.owed).length > 0) batches = await admin.batches()
  }
}

/** SIRENs that still stand on a lower run than the closed one: in ImportedData first, then in RawData, as compaction moves from the one to the other. */
const touchLowerRuns = async (spine: Spine, batch: BatchDocument, source: string): Promise<void> => {
  const closed = batch.closedRun[source] ?? 0
  if (closed < 2) return
  const { entities } = spine.store
  const type = spine.sources.typeOf(source)
  const { touchSize } = spine.settings
  await eachPage(
    (after) => entities.importedBelowRun(batch.key, source, closed, after, touchSize),
    (sirens) => touchAndRing(spine, sirens),
  )
  await eachPage(
    (after) => entities.rawBelowRun(batch.key, type, closed, after, touchSize),
    (sirens) => touchAndRing(spine, sirens),
  )
}

const eachPage = async (read: (after: string | undefined) => Promise<string[]>, work: (sirens: string[]) => Promise<void>): Promise<void> => {
  for (let sirens = await read(undefined); sirens.length > 0; sirens = await read(sirens.at(-1))) await work(sirens)
}

/** All who hold a stock source, whether the file names them or not: those it leaves out lose what they held (refine §2.2). */
const touchHolders = async (spine: Spine, source: string): Promise<void> => {
  if (!spine.sources.isStock(source)) return
  const batch = (await spine.store.admin.current())?.batch ?? ''
  let touched = false
  let after: string | undefined
  do {
    after = await spine.store.ledger.touchHolders(source, batch, after, spine.settings.touchSize)
    touched ||= after !== undefined
  } while (after !== undefined)
  if (touched) await ringShards(spine, 'refine', allShards(spine.settings.shards))
}

/**
 * Those who may enter or leave the perimeter of the current batch, whatever they hold: a headcount file that came after the opening moves it
 * (refine §6.3). Before, the opening touches them.
 */
const touchPerimetres = async (spine: Spine, key: string, source: string): Promise<void> => {
  if (source !== HEADCOUNT_SOURCE && source !== FILTER_SOURCE) return
  const current = await spine.store.admin.current()
  if (current === undefined || key > current.batch) return
  const deposits = (await spine.store.imports.all()).filter(({ plan }) => plan?.perimetre !== undefined).map(({ deposit }) => deposit)
  await touchAndRing(spine, Array.from(await loadPerimetre(spine, deposits), unpackSiren))
}

/** Sources whose current run could be closed and is not, for `sweep`: whoever raised it died before looking at it again. */
export const unclosedRuns = (batch: BatchDocument, imports: readonly ImportDocument[]): string[] =>
  Object.entries(batch.runs).flatMap(([source, run]) => {
    if ((batch.closedRun[source] ?? 0) >= run.n) return []
    const counting = countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch.key))
    return counting.every((document) => document.closedRun >= run.n || document.waiting?.run === run.n) ? [source] : []
  })

/** Sources that a confirmed deposit should have made effective, for `sweep`: the message of the confirmation was lost. */
export const unheardConfirmations = (batch: BatchDocument, imports: readonly ImportDocument[]): string[] =>
  Object.entries(batch.runs).flatMap(([source, run]) => {
    if (batch.verdicts[source]?.effective !== false || (batch.closedRun[source] ?? 0) < run.n) return []
    const counting = countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch.key))
    return counting.some((document) => document.confirmed && document.closedRun >= run.n) ? [source] : []
  })

/** Deposits whose consequences are not all made, for `sweep`. */
export const unsettled = (batch: BatchDocument, imports: readonly ImportDocument[]): ImportDocument[] =>
  Object.entries(batch.runs).flatMap(([source, run]) => {
    const counting = countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch.key))
    return counting.filter((document) => document.closedRun >= run.n && document.settledRun < run.n)
  })
