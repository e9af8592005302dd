/**
 * Reads deposits by the declarations of the sources (raw-formats): what a file is, how it is cut, and what its records give.
 * Every sentence that it refuses a file with is for the partner.
 */
import { createHash } from 'node:crypto'
import { type Plan, planRanges } from '../../shared/csv/plan.ts'
import { type Bad, type Dialect, type Row, readCsv } from '../../shared/csv/read-csv.ts'
import type { DepositFiles } from '../../shared/domain/deposit/files.ts'
import type { Entry } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { buildMapping, comptesOf, emptyMapping, type Mapping } from '../../shared/domain/mapping.ts'
import { computePerimetre, dateFinEffectif, type Perimetre, readFiltre } from '../../shared/domain/perimetre.ts'
import type { DepositPlan, ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { packSirens, unionSirens, unpackSiren } from '../../shared/domain/spine/sirens.ts'
import { FILTER_SOURCE, HEADCOUNT_SOURCE, MAPPING_SOURCE } from '../../shared/domain/spine/spine.ts'
import type { Log } from '../../shared/ports.ts'
import { owned } from '../../shared/sources/convert.ts'
import {
  ignoredRows,
  isSourceName,
  needsOf,
  openParser,
  parseMapping,
  productionSwitches,
  type RowOutcome,
  type Source,
  sourceOf,
} from '../../shared/sources/index.ts'
import { reasonOf } from '../../shared/sources/malformed.ts'
import { type Encoding, encodingRemarks, type OpenBytes, toPlainCsv } from '../../shared/sources/plain.ts'
import { FILTRE } from '../../shared/sources/rows-of-file.ts'
import type { DepositReader, ReadRecord } from './core.ts'
import { lastFew } from './last-few.ts'
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
  /** A mapping is cut by its comptes, each of which is an entry per month: at most this many in a range. */
  comptesPerRange?: number
  now?: () => Date
  log?: Pick<Log, 'info'>
}

/** A copy under `work/` that nobody has made anew for this long is removed: those of mappings, which other deposits read, and those of workers that died. */
const STALE_MS = 7 * 24 * 3600_000

/** The source of a deposit, or the shape of a perimeter file. */
const shapeOf = (source: string): Pick<Source, 'container' | 'dialect'> => (isSourceName(source) ? sourceOf(source) : FILTRE)

const COMPTES_PER_RANGE = 25_000
/** What is given at a time: entries of a wide file, entries, comptes and SIRENs of a mapping. */
const SLICE = 5000

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
      const { files, now = () => new Date() } = options
      if (plan?.work !== undefined && source !== MAPPING_SOURCE) await files.work.remove(plan.work)
      const stale = now().getTime() - STALE_MS
      for await (const { name, modifiedAt } of files.work.list()) if (modifiedAt.getTime() < stale) await files.work.remove(name)
    },
  }
}

// ---- the plan

type Planned = Awaited<ReturnType<DepositReader['plan']>>

