/**
 * Import of a deposit: its plan, then its ranges, then its closing (architecture §4). Every step can be done again, by a
 * message delivered twice or by `sweep`, and changes nothing the second time.
 */

import type { Tuple } from '../../shared/domain/entity.ts'
import { refusalEvent } from '../../shared/domain/journal/events.ts'
import { sirenOf } from '../../shared/domain/siren.ts'
import { closeDeposit, settleSource } from '../../shared/domain/spine/closing.ts'
import { countingDeposits, ofSource } from '../../shared/domain/spine/counting.ts'
import type { DepositPlan, ImportDocument, ImportedDocument, RangeResult, RecordCounts, RejectedRecord, Run } from '../../shared/domain/spine/documents.ts'
import { ringShards, shardOf } from '../../shared/domain/spine/ledger.ts'
import { missingInputs, reconcileRuns } from '../../shared/domain/spine/runs.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { Gathering } from './gathering.ts'

/** What one record of a file gave. `named` are the SIRENs that it names, whether or not they are in the perimeter. */
export type ReadRecord = {
  line: number
  record: number
  status: keyof RecordCounts
  /** Records that it stands for, when not one. */
  count?: number
  /** Why it is rejected; `line` and `record` are added. */
  fault?: Omit<RejectedRecord, 'line' | 'record'>
  named?: readonly string[]
  tuples: readonly Tuple[]
}

/** Reads deposits. Both methods give the same answer for the same deposit, run and range. */
export type DepositReader = {
  /** One pass over the whole file; `refused`: the sentence that says to the partner why it is not what it claims to be. */
  plan(document: ImportDocument): Promise<{ plan: DepositPlan; perimetre?: Uint32Array } | { refused: string }>
  rows(document: ImportDocument, run: Run, range: number): AsyncIterable<readonly ReadRecord[]>
  /** The deposit has settled: what was made of it for reading (its copy under `work/`) may go. It is made again if a later run asks for it. */
  release?(document: ImportDocument): Promise<void>
}

/** What a deposit says of itself, before anything of it is read; `refused`: the sentence for the partner; `unknownType`: see `refusalEvent`. */
export type Registration = { document: ImportDocument } | { refused: string; unknownType?: string; document: ImportDocument }

export type ImportContext = { spine: Spine; reader: DepositReader; signal: AbortSignal }

/** Handles `{ deposit }`: registers it, plans it, then reads it or hands out its ranges. */
export const importDeposit = async ({ spine, reader, signal }: ImportContext, registration: Registration): Promise<void> => {
  const { imports, admin } = spine.store
  const { deposit, batch, source } = registration.document
  if (batch !== '') await admin.ensureBatch(batch)
  await imports.register(registration.document)
  if ('refused' in registration) return refuse(spine, registration.document, registration.refused, registration.unknownType)
  const known = await imports.find(deposit)
  if (known === undefined || known.failed !== undefined) return
  if (known.plan === undefined && (await admin.batch(batch))?.readonly) {
    return refuse(spine, known, `Le lot ${batch} est verrouillé : il n’accepte plus de fichier.`)
  }
  if (known.plan === undefined && !(await planDeposit(spine, reader, known))) return
  await reconcileRuns(spine)
  const ready = await readyToRead(spine, deposit)
  if (ready === undefined) return settleSource(spine, batch, source)
  const { document, run } = ready
  const done = new Set(await imports.resultRanges(deposit, run.n))
  const missing = (document.plan?.ranges ?? []).map((_, range) => range).filter((range) => !done.has(range))
  if (document.plan?.ranges.length === 1 && missing.length === 1) await readRange({ spine, reader, signal }, document, run, 0)
  else for (const range of missing) await spine.queue.send('import', { v: 1, deposit, range, run: run.n })
  if (missing.length === 0 || document.plan?.ranges.length === 1) await closeAndRelease(spine, reader, deposit)
}

/** Handles `{ deposit, range, run }`. A range of an older run is of no use any more: its run will never close. */
export const importRange = async (context: ImportContext, deposit: string, range: number, run: number): Promise<void> => {
  const { spine } = context
  const document = await spine.store.imports.find(deposit)
  if (document?.plan === undefined || document.failed !== undefined) return
  const current = (await spine.store.admin.batch(document.batch))?.runs[document.source]
  if (current?.n !== run || document.plan.ranges[range] === undefined) return spine.log.info('import.range-stale', { deposit, range, run })
  const done = await spine.store.imports.resultRanges(deposit, run)
  if (!done.includes(range)) await readRange(context, document, current, range)
  await closeAndRelease(spine, context.reader, deposit)
}

