import * as z from 'zod'
import { DepositId } from '../messages.ts'
import { countingDeposits, ofSource } from '../spine/counting.ts'
import type { BatchDocument, ImportDocument, RangeResult, Verdict } from '../spine/documents.ts'
import { type DepositSummary, Scan } from './record.ts'

/** States that a partner sees (upload §4.7). */
export const DEPOT_STATES = [
  'complete',
  'scanned',
  'placed',
  'announced',
  'waiting',
  'importing',
  'confirmation',
  'imported',
  'rejected',
  'quarantined',
  'failed',
  'withdrawn',
  'replaced',
] as const
export type DepotState = (typeof DEPOT_STATES)[number]

const count = z.number().int().nonnegative()

/** The four counts are disjoint and add up to `read`. */
export const DepotReport = z.object({ read: count, imported: count, filtered: count, rejected: count, ignored: count })

/** A rejected record: `line` in the file as it was sent, `reason` a sentence in French. */
export const RejectedLine = z.object({ line: count, column: z.string().optional(), value: z.string().max(64).optional(), reason: z.string() })

/** A deposit as its partner sees it. Every property is there, `null` when not known (yet). */
export const Depot = z.object({
  id: DepositId,
  filename: z.string().nullable(),
  size: count,
  private: z.boolean(),
  source: z.string().nullable(),
  batch: z.string().nullable(),
  state: z.enum(DEPOT_STATES),
  reason: z.string().nullable(),
  waitingFor: z.array(z.string()),
  sha256: z.string().nullable(),
  scan: Scan.nullable(),
  completedAt: z.iso.datetime().nullable(),
  report: DepotReport.nullable(),
})
export type Depot = z.infer<typeof Depot>

/** The same alone, with the first rejected records of the file in its report. */
export const DepotDetail = Depot.extend({ report: DepotReport.extend({ firstRejected: z.array(RejectedLine) }).nullable() })
export type DepotDetail = z.infer<typeof DepotDetail>

/** `next` is the `before` of the next page, null on the last one. */
export const DepotPage = z.object({ deposits: z.array(Depot), next: z.string().nullable() })
export type DepotPage = z.infer<typeof DepotPage>

/** What `import` says of a deposit. `report` is there from `confirmation` or `imported` on. */
export type ImportView = {
  source: string
  batch: string
  state: Extract<DepotState, 'waiting' | 'importing' | 'confirmation' | 'imported' | 'rejected' | 'withdrawn' | 'replaced'>
  reason: string | null
  waitingFor: readonly string[]
  report: z.infer<typeof DepotDetail>['report']
}

/** Most rejected records shown for a file. */
const FIRST_REJECTED = 200

/** `imports` are those of the same batch and source; `results` those of the deposit under its closed run, needed only once it is closed. */
export type ImportFacts = {
  document: ImportDocument
  batch: BatchDocument | undefined
  imports: readonly ImportDocument[]
  results: readonly RangeResult[]
  isStock: boolean
}

/** Whether every range of the deposit is read under the current run of its source. */
export const isClosed = (document: ImportDocument, batch: BatchDocument | undefined): boolean => {
  const run = batch?.runs[document.source]?.n ?? 0
  return run > 0 && document.closedRun >= run
}

/** The state of an import, from its documents alone (architecture §4). */
export const importViewOf = ({ document, batch, imports, results, isStock }: ImportFacts): ImportView => {
  const base = { source: document.source, batch: document.batch, reason: null, waitingFor: [], report: null }
  if (document.withdrawn) return { ...base, state: 'withdrawn' }
  if (document.failed !== undefined) return { ...base, state: 'rejected', reason: document.failed }
  const counting = countingDeposits(ofSource(imports, document.source).filter((other) => other.batch === document.batch))
  if (!counting.some((other) => other.deposit === document.deposit)) return { ...base, state: 'replaced' }
  if (isClosed(document, batch)) {
    const report = reportOf(results)
    const verdict = batch?.verdicts[document.source]
    const remarks = document.plan?.remarks ?? []
    if (isStock && verdict && !verdict.effective) return { ...base, state: 'confirmation', reason: [guardSentence(verdict), ...remarks].join(' '), report }
    return { ...base, state: 'imported', reason: remarks.join(' ') || null, report }
  }
  // a mark of an older run is what a late worker left: it waits for nothing any more
  if (document.waiting !== undefined && document.waiting.run === batch?.runs[document.source]?.n)
    return { ...base, state: 'waiting', waitingFor: document.waiting.for }
  return { ...base, state: 'importing' }
}

const guardSentence = ({ kept, holders }: Verdict): string =>
  `Le fichier ne nomme que ${kept} des ${holders} entreprises déjà connues pour cette source : rien n’est supprimé tant que la livraison n’est pas confirmée complète.`

const reportOf = (results: readonly RangeResult[]): ImportView['report'] => {
  const total = { imported: 0, filtered: 0, rejected: 0, ignored: 0 }
  for (const { counts } of results) {
    total.imported += counts.imported
    total.filtered += counts.filtered
    total.rejected += counts.rejected
    total.ignored += counts.ignored
  }
  const rejected = results.flatMap((result) => result.rejected).toSorted((a, b) => a.line - b.line || a.record - b.record)
  return {
    read: total.imported + total.filtered + total.rejected + total.ignored,
    ...total,
    firstRejected: rejected.slice(0, FIRST_REJECTED).map(({ line, column, value, reason }) => ({
      line,
      ...(column === undefined ? {} : { column }),
      ...(value === undefined ? {} : { value: value.slice(0, 64) }),
      reason,
    })),
  }
}

/** Where `Imports` knows the deposit its state counts, else that of the record (upload §4.7). */
export const depotDetailOf = (summary: DepositSummary, view: ImportView | undefined): DepotDetail => ({
  id: summary.id,
  filename: summary.filename || null,
  size: summary.size,
  private: summary.private,
  source: view?.source || summary.source, // empty where no name tells what the file is
  batch: view?.batch ?? summary.batch,
  state: view?.state ?? stateOfRecord(summary),
  reason: view ? view.reason : summary.reason,
  waitingFor: [...(view?.waitingFor ?? [])],
  sha256: summary.sha256,
  scan: summary.scan,
  completedAt: summary.completedAt,
  report: view?.report ?? null,
})

export const depotOf = (summary: DepositSummary, view: ImportView | undefined): Depot => {
  const { report, ...rest } = depotDetailOf(summary, view)
  if (report === null) return { ...rest, report }
  const { firstRejected: _firstRejected, ...counts } = report
  return { ...rest, report: counts }
}

const stateOfRecord = ({ state }: DepositSummary): DepotState => {
  if (state === 'blocked') return 'failed'
  return state === 'created' || state === 'receiving' || state === 'expired' ? 'complete' : state
}

/** Opaque position in the list: the last line of a page. */
export const cursorOf = (summary: Pick<DepositSummary, 'completedAt' | 'id'>): string =>
  Buffer.from(JSON.stringify([summary.completedAt, summary.id])).toString('base64url')

const Cursor = z.tuple([z.iso.datetime(), DepositId])

/** Undefined when the text is no cursor of ours. */
export const parseCursor = (text: string): { completedAt: string; id: string } | undefined => {
  try {
    const [completedAt, id] = Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { completedAt, id }
  } catch {
    return undefined
  }
}
