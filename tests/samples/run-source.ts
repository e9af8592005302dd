import { planRanges } from '../../shared/csv/plan.ts'
import { readCsv } from '../../shared/csv/read-csv.ts'
import type { Tuple } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Mapping } from '../../shared/domain/mapping.ts'
import { ignoredRows, type Months, parseMapping } from '../../shared/sources/admin-urssaf.ts'
import { openParser } from '../../shared/sources/parser.ts'
import { toPlainCsv } from '../../shared/sources/plain.ts'
import { addOutcome, fatalReport, mergeReports, newReport, type Report } from '../../shared/sources/report.ts'
import { readMapping } from '../../shared/sources/rows-of-file.ts'
import type { Source } from '../../shared/sources/source.ts'
import { defaultSwitches, type Switches } from '../../shared/sources/switches.ts'

export type SourceRun = { tuples: Tuple[]; report: Report }

export type RunOptions = {
  name: string
  mapping?: Mapping
  perimetre?: ReadonlySet<string> | null
  switches?: Switches
  months?: Months
  /** Cut into ranges of this length, each read and parsed by itself, as the import does. */
  cutBytes?: number
}

async function* chunks(bytes: Uint8Array, size = 1 << 16): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** What a source makes of a file, as the import does it: plan, then ranges; a file that fails as a whole leaves nothing. */
export const runSource = async (source: Source, bytes: Uint8Array, options: RunOptions): Promise<SourceRun> => {
  try {
    return source.name === 'admin_urssaf' ? await runMapping(bytes, options) : await runRows(source, bytes, options)
  } catch (error) {
    if (error instanceof AppError) return { tuples: [], report: fatalReport(error.message) }
    throw error
  }
}

const runMapping = async (bytes: Uint8Array, { name, perimetre = null, months }: RunOptions): Promise<SourceRun> => {
  const built = await readMapping([{ name, open: () => chunks(bytes) }], perimetre)
  if (!built.ok) return { tuples: [], report: fatalReport(built.fatal) }
  const report = newReport()
  const tuples: Tuple[] = []
  for (const outcome of parseMapping(built.mapping, { months, file: 0 })) {
    addOutcome(report, outcome)
    tuples.push(...outcome.tuples)
  }
  report.ignored = ignoredRows(built.mapping, 0)
  return { tuples, report }
}

const runRows = async (source: Source, bytes: Uint8Array, options: RunOptions): Promise<SourceRun> => {
  const { name, cutBytes = Number.POSITIVE_INFINITY, switches = defaultSwitches, mapping, perimetre = null } = options
  const plain = await toPlainCsv(source, () => chunks(bytes), name)
  const pieces: Uint8Array[] = []
  for await (const piece of plain.bytes) pieces.push(piece)
  const csv = Buffer.concat(pieces)
  const plan = await planRanges(chunks(csv, 1000), source.dialect, cutBytes, { check: source.malformed === 'file' })
  if (plan.bad !== undefined) return { tuples: [], report: fatalReport(`record on line ${plan.bad.line}: ${plan.bad.why}`) }
  const parser = openParser(source, plan.header, { switches, mapping, perimetre })
  if ('fatal' in parser) return { tuples: [], report: fatalReport(parser.fatal) }
  const tuples: Tuple[] = []
  let report = newReport()
  for (const { start, end, firstLine, firstRecord, records } of plan.ranges) {
    const part = newReport()
    let count = 0
    for await (const rows of readCsv(chunks(csv.subarray(start, end)), { ...source.dialect, fields: plan.header.length, firstLine, firstRecord })) {
      for (const row of rows) {
        count++
        const outcome = parser.parse(row)
        addOutcome(part, outcome)
        tuples.push(...outcome.tuples)
      }
    }
    if (count !== records) throw new Error(`the plan announced ${records} records, the range has ${count}`)
    report = mergeReports(part, report)
  }
  return { tuples, report }
}