const planDeposit = async (options: ReaderOptions, document: ImportDocument): Promise<Planned> => {
  try {
    const { plan, work, encoding } = await cut(options, document)
    const { header, warnings } = headerOf(document.source, plan.header)
    const remarks = [...encodingRemarks(encoding), ...warnings].slice(0, REMARKS)
    const rows = (): AsyncIterable<readonly (Row | Bad)[]> => readCsv(openPlain(options.files, document, work), shapeOf(document.source).dialect)
    const learnt = await learn(document.source, rows)
    const { perimetre, dateFinEffectif: lastMonth, records = plan.records } = learnt
    const whole = { start: 0, end: plan.bytes, firstRecord: 0, firstLine: 1 }
    const ranges = (): DepositPlan['ranges'] => {
      if (document.source === FILTER_SOURCE) return [whole]
      // Its rows have at least as many records as comptes.
      if (document.source === MAPPING_SOURCE)
        return Array.from({ length: Math.max(1, Math.ceil(records / (options.comptesPerRange ?? COMPTES_PER_RANGE))) }, () => whole)
      return plan.ranges.map(({ start, end, firstRecord, firstLine }) => ({ start, end, firstRecord, firstLine }))
    }
    return {
      plan: {
        header,
        records,
        bytes: plan.bytes,
        ranges: ranges(),
        needsMapping: isSourceName(document.source) && document.source !== MAPPING_SOURCE && needsOf(sourceOf(document.source), header).mapping,
        encoding,
        ...(remarks.length > 0 && { remarks }),
        ...(work === undefined ? {} : { work }),
        ...(perimetre === undefined ? {} : { perimetre: perimetre.length }),
        ...(lastMonth === undefined ? {} : { dateFinEffectif: lastMonth }),
      },
      ...(perimetre === undefined ? {} : { perimetre }),
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_NOT_WHAT_IT_CLAIMS') return { refused: error.message }
    throw error
  }
}

/** A header may hold thousands of columns to remark upon. */
const REMARKS = 20

const refuse = (sentence: string): AppError => new AppError('FILE_NOT_WHAT_IT_CLAIMS', sentence)

/** Verifies the bytes against the record, makes a plain CSV of what is none, and cuts it. */
const cut = async ({ files, cutBytes }: ReaderOptions, document: ImportDocument): Promise<{ plan: Plan; work?: string; encoding: Encoding }> => {
  const shape = shapeOf(document.source)
  const open: OpenBytes = () => files.open(document.deposit)
  if (shape.container === 'csv') {
    const direct = await planRanges(verified(open(), document), shape.dialect, cutBytes)
    const gzip = await startsWithGzip(open)
    if (!gzip && direct.utf8 && !document.filename.endsWith('.gz')) return { plan: direct, encoding: 'utf-8' }
  } else {
    for await (const _ of verified(open(), document));
  }
  const { bytes, encoding } = await toPlainCsv(shape, open, document.filename)
  const work = `${document.deposit}.csv`
  await files.work.write(work, bytes)
  const check = isSourceName(document.source) && sourceOf(document.source).malformed === 'file'
  const plan = await planRanges(files.work.open(work), shape.dialect, cutBytes, { check })
  if (plan.bad !== undefined) throw refuse(`Ligne ${plan.bad.line} : ${reasonOf(plan.bad, plan.header.length)} Un tel fichier est refusé en entier.`)
  return { plan, work, encoding }
}

/** The bytes as they pass; throws at the end if they are not those that were received: a partner may write in a published file. */
async function* verified(bytes: AsyncIterable<Uint8Array>, document: ImportDocument): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    size += chunk.length
    yield chunk
  }
  if (size !== document.size) throw refuse(`Le fichier déposé comptait ${document.size} octets, il en compte ${size} : il a été modifié depuis son dépôt.`)
  if (hash.digest('hex') !== document.sha256) throw refuse('Le contenu du fichier n’est plus celui qui a été déposé : son empreinte a changé.')
}

const startsWithGzip = async (open: OpenBytes): Promise<boolean> => {
  for await (const chunk of open()) return chunk[0] === 0x1f && chunk[1] === 0x8b
  return false
}

/** Checks the header as the parser will; `warnings`: its remarks. */
const headerOf = (source: string, header: string[]): { header: string[]; warnings: readonly string[] } => {
  if (header.length === 0) throw refuse('Le fichier est vide : il n’a pas de ligne d’en-tête.')
  if (!isSourceName(source)) return { header, warnings: [] }
  const opened = openParser(sourceOf(source), header, { switches: productionSwitches, mapping: emptyMapping() })
  if (!('fatal' in opened)) return { header, warnings: opened.warnings }
  const missing = /^Colonne (.*) non trouvée/.exec(opened.fatal)?.[1]
  throw refuse(
    missing === undefined
      ? `L’en-tête du fichier est illisible : ${opened.fatal}`
      : `Ce n’est pas un fichier « ${source} » : la colonne « ${missing} » est absente de l’en-tête.`,
  )
}

type Learnt = { perimetre?: Uint32Array; dateFinEffectif?: Date; records?: number }

