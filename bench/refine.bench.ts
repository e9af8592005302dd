/**
 * Refine: what a SIREN costs from what was imported to its variables and public series, beside a naive pass over the same documents in the same run;
 * then one SIREN of many établissements. Each pass has a process of its own, so that its memory is its own.
 */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { generateSample } from '../localstack/sample/index.ts'
import { type InProcess, openInProcess } from './in-process.ts'
import { mebibytes, type Report } from './measure.ts'
import { largeSiren, modelOf } from './refine/large.ts'

/** `mark`: SIRENs after which the peak of memory is told as well; `every`: of how many pages one is done naively too. */
export type RefineOptions = {
  companies: number
  seed: number
  mark: number
  every: number
  etablissements: number
  onStep?: (step: string) => void
}

/** Seconds of processor of the process that works, and of the database. */
export type Spent = { cpu: number; database: number }

/** What a pass says: `series` is a part of the processor of `whole`; `sampled` and `naive` are those of the pages done both ways. */
export type OnceReport = {
  sirens: number
  wall: number
  whole: Spent
  series: number
  sampled: Spent
  naive: Spent
  peakAtMark: number
  peakBytes: number
}

const BATCH = '2511'

export const refine = async ({ companies, seed, mark, every, etablissements, onStep = () => {} }: RefineOptions): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-refine-'))
  // PostgreSQL does not run as root
  await chmod(directory, 0o755)
  const platform = await openInProcess()
  try {
    const { months } = await generateSample({ companies, seed, batch: BATCH, batches: 1, directory })
    onStep(`${companies} entreprises`)
    for (const file of months[0]?.files ?? []) {
      await platform.deposit(file.path, BATCH, file)
      onStep(`${file.source} imported`)
    }
    const model = await modelOf(platform)
    const all = await passOf(platform, every, mark)
    onStep('refined')
    const large = await largeSiren(platform, model, { batch: BATCH, etablissements, directory, onStep })
    const perSiren = (seconds: number, sirens = all.sirens): number => (seconds / sirens) * 1000
    const sampledSirens = (all.sirens * all.sampled.cpu) / all.whole.cpu
    return {
      subject: `refine, ${companies} entreprises`,
      baseline: {
        name: 'naive pass: the documents read, JSON round trip, the documents written',
        value: perSiren(all.naive.cpu, sampledSirens),
        unit: 'ms cpu per SIREN',
      },
      figures: [
        {
          name: 'compaction, variables and series, stored',
          value: perSiren(all.whole.cpu),
          unit: 'ms cpu per SIREN',
          ratio: all.sampled.cpu / all.naive.cpu,
          goal: 'at most × 2',
        },
        { name: 'SIRENs per second and core', value: all.sirens / all.whole.cpu, unit: 'SIREN/s' },
        { name: 'of which public series', value: perSiren(all.series), unit: 'ms cpu per SIREN' },
        {
          name: 'processor of the database',
          value: perSiren(all.whole.database),
          unit: 'ms cpu per SIREN',
          ratio: all.sampled.database / all.naive.database,
        },
        { name: 'part of refine in the processor', value: (100 * all.whole.cpu) / (all.whole.cpu + all.whole.database), unit: '%' },
        { name: 'time of the pass, naive pages included', value: all.wall, unit: 's' },
        { name: `peak memory after ${mark} SIRENs`, value: mebibytes(all.peakAtMark), unit: 'MiB' },
        { name: `peak memory after ${all.sirens} SIRENs`, value: mebibytes(all.peakBytes), unit: 'MiB', goal: 'flat' },
        ...large,
      ],
    }
  } finally {
    await platform.close()
    await rm(directory, { recursive: true, force: true })
  }
}

const passOf = async ({ uri }: InProcess, every: number, mark: number): Promise<OnceReport> => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'refine', 'pass-once.ts'), uri, String(every), String(mark)])
  return JSON.parse(stdout)
}
