import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Command } from 'commander'
import { mongoJournal } from '../../shared/adapters/mongo/journal.ts'
import { planRanges } from '../../shared/csv/plan.ts'
import { readCsv } from '../../shared/csv/read-csv.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { checkEvent, type JournalStore } from '../../shared/domain/journal/events.ts'
import type { Mapping } from '../../shared/domain/mapping.ts'
import { computePerimetre, type Perimetre } from '../../shared/domain/perimetre.ts'
import { detectSource, type SourceName, sourceOf } from '../../shared/sources/index.ts'
import { needsOf, openParser } from '../../shared/sources/parser.ts'
import { encodingRemarks, toPlainCsv } from '../../shared/sources/plain.ts'
import { addOutcome, type Counts, countsOf, newReport, type RejectedRecord } from '../../shared/sources/report.ts'
import { type RawFile, readMapping, readPerimetre, rowsOfFile } from '../../shared/sources/rows-of-file.ts'
import { productionSwitches } from '../../shared/sources/switches.ts'
import { checkedBatch, checkFiles } from '../arguments.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'
import { checkedSource } from './import-again.ts'

type Options = { type?: string; comptes?: string[]; filter?: string[]; journal?: string; json?: boolean; stack?: string }

export type Checked = {
  file: string
  source: string | null
  refused: string | null
  needsMapping: boolean
  /** What is remarkable in the file, that would be imported all the same. */
  remarks: string[]
  counts: Counts | null
  rejected: RejectedRecord[]
}

/** Exit status when a file would be refused as a whole. */
const REFUSED = 2

/** `sf check FILE…`: reads files as the import would and keeps nothing, without any platform, unless its Journal is asked to keep the reports (§7.2). */
export const checkCommand = (): Command =>
  new Command('check')
    .description('read files as the import would and keep nothing; exit status 2 when one of them would be refused')
    .argument('<files...>')
    .option('--type <type>', 'type of the files, when their names do not say it')
    .option('--comptes <files...>', 'mapping files compte → SIRET, in the order in which they count')
    .option('--filter <files...>', 'files of the perimeter')
    .option('--journal <batch>', 'write the report of each file to the Journal, for this batch: AAMM or AAMM_NN')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack, for --journal')
    .action(async (files: string[], options: Options) => {
      const startDate = new Date()
      const type = options.type === undefined ? undefined : checkedSource(options.type)
      const batch = options.journal === undefined ? undefined : checkedBatch(options.journal)
      const { comptes = [], filter = [] } = options
      await checkFiles([...files, ...comptes, ...filter])
      const checked: Checked[] = []
      for (const file of files) checked.push(await checkFile(file, { type, comptes, filter }))
      if (batch !== undefined) await withPlatform(options, ({ db }) => journalChecked(mongoJournal(db), checked, batch, startDate))
      print(options.json, checked, () => checked.flatMap(linesOf))
      if (checked.some(({ refused }) => refused !== null)) process.exitCode = REFUSED
    })

const NOTHING: Counts = { read: 0, imported: 0, filtered: 0, rejected: 0, ignored: 0 }

const journalChecked = async (journal: JournalStore, checked: readonly Checked[], batch: string, startDate: Date): Promise<void> => {
  for (const [rank, { file, source, refused, remarks, counts, rejected }] of checked.entries()) {
    const report = {
      filename: basename(file),
      batch,
      source,
      refused,
      remarks,
      counts: counts ?? NOTHING,
      rejected: counts === null ? [] : rejected.map(shown),
    }
    await journal.write(checkEvent(`check:${startDate.toISOString()}:${rank}`, report, startDate, new Date()))
  }
}

/** What the Journal keeps of a rejected record. */
const shown = ({ line, record, reason, column, value }: RejectedRecord) => ({
  line,
  record,
  reason,
  ...(column === undefined ? {} : { column }),
  ...(value === undefined ? {} : { value }),
})

const fileAt = (path: string): RawFile => ({ name: basename(path), open: () => createReadStream(path) })

export const linesOf = ({ file, source, refused, needsMapping, remarks, counts, rejected }: Checked): string[] => {
  if (refused !== null || counts === null) return [`${file} : refusé. ${refused ?? ''}`]
  const { read, imported, filtered, rejected: faulty, ignored } = counts
  return [
    `${file} (${source ?? '?'}) : ${read} lus = ${imported} importés + ${filtered} filtrés + ${faulty} rejetés + ${ignored} ignorés`,
    ...(needsMapping ? ['  les comptes ne sont pas rattachés : précisez --comptes'] : []),
    ...remarks.map((remark) => `  ${remark}`),
    ...rejected.map(({ line, column, value, reason }) => `  ligne ${line}${column === undefined ? '' : `, ${column} = « ${value ?? ''} »`} : ${reason}`),
  ]
}

