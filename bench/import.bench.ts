/**
 * Import of large files: the plan, the parser alone, and the whole import on a database, as ratios to a raw scan for line feeds of the same file in the
 * same run. Each measure has a process of its own, so that its memory is its own, under the limits of V8 that the function has in the local run.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { heapLimits } from '../localstack/runner/memory.ts'
import { LARGE_SOURCES, type LargeSource, writeFilter, writeLarge } from './import/files.ts'
import type { ReadOnce } from './import/read-once.ts'
import type { StoreOnce } from './import/store-once.ts'
import { type Figure, megabytes, type Report } from './measure.ts'

/** Sizes in MB; `small`: a second file, to show that memory does not grow; `store`: the file that goes to the database. `rounds`: of scan and parser, in turns. */
export type ImportOptions = { megabytes: number; small: number; store: number; rounds: number; sources: readonly string[] }

/** Memory of the function in MiB (serverless.yml). */
const FUNCTION = 2048

const run = promisify(execFile)

/** Another process says what it measured, as one JSON value. */
const once = async <Result>(script: string, ...args: readonly string[]): Promise<Result> => {
  const { stdout } = await run(process.execPath, [...heapLimits(FUNCTION, 1), path.join(import.meta.dirname, 'import', script), ...args])
  return JSON.parse(stdout)
}

const inDirectory = async <Value>(work: (directory: string) => Promise<Value>): Promise<Value> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-import-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export const importFiles = ({ megabytes: size, small, store, rounds, sources }: ImportOptions): Promise<Report> =>
  inDirectory(async (directory) => {
    const figures: Figure[] = []
    let scanned = 0
    for (const source of LARGE_SOURCES.filter((name) => sources.length === 0 || sources.includes(name))) {
      const large = await readFile(directory, source, size, rounds)
      scanned = Math.max(scanned, megabytes(large.bytes) / large.scan.cpu)
      figures.push(...readFigures(source, large))
      if (small < size) {
        const { parsePeak } = await readFile(directory, source, small, 1)
        figures.push({ name: `${source}, peak memory, parse of ${small} MB`, value: megabytes(parsePeak), unit: 'MB' })
      }
      figures.push(...(await storeFile(directory, source, store, large)))
    }
    return {
      subject: `import, ${size} MB of each source`,
      baseline: { name: 'raw scan for line feeds, fastest', value: scanned, unit: 'MB/s of cpu' },
      figures,
    }
  })

const readFile = async (directory: string, source: LargeSource, size: number, rounds: number): Promise<ReadOnce> => {
  const file = path.join(directory, `${source}.csv`)
  const { etablissements } = writeLarge(file, source, { bytes: size * 1e6 })
  const read = await once<ReadOnce>('read-once.ts', source, file, String(etablissements), '1', String(rounds))
  await rm(file)
  return read
}

const readFigures = (source: LargeSource, { bytes, scan, plan, parse, unhashed, hashes, planPeak, parsePeak }: ReadOnce): Figure[] => {
  const rate = (seconds: number): number => megabytes(bytes) / seconds
  const goal = source === 'cotisation' || source === 'debit' ? { goal: 'at most × 25' } : {}
  const size = Math.round(megabytes(bytes))
  return [
    { name: `${source}, scan`, value: rate(scan.cpu), unit: 'MB/s of cpu', ratio: 1 },
    { name: `${source}, plan (with its sha256)`, value: rate(plan.cpu), unit: 'MB/s of cpu', ratio: plan.cpu / scan.cpu },
    { name: `${source}, parse only`, value: rate(unhashed.cpu), unit: 'MB/s of cpu', ratio: unhashed.cpu / scan.cpu, ...goal },
    { name: `${source}, hashes of the entries`, value: rate(hashes.cpu), unit: 'MB/s of cpu', ratio: hashes.cpu / scan.cpu },
    { name: `${source}, both, as an import reads`, value: rate(parse.cpu), unit: 'MB/s of cpu', ratio: parse.cpu / scan.cpu },
    { name: `${source}, both, elapsed`, value: rate(parse.wall), unit: 'MB/s', ratio: parse.wall / scan.wall },
    { name: `${source}, peak memory, plan of ${size} MB`, value: megabytes(planPeak), unit: 'MB', goal: 'under 300 MB' },
    { name: `${source}, peak memory, parse of ${size} MB`, value: megabytes(parsePeak), unit: 'MB', goal: 'under 300 MB' },
  ]
}

