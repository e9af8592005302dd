/**
 * Import of large files: the plan, the parser alone, and the whole import on a database, as ratios to a raw scan for line feeds of the same file in the
 * same run. Each measure has a process of its own, so that its memory is its own.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { LARGE_SOURCES, type LargeSource, writeFilter, writeLarge } from './import/files.ts'
import type { ReadOnce } from './import/read-once.ts'
import type { StoreOnce } from './import/store-once.ts'
import { type Figure, mebibytes, megabytes, type Report } from './measure.ts'

/** Sizes in MB; `small`: a second file, to show that memory does not grow; `store`: the file that goes to the database. */
export type ImportOptions = { megabytes: number; small: number; store: number; sources: readonly string[] }

const run = promisify(execFile)

/** Another process says what it measured, as one JSON value. */
const once = async <Result>(script: string, ...args: readonly string[]): Promise<Result> => {
  const { stdout } = await run(process.execPath, [path.join(import.meta.dirname, 'import', script), ...args], { maxBuffer: 1 << 20 })
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

export const importFiles = ({ megabytes: size, small, store, sources }: ImportOptions): Promise<Report> =>
  inDirectory(async (directory) => {
    const figures: Figure[] = []
    let scanned = 0
    for (const source of LARGE_SOURCES.filter((name) => sources.length === 0 || sources.includes(name))) {
      const large = await readFile(directory, source, size)
      scanned = Math.max(scanned, megabytes(large.bytes) / large.scan)
      figures.push(...readFigures(source, large))
      if (small < size) {
        const { parsePeak } = await readFile(directory, source, small)
        figures.push({ name: `${source}, peak memory, parse of ${small} MB`, value: mebibytes(parsePeak), unit: 'MiB' })
      }
      figures.push(...(await storeFile(directory, source, store, large)))
    }
    return {
      subject: `import, ${size} MB of each source`,
      baseline: { name: 'raw scan for line feeds, fastest', value: scanned, unit: 'MB/s of cpu' },
      figures,
    }
  })

const readFile = async (directory: string, source: LargeSource, size: number): Promise<ReadOnce> => {
  const file = path.join(directory, `${source}.csv`)
  const { etablissements } = writeLarge(file, source, { bytes: size * 1e6 })
  const read = await once<ReadOnce>('read-once.ts', source, file, String(etablissements), '1')
  await rm(file)
  return read
}

const readFigures = (source: LargeSource, { bytes, scan, plan, parse, planPeak, parsePeak }: ReadOnce): Figure[] => {
  const rate = (cpu: number): number => megabytes(bytes) / cpu
  const goal = source === 'cotisation' || source === 'debit' ? { goal: 'at most × 25' } : {}
  const size = Math.round(megabytes(bytes))
  return [
    { name: `${source}, scan`, value: rate(scan), unit: 'MB/s of cpu', ratio: 1 },
    { name: `${source}, plan (with its sha256)`, value: rate(plan), unit: 'MB/s of cpu', ratio: plan / scan },
    { name: `${source}, parse only`, value: rate(parse), unit: 'MB/s of cpu', ratio: parse / scan, ...goal },
    { name: `${source}, peak memory, plan of ${size} MB`, value: mebibytes(planPeak), unit: 'MiB', goal: 'under 300 MiB' },
    { name: `${source}, peak memory, parse of ${size} MB`, value: mebibytes(parsePeak), unit: 'MiB', goal: 'under 300 MiB' },
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
  const parser = (read.parse * bytes) / read.bytes
  return [
    { name: label, value: megabytes(bytes) / stored.wall, unit: 'MB/s', ratio: stored.wall / ((read.scan * bytes) / read.bytes) },
    { name: `${label}, entries`, value: stored.entries / stored.wall, unit: 'entries/s' },
    { name: `${label}, time in the store`, value: (100 * stored.store) / stored.wall, unit: '% of the time' },
    { name: `${label}, processor of the parser alone`, value: parser, unit: 's cpu' },
    { name: `${label}, processor of the import`, value: stored.cpu, unit: 's cpu' },
    { name: `${label}, processor of the database`, value: stored.database, unit: 's cpu' },
    { name: `${label}, peak memory of the import`, value: mebibytes(stored.peak), unit: 'MiB', goal: 'under 300 MiB' },
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
    const read = await once<ReadOnce>('read-once.ts', 'sirene', file, String(sirens), String(step))
    const stored = await once<StoreOnce>('store-once.ts', 'sirene', file, filter)
    const rate = (cpu: number): number => megabytes(bytes) / cpu
    return {
      subject: `sirene, ${rows} rows (${Math.round(megabytes(bytes))} MB), perimeter of ${sirens} SIREN`,
      baseline: { name: 'raw scan for line feeds', value: rate(read.scan), unit: 'MB/s of cpu' },
      figures: [
        { name: 'plan (with its sha256)', value: rate(read.plan), unit: 'MB/s of cpu', ratio: read.plan / read.scan },
        { name: 'parse only', value: rate(read.parse), unit: 'MB/s of cpu', ratio: read.parse / read.scan },
        { name: 'entries kept', value: stored.entries, unit: '' },
        { name: 'parse and store', value: megabytes(bytes) / stored.wall, unit: 'MB/s', ratio: stored.wall / read.scan },
        { name: 'time in the store', value: (100 * stored.store) / stored.wall, unit: '% of the time' },
        { name: 'peak memory, parse only', value: mebibytes(read.parsePeak), unit: 'MiB', goal: 'under 500 MiB' },
        { name: 'peak memory of the import', value: mebibytes(stored.peak), unit: 'MiB', goal: 'under 500 MiB' },
      ],
    }
  })