/** A copy that is not released (the worker died here) costs room and nothing else: the next closing of the deposit releases it. */
const closeAndRelease = async (spine: Spine, reader: DepositReader, deposit: string): Promise<void> => {
  await closeDeposit(spine, deposit)
  const document = await spine.store.imports.find(deposit)
  const run = document && (await spine.store.admin.batch(document.batch))?.runs[document.source]?.n
  if (document !== undefined && run !== undefined && document.settledRun >= run) await reader.release?.(document)
}

const refuse = async (spine: Spine, document: ImportDocument, sentence: string, unknownType?: string): Promise<void> => {
  spine.log.warn('import.refused', { deposit: document.deposit, source: document.source, batch: document.batch, sentence })
  await spine.journal?.write(refusalEvent(document, sentence, spine.clock(), unknownType))
  await spine.store.imports.fail(document.deposit, sentence)
  if (document.batch !== '' && document.source !== '') await settleSource(spine, document.batch, document.source)
}

const planDeposit = async (spine: Spine, reader: DepositReader, document: ImportDocument): Promise<boolean> => {
  const planned = await reader.plan(document)
  if ('refused' in planned) {
    await refuse(spine, document, planned.refused)
    return false
  }
  await spine.store.imports.setPlan(document.deposit, planned.plan, planned.perimetre)
  spine.log.info('import.planned', { deposit: document.deposit, source: document.source, batch: document.batch, ranges: planned.plan.ranges.length })
  return true
}

/**
 * The deposit and the run to read it under; nothing when it waits or no longer counts. After parking, the inputs are looked at again: what it
 * waits for may have come between the look and the parking, when nobody knew yet that somebody waited.
 */
const readyToRead = async (spine: Spine, deposit: string): Promise<{ document: ImportDocument; run: Run } | undefined> => {
  const { imports, admin } = spine.store
  for (;;) {
    const document = await imports.find(deposit)
    if (document === undefined || !(await counts(spine, document))) return undefined
    const run = (await admin.batch(document.batch))?.runs[document.source]
    // withdrawn or replaced since it was looked at: what this run took back must not come in under it
    if (run === undefined || run.removed.includes(deposit)) return undefined
    const missing = missingInputs(document, run, spine.sources)
    if (missing.length === 0) {
      if (document.waiting !== undefined) await imports.park(deposit, null)
      return { document, run }
    }
    if (document.waiting?.run !== run.n) await imports.park(deposit, { run: run.n, for: missing })
    await reconcileRuns(spine)
    const again = (await admin.batch(document.batch))?.runs[document.source]
    if (again?.n === run.n) {
      spine.log.info('import.waiting', { deposit, source: document.source, batch: document.batch, for: missing })
      return undefined
    }
  }
}

const counts = async (spine: Spine, document: ImportDocument): Promise<boolean> => {
  const siblings = ofSource(await spine.store.imports.ofBatch(document.batch), document.source)
  return countingDeposits(siblings).some((candidate) => candidate.deposit === document.deposit)
}

/** Writes the documents of a range and touches their SIRENs, piece by piece; then its result, which makes it count. */
const readRange = async ({ spine, reader, signal }: ImportContext, document: ImportDocument, run: Run, range: number): Promise<void> => {
  const gathering = new Gathering(document, run.n, range)
  const shards = new Set<number>()
  for await (const records of reader.rows(document, run, range)) {
    signal.throwIfAborted()
    for (const record of records) gathering.add(record)
    if (gathering.isFull) await writePiece(spine, document, gathering.take(), shards)
  }
  await writePiece(spine, document, gathering.take(), shards)
  const result: RangeResult = {
    deposit: document.deposit,
    run: run.n,
    range,
    counts: gathering.counts,
    rejected: gathering.rejected,
    named: packSirens(gathering.named),
  }
  await spine.store.imports.putResult(result)
  await ringShards(spine, 'refine', shards)
  spine.log.info('import.range-done', { deposit: document.deposit, source: document.source, range, run: run.n, ...gathering.counts })
}

const writePiece = async (spine: Spine, document: ImportDocument, documents: readonly ImportedDocument[], shards: Set<number>): Promise<void> => {
  if (documents.length === 0) return
  await spine.store.entities.putImported(documents)
  const sirens = [...new Set(documents.map(({ key }) => sirenOf(key)))]
  const batch = (await spine.store.admin.current())?.batch ?? ''
  const { touchSize } = spine.settings
  for (let at = 0; at < sirens.length; at += touchSize) {
    await spine.store.ledger.touch(sirens.slice(at, at + touchSize), { batch, stock: { [document.source]: document.batch } })
  }
  for (const siren of sirens) shards.add(shardOf(siren, spine.settings.shards))
}
