/**
 * Events of the Journal (raw-formats §§1.8, 7.2): what happened to a file, or at the end of an operation. Their names are those of the reference, so
 * that an existing Journal is continued; `deposit`, `run` and `counts` are of the platform.
 */
import type { ImportDocument, RangeResult, RecordCounts, RejectedRecord } from '../spine/documents.ts'

/** The report of a file (raw-formats §1.7). `headRejected` lists rejected records, each `Line <rank>: <reason>`; `warnings` what was remarked upon in the file. */
export type FileReport = {
  batchKey: string
  headFatal: string[]
  headRejected: string[]
  isFatal: boolean
  linesParsed: number
  linesRejected: number
  linesSkipped: number
  linesValid: number
  summary: string
  warnings?: string[]
}

/** The last two are of the platform: the reference publishes no list by itself. */
export type ReportType =
  | 'CheckBatch'
  | 'ImportBatch'
  | 'ImportBatch_error'
  | 'ValidateDataEntries'
  | 'PurgeBatch'
  | 'PruneEntities'
  | 'PublishList'
  | 'RecomputeList'

/** `id` is natural for what can happen once only: the same closing done again changes nothing. */
export type JournalEvent = {
  id: string
  /** Creation of the event; `startDate`: start of the operation. */
  date: Date
  startDate: Date
  commitHash?: string
  event?: FileReport
  priority: 'info'
  /** Type of the file, `unknown` when the operation has none. */
  parserCode: string
  reportType: ReportType
  deposit?: string
  run?: number
  counts?: RecordCounts & { read: number }
  /** The first rejected records, by line. */
  rejected?: RejectedRecord[]
  /** The list that an operation of a person concerns; `publishAt`: the date from which agents are to see it, null when it was taken back. */
  list?: { key: string; publishAt?: Date | null }
}

export type JournalStore = {
  /** Inserts the event if its id is unknown. */
  write(event: JournalEvent): Promise<void>
}

/** Rejected records kept in an event. */
export const JOURNAL_REJECTED = 200

/** The report of a closed deposit: the sum of the results of its ranges under its run. */
export const importEvent = (document: ImportDocument, run: number, results: readonly RangeResult[], date: Date): JournalEvent => {
  const counts = { read: 0, imported: 0, filtered: 0, rejected: 0, ignored: 0 }
  for (const result of results) {
    for (const name of ['imported', 'filtered', 'rejected', 'ignored'] as const) {
      counts[name] += result.counts[name]
      counts.read += result.counts[name]
    }
  }
  const rejected = results
    .flatMap((result) => result.rejected)
    .toSorted((a, b) => a.line - b.line || a.record - b.record)
    .slice(0, JOURNAL_REJECTED)
  return { ...eventOf(document, counts, rejected, undefined, date), id: `import:${document.deposit}:${run}`, run }
}

/** The report of a file that is refused as a whole. `unknownType`: the type that it claims and nobody knows, empty when it claims none (§7.2). */
export const refusalEvent = (document: ImportDocument, sentence: string, date: Date, unknownType?: string): JournalEvent => {
  const report = eventOf(document, { read: 0, imported: 0, filtered: 0, rejected: 0, ignored: 0 }, [], sentence, date)
  const refused = { ...report, id: `import:${document.deposit}:refused` }
  if (unknownType === undefined) return refused
  const parserCode = unknownType || 'unknown'
  return { ...refused, reportType: 'ImportBatch_error', parserCode, event: { ...report.event, summary: `Type de fichier non reconnu: ${parserCode}` } }
}

/** A file that was read and of which nothing was kept. `refused`: the sentence of one that an import would refuse as a whole. */
export type CheckedFile = {
  filename: string
  batch: string
  source: string | null
  counts: RecordCounts & { read: number }
  rejected: readonly RejectedRecord[]
  remarks: readonly string[]
  refused: string | null
}

/** The report of a file that was checked: those of one operation have the same `startDate` (§7.2). `id` must be unique to it. */
export const checkEvent = (
  id: string,
  { filename, batch, source, counts, rejected, remarks, refused }: CheckedFile,
  startDate: Date,
  date: Date,
): JournalEvent => ({
  id,
  date,
  startDate,
  event: reportOf({ filename, batch, remarks: remarks.length > 0 ? [...remarks] : undefined }, counts, rejected, refused ?? undefined),
  priority: 'info',
  parserCode: source ?? 'unknown',
  reportType: 'CheckBatch',
  counts,
  rejected: [...rejected],
})

const eventOf = (
  { deposit, batch, source, filename, registeredAt, plan }: ImportDocument,
  counts: RecordCounts & { read: number },
  rejected: RejectedRecord[],
  fatal: string | undefined,
  date: Date,
): Omit<JournalEvent, 'id'> & { event: FileReport } => ({
  date,
  startDate: registeredAt,
  event: reportOf({ filename, batch, remarks: plan?.remarks }, counts, rejected, fatal),
  priority: 'info',
  parserCode: source || 'unknown',
  reportType: 'ImportBatch',
  deposit,
  counts,
  rejected,
})

const reportOf = (
  { filename, batch, remarks }: { filename: string; batch: string; remarks: string[] | undefined },
  counts: RecordCounts & { read: number },
  rejected: readonly RejectedRecord[],
  fatal: string | undefined,
): FileReport => {
  // rows of a mapping that are not needed are no lines of the reference
  const linesParsed = counts.read - counts.ignored
  const headFatal = fatal === undefined ? [] : [`Fatal: ${fatal}`]
  return {
    batchKey: batch,
    headFatal,
    headRejected: rejected.map(({ record, reason }) => `Line ${record}: ${reason}`),
    isFatal: headFatal.length > 0,
    linesParsed,
    linesRejected: counts.rejected,
    linesSkipped: counts.filtered,
    linesValid: counts.imported,
    summary: `${filename}: intégration terminée, ${linesParsed} lignes traitées, ${headFatal.length} erreurs fatales, ${counts.rejected} lignes rejetées, ${counts.filtered} lignes filtrées, ${counts.imported} lignes valides`,
    ...(remarks && { warnings: remarks }),
  }
}

/** The end of an operation of a person. `id` must be unique to it. */
export const operationEvent = (id: string, reportType: ReportType, startDate: Date, date: Date, list?: JournalEvent['list']): JournalEvent => ({
  ...(list === undefined ? {} : { list }),
  id,
  date,
  startDate,
  priority: 'info',
  parserCode: 'unknown',
  reportType,
})
