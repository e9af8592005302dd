/**
 * The whole chain on the local stack, month by month: wall time, time during which each stage had work, processor time and peak memory of every
 * process. The machine's load shows in the wall time; the processor time is the figure to compare.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from 'mongodb'
import { LOCAL_SHARDS } from '../localstack/environment.ts'
import { depositMonth, waitUntilIdle } from '../localstack/pipeline.ts'
import type { Progress } from '../localstack/progress.ts'
import { generateSample, type SampleMonth } from '../localstack/sample/index.ts'
import { shellChoices } from '../localstack/shell.ts'
import { type Stack, startStack } from '../localstack/stack.ts'
import { silentLog } from '../shared/adapters/log.ts'
import { connectMongo } from '../shared/adapters/mongo/connect.ts'
import { ledgerCounts } from '../shared/adapters/mongo/status.ts'
import { createSpine } from '../shared/adapters/spine.ts'
import { readStatus } from '../shared/domain/spine/status.ts'
import { sourceFacts } from '../shared/sources/facts.ts'
import { type Figure, keep, mebibytes, type ProcessReading, processTree, type Report, timed } from './measure.ts'

export type ChainOptions = { companies: number; months: number; seed: number; onLine?: (line: string) => void }

/** Goals of the platform on two cores, by number of entreprises: seconds of pipeline per month. */
const goalOf = (companies: number): string | undefined => (companies === 500 ? 'under 60 s' : companies === 5000 ? 'under 360 s' : undefined)

