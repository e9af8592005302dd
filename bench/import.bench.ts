/**
 * Import of a large file of each source: the plan, the parser alone, and the parser with the database, as ratios to a raw scan for line feeds.
 * The file repeats the rows of a sample: what is stored is measured on the sample itself, whose rows are all different.
 */
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { depositReader } from '../functions/import/reader.ts'
import { generateSample, type SampleFile } from '../localstack/sample/index.ts'
import type { ImportDocument, Run } from '../shared/domain/spine/documents.ts'
import { documentOf, type InProcess, localFiles, openInProcess } from './in-process.ts'
import { type Figure, mebibytes, megabytes, peakWhile, type Report, timed } from './measure.ts'

export type ImportOptions = { megabytes: number; companies: number; seed: number }

const BATCH = '2511'
const SOURCES = ['cotisation', 'debit', 'effectif', 'sirene']

export const importFiles = async ({ megabytes: size, companies, seed }: ImportOptions): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-import-'))
  try {
    const { months } = await generateSample({ companies, seed, batch: BATCH, batches: 1, directory, form: '2026' })
    const files = months[0]?.files ?? []
    const perimetre = await perimetreOf(files)
    const figures: Figure[] = []
    let scanned = 0
    for (const source of SOURCES) {
      const file = files.find((candidate) => candidate.source === source)
      if (file === undefined) continue
      const large = path.join(directory, `${source}-large.csv`)
      await repeat(file.path, large, size * 1e6)
      const measured = await measureSource(large, source, perimetre)
      await rm(large)
      scanned = Math.max(scanned, measured.scan)
      figures.push(...measured.figures)
    }
    figures.push(...(await parseAndStore(files)))
    return { subject: `import, ${size} MB of each source`, baseline: { name: 'raw scan for line feeds, fastest', value: scanned, unit: 'MB/s' }, figures }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const repeat = async (from: string, to: string, bytes: number): Promise<void> => {
  const text = await readFile(from)
  const end = text.indexOf(10) + 1
  const body = text.subarray(end)
  const handle = await open(to, 'w')
  await handle.write(text.subarray(0, end))
  for (let written = end; written < bytes; written += body.length) await handle.write(body)
  await handle.close()
}

const readerOf = (perimetre: Uint32Array) =>
  depositReader({
    files: localFiles,
    perimetreOf: async () => perimetre,
    findImport: async () => undefined,
    windowOf: async () => ({ dateDebut: new Date(0), dateFin: new Date(), dateFinEffectif: new Date() }),
    cutBytes: 64 * 1024 * 1024,
  })

const perimetreOf = async (files: readonly SampleFile[]): Promise<Uint32Array> => {
  const file = files.find(({ source }) => source === 'effectif_ent')
  if (file === undefined) throw new Error('the sample has no headcounts')
  const planned = await readerOf(new Uint32Array()).plan(await documentOf(file.path, BATCH, 'effectif_ent'))
  if ('refused' in planned || planned.perimetre === undefined) throw new Error('no perimeter')
  return planned.perimetre
}

const RUN: Run = { n: 1, mapping: [], perimetre: ['p'], removed: [] }

const measureSource = async (file: string, source: string, perimetre: Uint32Array): Promise<{ scan: number; figures: Figure[] }> => {
  const bytes = (await stat(file)).size
  const rate = (cpu: number): number => megabytes(bytes) / cpu
  const scan = await timed(() => countLines(file))
  const reader = readerOf(perimetre)
  const document = await documentOf(file, BATCH, source)
  const { value: plan } = await peakWhile(() => timed(() => reader.plan(document)))
  if ('refused' in plan.value) throw new Error(plan.value.refused)
  const planned: ImportDocument = { ...document, plan: plan.value.plan }
  const { value: parse, peakBytes } = await peakWhile(() =>
    timed(async () => {
      let records = 0
      for (const range of planned.plan?.ranges.keys() ?? []) for await (const read of reader.rows(planned, RUN, range)) records += read.length
      return records
    }),
  )
  const goal = source === 'cotisation' || source === 'debit' ? { goal: 'at most × 25' } : {}
  return {
    scan: rate(scan.cpu),
    figures: [
      { name: `${source}, scan`, value: rate(scan.cpu), unit: 'MB/s of cpu', ratio: 1 },
      { name: `${source}, plan (with its sha256)`, value: rate(plan.cpu), unit: 'MB/s of cpu', ratio: plan.cpu / scan.cpu },
      { name: `${source}, parse only`, value: rate(parse.cpu), unit: 'MB/s of cpu', ratio: parse.cpu / scan.cpu, ...goal },
      { name: `${source}, peak memory`, value: mebibytes(peakBytes), unit: 'MiB', goal: 'under 300 MiB' },
    ],
  }
}

const countLines = async (file: string): Promise<number> => {
  let lines = 0
  for await (const chunk of localFiles.open(file)) for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  return lines
}

/** The files of the sample through the real import, in a database: where the time goes. */
const parseAndStore = async (files: readonly SampleFile[]): Promise<Figure[]> => {
  const platform: InProcess = await openInProcess()
  const figures: Figure[] = []
  try {
    for (const file of files) {
      const before = await platform.databaseCpu()
      const run = await timed(() => platform.deposit(file.path, BATCH, file))
      const database = (await platform.databaseCpu()) - before
      if (!SOURCES.includes(file.source)) continue
      figures.push({ name: `${file.source}, parse and store`, value: megabytes(file.bytes) / run.wall, unit: 'MB/s' })
      figures.push({ name: `${file.source}, of which processor of import`, value: run.cpu, unit: 's cpu' })
      figures.push({ name: `${file.source}, of which processor of the database`, value: database, unit: 's cpu' })
    }
  } finally {
    await platform.close()
  }
  return figures
}