const storeFile = async (directory: string, source: LargeSource, size: number, read: ReadOnce): Promise<Figure[]> => {
  const file = path.join(directory, `${source}.csv`)
  const filter = path.join(directory, 'filter.csv')
  const { bytes, etablissements } = writeLarge(file, source, { bytes: size * 1e6 })
  writeFilter(filter, etablissements)
  const stored = await once<StoreOnce>('store-once.ts', source, file, filter)
  await rm(file)
  const label = `${source}, parse and store of ${size} MB`
  const scan = (read.scan.wall * bytes) / read.bytes
  return [{ name: label, value: megabytes(bytes) / stored.whole.wall, unit: 'MB/s', ratio: stored.whole.wall / scan }, ...splitFigures(label, stored)]
}

/** Where the time of an import goes: what waits for the database, and what each process works. */
const splitFigures = (label: string, { whole, plan, parser, store, database, entries, peak }: StoreOnce): Figure[] => {
  const part = (seconds: number): number => (100 * seconds) / whole.wall
  const work = whole.cpu + database
  const worked = (seconds: number): number => (100 * seconds) / work
  return [
    { name: `${label}, entries`, value: entries / whole.wall, unit: 'entries/s' },
    { name: `${label}, time in the plan`, value: part(plan.wall), unit: '% of the time' },
    { name: `${label}, time in the parser`, value: part(parser.wall), unit: '% of the time' },
    { name: `${label}, time waiting for the store`, value: part(store.wall), unit: '% of the time' },
    { name: `${label}, the store beside the parser`, value: store.wall / parser.wall, unit: 'times the time', goal: 'above 1' },
    { name: `${label}, processor, both processes`, value: work, unit: 's cpu' },
    { name: `${label}, of which parser`, value: worked(parser.cpu), unit: '%' },
    { name: `${label}, of which plan`, value: worked(plan.cpu), unit: '%' },
    { name: `${label}, of which driver`, value: worked(store.cpu), unit: '%' },
    { name: `${label}, of which gathering and closing`, value: worked(whole.cpu - parser.cpu - plan.cpu - store.cpu), unit: '%' },
    { name: `${label}, of which database`, value: worked(database), unit: '%' },
    { name: `${label}, peak memory of the import`, value: megabytes(peak), unit: 'MB', goal: 'under 300 MB' },
  ]
}

export type RegisterOptions = { rows: number; sirens: number }

/** The register of établissements, most of which are outside the perimeter: read, then imported. */
export const importRegister = ({ rows, sirens }: RegisterOptions): Promise<Report> =>
  inDirectory(async (directory) => {
    const file = path.join(directory, 'sirene.csv')
    const filter = path.join(directory, 'filter.csv')
    const { bytes } = writeLarge(file, 'sirene', { etablissements: rows })
    const step = Math.max(1, Math.floor(rows / sirens))
    writeFilter(filter, sirens, step)
    const read = await once<ReadOnce>('read-once.ts', 'sirene', file, String(sirens), String(step), '1')
    const stored = await once<StoreOnce>('store-once.ts', 'sirene', file, filter)
    const rate = (seconds: number): number => megabytes(bytes) / seconds
    return {
      subject: `sirene, ${rows} rows (${Math.round(megabytes(bytes))} MB), perimeter of ${sirens} SIREN`,
      baseline: { name: 'raw scan for line feeds', value: rate(read.scan.cpu), unit: 'MB/s of cpu' },
      figures: [
        { name: 'plan (with its sha256)', value: rate(read.plan.cpu), unit: 'MB/s of cpu', ratio: read.plan.cpu / read.scan.cpu },
        { name: 'parse only', value: rate(read.parse.cpu), unit: 'MB/s of cpu', ratio: read.parse.cpu / read.scan.cpu },
        { name: 'entries kept', value: stored.entries, unit: '' },
        { name: 'parse and store', value: rate(stored.whole.wall), unit: 'MB/s', ratio: stored.whole.wall / read.scan.wall },
        { name: 'peak memory, parse only', value: megabytes(read.parsePeak), unit: 'MB', goal: 'under 500 MB' },
        ...splitFigures('parse and store', stored).map(({ goal, ...figure }) => (goal === 'under 300 MB' ? { ...figure, goal: 'under 500 MB' } : figure)),
      ],
    }
  })