export type CheckRequest = { type?: string | undefined; comptes: readonly string[]; filter: readonly string[] }

/** One file. `needsMapping`: it names its employers by compte, and no mapping was given: its rows are then all filtered. */
export const checkFile = async (path: string, { type, comptes, filter }: CheckRequest): Promise<Checked> => {
  const file = fileAt(path)
  const source = type ?? detectSource({ filename: file.name })
  const base = { file: path, source: source ?? null, needsMapping: false, remarks: [], counts: null, rejected: [] }
  try {
    if (source === undefined) return { ...base, refused: 'Le nom ne correspond à aucun type de fichier connu ; précisez --type.' }
    const perimetre = filter.length === 0 ? null : await loaded(readPerimetre(filter.map(fileAt)))
    if (source === 'filter') {
      const { size } = await loaded(readPerimetre([file]))
      return { ...base, refused: null, counts: { read: size, imported: size, filtered: 0, rejected: 0, ignored: 0 } }
    }
    if (source === 'admin_urssaf') return { ...base, refused: null, ...(await checkMapping(file, perimetre)) }
    if (source === 'effectif_ent') await checkPerimetre(file)
    return { ...base, refused: null, ...(await checkRows(source as SourceName, file, perimetre, comptes)) }
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_NOT_WHAT_IT_CLAIMS') return { ...base, refused: error.message }
    throw error
  }
}

const loaded = async (reading: ReturnType<typeof readPerimetre>): Promise<ReadonlySet<string>> => {
  const read = await reading
  if (!read.ok) throw refuse(read.fatal)
  return read.perimetre
}

const refuse = (sentence: string): AppError => new AppError('FILE_NOT_WHAT_IT_CLAIMS', sentence)

/** Without files: a mapping that knows no compte. */
const mappingOf = async (files: readonly RawFile[], perimetre: Perimetre | null): Promise<Mapping> => {
  const built = await readMapping([...files], perimetre)
  if (!built.ok) throw refuse(`Le fichier des comptes est refusé : ${built.fatal}`)
  return built.mapping
}

/** The import computes the périmètre from the headcounts of entreprises, and refuses a file that gives none. */
const checkPerimetre = async (file: RawFile): Promise<void> => {
  const computed = await computePerimetre(rowsOfFile(sourceOf('effectif_ent'), file))
  if (!computed.ok) throw refuse(`Le fichier des effectifs est refusé : ${computed.fatal}`)
}

const checkMapping = async (file: RawFile, perimetre: ReadonlySet<string> | null): Promise<Pick<Checked, 'counts' | 'remarks'>> => {
  const { encoding } = await toPlainCsv(sourceOf('admin_urssaf'), file.open, file.name)
  const mapping = await mappingOf([file], perimetre)
  const [read = 0] = mapping.records
  const imported = mapping.comptes.size()
  return { counts: { read, imported, filtered: 0, rejected: 0, ignored: read - imported }, remarks: encodingRemarks(encoding) }
}

const checkRows = async (
  name: SourceName,
  file: RawFile,
  perimetre: ReadonlySet<string> | null,
  comptes: readonly string[],
): Promise<Pick<Checked, 'needsMapping' | 'remarks' | 'counts' | 'rejected'>> => {
  const source = sourceOf(name)
  if (source.malformed === 'file') {
    const { bad } = await planRanges((await toPlainCsv(source, file.open, file.name)).bytes, source.dialect, Number.POSITIVE_INFINITY, { check: true })
    if (bad !== undefined) throw refuse(`Ligne ${bad.line} : le fichier est mal formé, il est refusé en entier.`)
  }
  const report = newReport()
  let parser: Exclude<ReturnType<typeof openParser>, { fatal: string }> | undefined
  let needsMapping = false
  const { bytes, encoding } = await toPlainCsv(source, file.open, file.name)
  for await (const rows of readCsv(bytes, source.dialect)) {
    for (const row of rows) {
      if (parser !== undefined) {
        addOutcome(report, parser.parse(row))
        continue
      }
      if (row.cells === undefined) throw refuse('L’en-tête du fichier est illisible : un guillemet y est mal placé.')
      const header = [...row.cells]
      const needed = needsOf(source, header).mapping
      needsMapping = needed && comptes.length === 0
      const mapping = needed ? await mappingOf(comptes.map(fileAt), perimetre) : undefined
      const opened = openParser(source, header, { switches: productionSwitches, mapping, perimetre, hash: false })
      if ('fatal' in opened) throw refuse(opened.fatal)
      parser = opened
    }
  }
  if (parser === undefined) throw refuse('Le fichier est vide : il n’a pas de ligne d’en-tête.')
  return { needsMapping, remarks: [...encodingRemarks(encoding), ...parser.warnings], counts: countsOf(report), rejected: report.firstRejected }
}