/** What some sources tell beside their rows: a mapping is checked whole, a perimeter is computed. */
const learn = async (source: string, rows: () => AsyncIterable<readonly (Row | Bad)[]>): Promise<Learnt> => {
  if (source === MAPPING_SOURCE) {
    const built = await buildMapping([rows()], null)
    if (!built.ok) throw refuse(`Le fichier des comptes est refusé${built.line === undefined ? '' : `, ligne ${built.line}`} : ${built.fatal}`)
    return {}
  }
  if (source === FILTER_SOURCE) {
    const read = await readFiltre([rows()])
    if (!read.ok) throw refuse(`Le fichier du périmètre est refusé${read.line === undefined ? '' : `, ligne ${read.line}`} : ${read.fatal}`)
    return { perimetre: packSirens(read.perimetre), records: read.perimetre.size }
  }
  if (source !== HEADCOUNT_SOURCE) return {}
  const computed = await computePerimetre(rows())
  if (!computed.ok) throw refuse(`Le fichier des effectifs est refusé${computed.line === undefined ? '' : `, ligne ${computed.line}`} : ${computed.fatal}`)
  const last = await dateFinEffectif(rows())
  if (!last.ok) throw refuse(`Le fichier des effectifs est refusé : ${last.fatal}`)
  return { perimetre: packSirens(computed.perimetre), ...(last.date === undefined ? {} : { dateFinEffectif: last.date }) }
}

// ---- the records

const openPlain = (
  files: DepositFiles,
  document: Pick<ImportDocument, 'deposit'>,
  work: string | undefined,
  range?: { start: number; end: number },
): AsyncIterable<Uint8Array> => {
  const bytes = range === undefined ? undefined : { start: range.start, end: range.end - 1 }
  return work === undefined ? files.open(document.deposit, bytes) : files.work.open(work, bytes)
}

/**
 * Makes the plain copy of a deposit again when it is no longer there: it is removed once the deposit has settled, and a later run needs it. The bytes are
 * verified again, so that the copy is the one that was planned.
 */
const ensurePlain = async ({ files }: ReaderOptions, document: ImportDocument): Promise<void> => {
  const { plan } = document
  if (plan?.work === undefined || (await isThere(files, plan.work))) return
  for await (const _ of verified(files.open(document.deposit), document));
  const { bytes } = await toPlainCsv(shapeOf(document.source), () => files.open(document.deposit), document.filename)
  const written = await files.work.write(plan.work, bytes)
  if (written.bytes !== plan.bytes)
    throw refuse(`La copie du fichier fait ${written.bytes} octets au lieu de ${plan.bytes} : il a été modifié depuis son dépôt.`)
}

const isThere = async (files: DepositFiles, name: string): Promise<boolean> => {
  try {
    for await (const _ of files.work.open(name, { start: 0, end: 0 })) break
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_MISSING') return false
    throw error
  }
}

/** A perimeter file gives no entry: it counts, and that is all. */
async function* filterRows({ plan }: ImportDocument): AsyncGenerator<readonly ReadRecord[]> {
  if (plan !== undefined && plan.records > 0) yield [{ line: 1, record: 1, status: 'imported', count: plan.records, tuples: [] }]
}

