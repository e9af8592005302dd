import type { RowError, RowOutcome } from './parser.ts'

/** A rejected record, for the partner: its first error (upload §4.7). */
export type RejectedRecord = RowError

/**
 * What the import of a file, or of a range of it, says of its records (raw-formats §1.7). `both`: records both rejected and skipped.
 * `headRejected`: the first errors, `firstRejected`: the first rejected records. Ranges add up: see `mergeReports`.
 */
export type Report = {
  linesParsed: number
  linesRejected: number
  linesSkipped: number
  both: number
  ignored: number
  headRejected: { record: number; message: string }[]
  firstRejected: RejectedRecord[]
  fatal?: string
}

/** How many errors and rejected records are kept. */
export const HEAD = 200

/** Texts of the file in a report are cut: a lost quote makes long ones. */
const TEXT = 500

export const newReport = (): Report => ({
  linesParsed: 0,
  linesRejected: 0,
  linesSkipped: 0,
  both: 0,
  ignored: 0,
  headRejected: [],
  firstRejected: [],
})

/** A file that fails as a whole before its first record. */
export const fatalReport = (fatal: string): Report => ({
  ...newReport(),
  fatal,
})

/** Counts the outcome of a row. The report is changed in place. */
export const addOutcome = (report: Report, outcome: RowOutcome): void => {
  const { errors, skipped, records } = outcome
  if (outcome.fatal !== undefined) report.fatal ??= outcome.fatal
  if (outcome.status === 'ignored') {
    report.ignored += records
    return
  }
  report.linesParsed += records
  if (skipped) report.linesSkipped += records
  if (errors.length === 0) return
  report.linesRejected += records
  if (skipped) report.both += records
  for (const { record, message } of errors) {
    if (report.headRejected.length >= HEAD) break
    report.headRejected.push({ record, message: cut(message) })
  }
  if (skipped) return
  let last = -1
  for (const error of errors) {
    if (report.firstRejected.length >= HEAD) break
    if (error.record === last) continue
    last = error.record
    report.firstRejected.push({ ...error, message: cut(error.message) })
  }
}

/** The report of two parts of a file is that of the whole, in whatever order they come. */
export const mergeReports = (a: Report, b: Report): Report => {
  const fatal = a.fatal ?? b.fatal
  return {
    linesParsed: a.linesParsed + b.linesParsed,
    linesRejected: a.linesRejected + b.linesRejected,
    linesSkipped: a.linesSkipped + b.linesSkipped,
    both: a.both + b.both,
    ignored: a.ignored + b.ignored,
    headRejected: firstOf(a.headRejected, b.headRejected),
    firstRejected: firstOf(a.firstRejected, b.firstRejected),
    ...(fatal !== undefined && { fatal }),
  }
}

const firstOf = <T extends { record: number }>(a: readonly T[], b: readonly T[]): T[] => [...a, ...b].sort((x, y) => x.record - y.record).slice(0, HEAD)

/** The four disjoint counts of the platform, which add up to `read` (architecture §4). */
export type Counts = {
  read: number
  imported: number
  filtered: number
  rejected: number
  ignored: number
}

export const countsOf = (report: Report): Counts => ({
  read: report.linesParsed + report.ignored,
  imported: validOf(report) + report.both,
  filtered: report.linesSkipped,
  rejected: report.linesRejected - report.both,
  ignored: report.ignored,
})

/** `linesValid`: a record both rejected and skipped is subtracted twice (§1.7: keep the formula). */
const validOf = (report: Report): number => report.linesParsed - report.linesRejected - report.linesSkipped

/** The report object of a Journal event (§1.7); `path` is the stored one, without prefix. */
export type ReportEvent = {
  batchKey: string
  headFatal: string[]
  headRejected: string[]
  isFatal: boolean
  linesParsed: number
  linesRejected: number
  linesSkipped: number
  linesValid: number
  summary: string
}

export const eventOf = (report: Report, { batchKey, path }: { batchKey: string; path: string }): ReportEvent => {
  const headFatal = report.fatal === undefined ? [] : [`Fatal: ${report.fatal}`]
  const linesValid = validOf(report)
  return {
    batchKey,
    headFatal,
    headRejected: report.headRejected.map(({ record, message }) => `Line ${record}: ${message}`),
    isFatal: headFatal.length > 0,
    linesParsed: report.linesParsed,
    linesRejected: report.linesRejected,
    linesSkipped: report.linesSkipped,
    linesValid,
    summary: `${path}: intégration terminée, ${report.linesParsed} lignes traitées, ${headFatal.length} erreurs fatales, ${report.linesRejected} lignes rejetées, ${report.linesSkipped} lignes filtrées, ${linesValid} lignes valides`,
  }
}

const cut = (text: string): string => (text.length > TEXT ? `${text.slice(0, TEXT)}…` : text)
