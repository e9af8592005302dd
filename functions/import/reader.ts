/**
 * Reads deposits by the declarations of the sources (raw-formats): what a file is, how it is cut, and what its records give.
 * Every sentence that it refuses a file with is for the partner.
 */
import { type Bad, type Dialect, type Row, readCsv } from '../../shared/csv/read-csv.ts'
import type { DepositFiles } from '../../shared/domain/deposit/files.ts'
import type { Entry } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import type { Mapping } from '../../shared/domain/mapping.ts'
import type { DepositPlan, ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { FILTER_SOURCE, MAPPING_SOURCE } from '../../shared/domain/spine/spine.ts'
import type { Log } from '../../shared/ports.ts'
import { owned } from '../../shared/sources/convert.ts'
import { isSourceName, lineOf, openParser, productionSwitches, sourceOf } from '../../shared/sources/index.ts'
import type { DepositReader, ReadRecord } from './core.ts'
import { lastFew } from './last-few.ts'
import { mappingRows, readMapping, type Walked } from './mapping-rows.ts'
import { ensurePlain, openPlain, refuse, removeStaleCopies } from './plain-copy.ts'
import { planDeposit } from './planning.ts'
import { perimetreOfRun, recordOf, SLICE } from './records.ts'
import { witness } from './witness.ts'

export type ReaderOptions = {
  files: DepositFiles
  /** The SIRENs that a deposit keeps in the perimeter, ascending. */
  perimetreOf: (deposit: string) => Promise<Uint32Array>
  /** The deposits of a mapping, for the names of their converted files. */
  findImport: (deposit: string) => Promise<ImportDocument | undefined>
  windowOf: (batch: string) => Promise<BatchWindow>
  /** Length of a range in bytes. */
  cutBytes: number
  /** Room that the copies under `work/` have together, in bytes; any when absent. */
  workBytes?: number
  /** A mapping is cut by its comptes, each of which is an entry per month: at most this many in a range. */
  comptesPerRange?: number
  now?: () => Date
  log?: Pick<Log, 'info'>
}

export const depositReader = (options: ReaderOptions): DepositReader => {
  const mappings = lastFew<Mapping>(2)
  const walked = lastFew<Walked>(1)
  return {
    plan: (document) => planDeposit(options, document),
    rows(document, run, range) {
      if (document.source === FILTER_SOURCE) return filterRows(document)
      if (document.source === MAPPING_SOURCE) return mappingRows(options, document, run, range, walked)
      const mapping = document.plan?.needsMapping ? mappings(run.mapping.join(), () => readMapping(options, run.mapping, null)) : Promise.resolve(undefined)
      return parsedRows(options, document, run, range, mapping)
    },
    async release({ source, plan }) {
      if (plan?.work !== undefined && source !== MAPPING_SOURCE) await options.files.work.remove(plan.work)
      await removeStaleCopies(options)
    },
  }
}

/** A perimeter file gives no entry: it counts, and that is all. */
async function* filterRows({ plan }: ImportDocument): AsyncGenerator<readonly ReadRecord[]> {
  if (plan !== undefined && plan.records > 0) yield [{ line: 1, record: 1, status: 'imported', count: plan.records, tuples: [] }]
}

/** In a range, reading starts in mid-file: the width of the header is imposed. */
const rangeRows = (
  files: DepositFiles,
  document: ImportDocument,
  plan: DepositPlan,
  range: number,
  dialect: Dialect,
): AsyncIterable<readonly (Row | Bad)[]> => {
  const { start, end, firstRecord, firstLine } = plan.ranges[range] ?? { start: 0, end: 0, firstRecord: 1, firstLine: 1 }
  if (end <= start) return nothing()
  return readCsv(openPlain(files, document, plan.work, { start, end }), { ...dialect, fields: plan.header.length, firstLine, firstRecord })
}

async function* nothing(): AsyncGenerator<readonly (Row | Bad)[]> {}

async function* parsedRows(
  options: ReaderOptions,
  document: ImportDocument,
  run: Run,
  range: number,
  mapping: Promise<Mapping | undefined>,
): AsyncGenerator<readonly ReadRecord[]> {
  const { plan, source: name } = document
  if (plan === undefined || !isSourceName(name)) throw new AppError('STATE_CONFLICT', `deposit ${document.deposit} has no plan or no source`)
  await ensurePlain(options, document)
  const source = sourceOf(name)
  const perimetre = witness(await perimetreOfRun(options, document, run))
  const parser = openParser(source, plan.header, { switches: productionSwitches, mapping: await mapping, perimetre })
  if ('fatal' in parser) throw refuse(parser.fatal)
  for await (const rows of rangeRows(options.files, document, plan, range, source.dialect)) {
    let records: ReadRecord[] = []
    let kept = 0
    for (const row of rows) {
      const outcome = parser.parse(row)
      records.push(recordOf(outcome, lineOf(source, row), row.record))
      kept += outcome.tuples.length
      if (kept < SLICE) continue
      yield records
      records = []
      kept = 0
    }
    if (kept > 0 && kept < records.length / SPARSE) records = records.map(withOwnTexts)
    const named = perimetre.take()
    if (named.length > 0) records.push({ line: 0, record: 0, status: 'ignored', count: 0, named, tuples: [] })
    yield records
  }
  const { unknownCodes } = parser
  if (unknownCodes.size > 0)
    options.log?.info('import.unknown-codes', { deposit: document.deposit, source: name, run: run.n, range, ...Object.fromEntries(unknownCodes) })
}

/** Of a piece of which fewer rows than one in this many are kept, what is kept is copied: else a few entries would hold the whole piece until they are written. */
const SPARSE = 4

const withOwnTexts = (record: ReadRecord): ReadRecord =>
  record.tuples.length === 0
    ? record
    : { ...record, tuples: record.tuples.map((tuple) => ({ ...tuple, key: owned(tuple.key), value: ownedEntry(tuple.value) })) }

const ownedEntry = (entry: Entry): Entry =>
  Object.fromEntries(Object.entries(entry).map(([field, value]) => [field, typeof value === 'string' ? owned(value) : value]))
