/**
 * Refine: SIRENs per second and core. First the rules alone (compaction, variables, public series), beside a naive pass over the same documents (JSON
 * round trips of what is read and of what is written); then through the database; then one SIREN of many établissements.
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'
import { compactEntities } from '../functions/refine/compaction.ts'
import { refinePage } from '../functions/refine/core.ts'
import { computeVariables } from '../functions/refine/variables.ts'
import { generateSample } from '../localstack/sample/index.ts'
import { publicOf } from '../shared/domain/public-series/public.ts'
import { isSiren } from '../shared/domain/siren.ts'
import { readAdmin } from '../shared/domain/spine/reading.ts'
import { rulesOf } from '../shared/domain/variables/rules.ts'
import { type InProcess, openInProcess, refineContext } from './in-process.ts'
import { type Figure, keep, mebibytes, peakWhile, type Report, timed } from './measure.ts'

export type RefineOptions = { companies: number; seed: number; etablissements: number }

const BATCH = '2511'

export const refine = async ({ companies, seed, etablissements }: RefineOptions): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-refine-'))
  const platform = await openInProcess()
  try {
    const { months } = await generateSample({ companies, seed, batch: BATCH, batches: 1, directory })
    for (const file of months[0]?.files ?? []) await platform.deposit(file.path, BATCH, file)
    const alone = await rulesAlone(platform)
    const stored = await throughDatabase(platform)
    const large = await largeSiren(platform, etablissements)
    return { subject: `refine, ${companies} entreprises`, baseline: alone.baseline, figures: [...alone.figures, ...stored, ...large] }
  } finally {
    await platform.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Pages of SIRENs are read before the clock starts: what is timed is the processor alone. */
const rulesAlone = async ({ spine, db }: InProcess): Promise<{ baseline: Figure; figures: Figure[] }> => {
  const sirens = (
    await db
      .collection<{ _id: string }>('Ledger')
      .find({}, { projection: { _id: 1 } })
      .toArray()
  ).map(({ _id }) => _id)
  const reading = await readAdmin(spine, BATCH)
  const { current } = reading
  if (current === undefined) throw new Error('the batch is not open')
  const rules = rulesOf('default')
  const compute = computeVariables('default')
  const cpu = { naive: 0, compaction: 0, variables: 0, series: 0 }
  const context = { newVersion: randomUUID }
  for (let at = 0; at < sirens.length; at += 50) {
    const page = sirens.slice(at, at + 50)
    const imported = Map.groupBy(await spine.store.entities.imported(page), ({ siren }) => siren)
    for (const siren of page) {
      const mine = imported.get(siren) ?? []
      const compacted = await timed(() => compactEntities(context, { siren, seq: 1 }, reading, mine, []).documents)
      const values = compacted.value.map(({ value }) => value)
      const variables = await timed(() =>
        compute({
          siren,
          entreprise: values.find(({ key }) => isSiren(key)),
          etablissements: values.filter(({ key }) => !isSiren(key)),
          batch: BATCH,
          window: current.window,
        }),
      )
      const series = await timed(() => values.map((value) => publicOf(value, { batch: BATCH, dateFin: current.window.dateFin, rules })))
      const naive = await timed(() => {
        for (const document of mine) keep(JSON.parse(JSON.stringify(document)))
        for (const value of values) keep(JSON.parse(JSON.stringify(value)))
        for (const columns of variables.value.values()) keep(JSON.parse(JSON.stringify(columns)))
        for (const document of series.value) keep(JSON.parse(JSON.stringify(document)))
      })
      cpu.compaction += compacted.cpu
      cpu.variables += variables.cpu
      cpu.series += series.cpu
      cpu.naive += naive.cpu
    }
  }
  const all = cpu.compaction + cpu.variables + cpu.series
  const part = (name: keyof typeof cpu): Figure => ({
    name: `${name}, rules alone`,
    value: (cpu[name] / sirens.length) * 1000,
    unit: 'ms cpu per SIREN',
    ratio: cpu[name] / cpu.naive,
  })
  return {
    baseline: { name: 'JSON round trip of what is read and written', value: (cpu.naive / sirens.length) * 1000, unit: 'ms cpu per SIREN' },
    figures: [
      { name: 'SIRENs per second and core, rules alone', value: sirens.length / all, unit: 'SIREN/s', ratio: all / cpu.naive, goal: 'cpu at most × 2' },
      part('compaction'),
      part('variables'),
      part('series'),
    ],
  }
}

const throughDatabase = async (platform: InProcess): Promise<Figure[]> => {
  const count = await platform.db.collection('Ledger').countDocuments({ stage: 'refine' })
  const before = await platform.databaseCpu()
  const { value: run, peakBytes } = await peakWhile(() => timed(() => platform.work('refine', refinePage(refineContext(platform)))))
  const database = (await platform.databaseCpu()) - before
  return [
    { name: 'SIRENs per second, through the database', value: count / run.wall, unit: 'SIREN/s' },
    { name: 'processor of refine', value: (run.cpu / count) * 1000, unit: 'ms cpu per SIREN' },
    { name: 'processor of the database', value: (database / count) * 1000, unit: 'ms cpu per SIREN' },
    { name: 'peak memory', value: mebibytes(peakBytes), unit: 'MiB' },
  ]
}

/** A SIREN of the sample whose first établissement is copied under other SIRETs. */
const largeSiren = async (platform: InProcess, etablissements: number): Promise<Figure[]> => {
  const raws = platform.db.collection<{
    _id: string
    siren: string
    seq: number
    version: string
    value: { key: string; scope: string; index: { algo2: boolean } }
  }>('RawData')
  const model = await raws.findOne({ 'value.scope': 'etablissement', 'value.index.algo2': true })
  if (model === null) throw new Error('no établissement in the perimeter')
  const { siren } = model
  for (let number = 0; number < etablissements; number += 500) {
    const copies = Array.from({ length: Math.min(500, etablissements - number) }, (_, i) => {
      const siret = `${siren}${String(99_999 - number - i).padStart(5, '0')}`
      return { ...model, _id: siret, version: randomUUID(), seq: 0, value: { ...model.value, key: siret } }
    })
    await raws.insertMany(copies)
  }
  await platform.spine.store.ledger.touch([siren], { batch: BATCH })
  const { seconds, cpu, peakBytes } = await inFreshProcess(platform.uri)
  const written = await platform.db.collection('Features').countDocuments({ siren })
  if (written < etablissements) throw new Error(`${written} documents of variables for ${etablissements} établissements`)
  return [
    { name: `SIREN of ${etablissements} établissements`, value: seconds, unit: 's' },
    { name: 'its processor', value: cpu, unit: 's cpu' },
    { name: 'its peak memory, in a process of its own', value: mebibytes(peakBytes), unit: 'MiB', goal: 'under 512 MiB' },
  ]
}

const Answer = z.object({ seconds: z.number(), cpu: z.number(), peakBytes: z.number() })

/** A process that has done nothing before, as its memory is what is asked. */
const inFreshProcess = async (uri: string): Promise<z.infer<typeof Answer>> => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'refine-once.ts'), uri])
  return Answer.parse(JSON.parse(stdout))
}