/** The perimeter of a run; a headcount file without an explicit one keeps what it finds itself. */
const perimetreOfRun = async ({ perimetreOf }: ReaderOptions, document: ImportDocument, run: Run): Promise<Uint32Array> => {
  const deposits = run.perimetre.length === 0 && document.source === HEADCOUNT_SOURCE ? [document.deposit] : run.perimetre
  const parts: Uint32Array[] = []
  for (const deposit of deposits) parts.push(await perimetreOf(deposit))
  return unionSirens(parts)
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
      records.push(recordOf(outcome, row.line, row.record))
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

const recordOf = ({ tuples, errors, status, records }: RowOutcome, line: number, record: number): ReadRecord => {
  const [first] = errors
  const read: ReadRecord = { line, record, status, count: records, tuples }
  if (status !== 'rejected' || first === undefined) return read
  const { reason, column, value } = first
  return { ...read, line: first.line, fault: { reason, ...(column === undefined ? {} : { column }), ...(value === undefined ? {} : { value }) } }
}

/** What is walked of a mapping: the numbers of the comptes that a deposit gives, in the order of their texts. `named`: the SIRENs of its file, packed. */
type Walked = { mapping: Mapping; order: Uint32Array; ignored: number; named: Uint32Array }

const walkedOf = async (options: ReaderOptions, document: ImportDocument, run: Run): Promise<Walked> => {
  const perimetre = witness(await perimetreOfRun(options, document, run))
  const alone = await readMapping(options, [document.deposit], perimetre)
  const named = packSirens(perimetre.take())
  const file = await rankIn(options, run.mapping, document)
  const mapping = run.mapping.length === 1 ? alone : await readMapping(options, run.mapping, perimetre)
  const order = Uint32Array.from(comptesOf(mapping, file), (compte) => mapping.comptes.find(compte))
  return { mapping, order, ignored: ignoredRows(mapping, file), named }
}

/**
 * The mapping is no list of records: its comptes are walked, month by month, each by the last file that lists it. A range is an equal part of the comptes of
 * the run, whose inputs are fixed; the first one also says what concerns the whole file.
 */
async function* mappingRows(
  options: ReaderOptions,
  document: ImportDocument,
  run: Run,
  range: number,
  keep: (key: string, make: () => Promise<Walked>) => Promise<Walked>,
): AsyncGenerator<readonly ReadRecord[]> {
  const key = [document.deposit, run.mapping.join(), run.perimetre.join()].join(';')
  const { mapping, order, ignored, named } = await keep(key, () => walkedOf(options, document, run))
  if (range === 0) {
    yield [{ line: 0, record: 0, status: 'ignored', count: ignored, tuples: [] }]
    for (let at = 0; at < named.length; at += SLICE)
      yield [{ line: 0, record: 0, status: 'ignored', count: 0, named: Array.from(named.subarray(at, at + SLICE), unpackSiren), tuples: [] }]
  }
  const { dateDebut, dateFin } = await options.windowOf(document.batch)
  const ranges = document.plan?.ranges.length ?? 1
  const from = Math.floor((order.length * range) / ranges)
  const to = Math.floor((order.length * (range + 1)) / ranges)
  const comptes = Array.from(order.subarray(from, to), mapping.comptes.text)
  let records: ReadRecord[] = []
  let tuples = 0
  for (const outcome of parseMapping(mapping, { months: { debut: dateDebut, fin: dateFin }, comptes, from })) {
    records.push(recordOf(outcome, outcome.errors[0]?.line ?? 0, outcome.errors[0]?.record ?? 0))
    tuples += outcome.tuples.length
    if (tuples < SLICE && records.length < SLICE) continue
    yield records
    records = []
    tuples = 0
  }
  if (records.length > 0) yield records
}

/** The place of a deposit among the files of a mapping; one that repeats the bytes of another has the place of that one. */
const rankIn = async ({ findImport }: ReaderOptions, mapping: readonly string[], { deposit, sha256 }: ImportDocument): Promise<number> => {
  const own = mapping.indexOf(deposit)
  if (own >= 0) return own
  const documents = await Promise.all(mapping.map((other) => findImport(other)))
  return documents.findIndex((other) => other?.sha256 === sha256)
}

const readMapping = async (options: ReaderOptions, deposits: readonly string[], perimetre: Perimetre | null): Promise<Mapping> => {
  const { files, findImport } = options
  const tables: AsyncIterable<readonly (Row | Bad)[]>[] = []
  for (const deposit of deposits) {
    const document = await findImport(deposit)
    if (document !== undefined) await ensurePlain(options, document)
    tables.push(readCsv(openPlain(files, { deposit }, document?.plan?.work), sourceOf(MAPPING_SOURCE).dialect))
  }
  const built = await buildMapping(tables, perimetre)
  if (!built.ok) throw refuse(`Le fichier des comptes est refusé : ${built.fatal}`)
  return built.mapping
}