export const chain = async ({ companies, months, seed, onLine }: ChainOptions): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-chain-'))
  try {
    const sample = await generateSample({ companies, seed, batch: '2511', batches: months, directory })
    const lines = (line: string): void => onLine?.(line)
    const { value: stack, wall } = await timed(() => startStack({ ...shellChoices(process.env), pages: false, onLine: lines }))
    try {
      const baseline = await naivePass(sample.months)
      const figures = [...(await startOf(stack, wall, baseline)), ...(await runMonths(stack, sample.months, companies, baseline, lines))]
      return { subject: `chain, ${companies} entreprises, ${months} month(s)`, baseline, figures }
    } finally {
      await stack.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What it took until everything answered: `wall` in seconds, and the processor time of every process but this one, which made the sample too. */
const startOf = async (stack: Stack, wall: number, baseline: Figure): Promise<Figure[]> => {
  const cpu = [...(await readingsOf(stack)).values()].filter(({ pid }) => pid !== process.pid).reduce((sum, reading) => sum + reading.cpu, 0)
  return [
    { name: 'start of the platform', value: wall, unit: 's' },
    { name: 'start, processor', value: cpu, unit: 's cpu', ratio: cpu / baseline.value },
  ]
}

/** What the machine needs, at the very least, to look at every record: each line through JSON and back. Processor seconds per month. */
const naivePass = async (months: readonly SampleMonth[]): Promise<Figure> => {
  const { cpu } = await timed(async () => {
    for (const { files } of months) {
      for (const file of files) {
        const text = await readFile(file.path, 'utf8')
        for (const line of text.split('\n')) keep(JSON.parse(JSON.stringify(line.split(';'))))
      }
    }
  })
  return { name: 'split and JSON round trip of every line, per month', value: cpu / months.length, unit: 's cpu' }
}

const runMonths = async (
  stack: Stack,
  months: readonly SampleMonth[],
  companies: number,
  baseline: Figure,
  onLine: (line: string) => void,
): Promise<Figure[]> => {
  const { db, close } = await connectMongo(stack.mongodb)
  const noQueue = { send: async () => ({ id: '' }) }
  const spine = createSpine({ db, queue: noQueue, log: silentLog, sources: sourceFacts, settings: { shards: LOCAL_SHARDS } })
  const status = () => readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)
  const figures: Figure[] = []
  const atRest = await readingsOf(stack)
  let deposits = 0
  let touched = 0
  try {
    for (const { batch, files } of months) {
      const before = await readingsOf(stack)
      const startedAt = performance.now()
      const watch = watchStages(db)
      const deposited = await depositMonth(stack, batch, files, quiet(onLine))
      deposits += deposited.length
      const depositSeconds = (performance.now() - startedAt) / 1000
      const idle = await waitUntilIdle({ stack, read: status, deposits, batch, progress: quiet(onLine), signal: new AbortController().signal })
      const seconds = (performance.now() - startedAt) / 1000
      const stages = await watch.stop()
      if (idle.stuck) throw new Error(`the month ${batch} came to nothing: ${JSON.stringify(idle.status.stages)}`)
      const used = spent(before, await readingsOf(stack))
      const total = [...used.values()].reduce((sum, cpu) => sum + cpu, 0)
      const goal = goalOf(companies)
      figures.push({ name: `${batch} pipeline`, value: seconds, unit: 's', ...(goal === undefined ? {} : { goal }) })
      // one minute of it: what the seconds must be read with
      figures.push({ name: `${batch} load of the machine`, value: loadavg()[0] ?? 0, unit: 'waiting for a processor' })
      figures.push({ name: `${batch} deposits`, value: depositSeconds, unit: 's' })
      const seqs = await seqsOf(db)
      figures.push({ name: `${batch} touches of a SIREN`, value: (seqs.total - touched) / Math.max(1, seqs.sirens), unit: 'on average' })
      touched = seqs.total
      for (const [stage, time] of stages) figures.push({ name: `${batch} work at ${stage}`, value: time, unit: 's' })
      figures.push({ name: `${batch} processor, all processes`, value: total, unit: 's cpu', ratio: total / baseline.value })
      for (const [name, cpu] of used)
        if (cpu >= 0.05) figures.push({ name: `${batch} processor, ${name}`, value: cpu, unit: 's cpu', ratio: cpu / baseline.value })
    }
  } finally {
    await close()
  }
  return [...figures, ...memoryOf(stack, atRest, await readingsOf(stack))]
}

/** The sum of the seqs of the ledger: every touch raises one, and after each the SIREN goes through the stages again, unless it had not left the first. */
const seqsOf = async (db: Db): Promise<{ total: number; sirens: number }> => {
  const group = { $group: { _id: null, total: { $sum: '$seq' }, sirens: { $sum: 1 } } }
  const [sums] = await db.collection('Ledger').aggregate<{ total: number; sirens: number }>([group]).toArray()
  return sums ?? { total: 0, sirens: 0 }
}

/** Peaks of the processes of functions, as ratios to what each held before the first deposit, when no container had been asked for anything. */
const memoryOf = (stack: Stack, before: ReadonlyMap<string, ProcessReading>, after: ReadonlyMap<string, ProcessReading>): Figure[] =>
  Object.entries(stack.containers()).flatMap(([name, containers]): Figure[] => {
    const rest = before.get(name)?.residentBytes
    const peak = after.get(name)?.peakBytes
    if (rest === undefined || peak === undefined) return []
    const most = containers === undefined ? 'one per request' : `${containers} container(s)`
    return [{ name: `peak memory of ${name}, ${most}, to rest`, value: mebibytes(peak), unit: 'MiB', ratio: peak / rest, goal: 'under 1024 MiB' }]
  })

/** Processes by the name of their function, else by what they are. */
const readingsOf = async (stack: Stack): Promise<Map<string, ProcessReading>> => {
  const names = new Map(Object.entries(stack.processes()).map(([name, pid]) => [pid, name]))
  const readings = new Map<string, ProcessReading>()
  for (const reading of await processTree()) {
    const name = names.get(reading.pid) ?? kindOf(reading)
    const known = readings.get(name)
    readings.set(name, known === undefined ? reading : { ...known, cpu: known.cpu + reading.cpu, peakBytes: Math.max(known.peakBytes, reading.peakBytes) })
  }
  return readings
}

const kindOf = ({ pid, command }: ProcessReading): string => {
  if (pid === process.pid) return 'runner (queues, partner)'
  if (command.includes('localstack/edge-child')) return 'edge'
  if (command.includes('postgres')) return 'postgresql'
  if (command.includes('localstack/mongo/') || command.includes('mongod')) return 'mongodb'
  return 'others'
}

const spent = (before: ReadonlyMap<string, ProcessReading>, after: ReadonlyMap<string, ProcessReading>): Map<string, number> =>
  new Map([...after].map(([name, { cpu }]): [string, number] => [name, cpu - (before.get(name)?.cpu ?? 0)]).sort((a, b) => b[1] - a[1]))

const WATCH_MS = 250

/** Seconds during which the ledger had work at a stage, sampled. */
const watchStages = (db: Db): { stop(): Promise<Map<string, number>> } => {
  const seconds = new Map<string, number>([
    ['refine', 0],
    ['detect', 0],
    ['publish', 0],
  ])
  let stopped = false
  const watch = async (): Promise<void> => {
    let last = performance.now()
    while (!stopped) {
      await delay(WATCH_MS)
      const stages = new Set<string>()
      for (const stage of seconds.keys()) if ((await db.collection('Ledger').findOne({ stage }, { projection: { _id: 1 } })) !== null) stages.add(stage)
      const now = performance.now()
      for (const stage of stages) seconds.set(stage, (seconds.get(stage) ?? 0) + (now - last) / 1000)
      last = now
    }
  }
  const over = watch()
  return {
    stop: async () => {
      stopped = true
      await over
      return seconds
    },
  }
}

const quiet = (onLine: (line: string) => void): Progress => ({ step: onLine, update() {}, done: onLine, fail: onLine, say: onLine })
