/**
 * One stream of pieces of 4 MiB through the local edge (gateway, event, Base64, function, lock, record, fdatasync), beside the plain library on `node:http`
 * in the same minutes. The client is a process of its own in both cases; processor time is that of the servers, all their threads and the edge included.
 * The library syncs nothing. What it leaves to the disk is dropped before our turn, and what `settle` does of a deposit is waited for before its own.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Figure, mebibytes, type Report, readProcess } from './measure.ts'
import { type DepositService, startDepositService } from './upload/service.ts'

/** `size` of a measured upload and `memory`, sizes of uploads after which the peak of each process is read, in MiB. */
export type UploadOptions = { size: number; runs: number; memory: readonly number[] }

type Run = { wall: number; cpu: number }
type Plain = { url: string; pid: number; drop(): Promise<void>; stop(): Promise<void> }

const GOAL = 'at most 2.5'
/** Both sides have compiled their code and grown their heaps after these, in MiB. */
const WARMING = 100

export const upload = async ({ size, runs, memory }: UploadOptions): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-upload-'))
  const plain = await startPlain(path.join(directory, 'plain'))
  const service = await startDepositService(path.join(directory, 'storage'))
  try {
    const peaks = await memoryOf(service, memory)
    const [raw, base, ours]: [Run[], Run[], Run[]] = [[], [], []]
    const sendPlain = async (mebibytes: number) => (await send(plain.url, '', mebibytes)).seconds
    await sendPlain(WARMING)
    await plain.drop()
    await deposit(service, WARMING)
    for (let run = 0; run < runs; run++) {
      raw.push(await rawWrites(path.join(directory, 'raw'), size))
      base.push(await measured([plain.pid], () => sendPlain(size)))
      await plain.drop()
      const token = await service.token()
      let address = ''
      ours.push(
        await measured([service.pids.edge, service.pids.upload], async () => {
          const { seconds, url } = await send(service.collection, token, size)
          address = url
          return seconds
        }),
      )
      await service.settled(depositOf(address))
    }
    const [wall, cpu] = [best(base, 'wall'), best(base, 'cpu')]
    const ratios = (field: keyof Run) => ours.map((run, index) => run[field] / (base[index]?.[field] ?? Number.NaN))
    return {
      subject: `upload, ${size} MiB in pieces of 4 MiB, best of ${runs} run(s)`,
      baseline: { name: '(a) plain @tus/server and file store on node:http', value: wall, unit: 's', ratio: 1 },
      figures: [
        { name: '(a) processor', value: cpu, unit: 's', ratio: 1 },
        { name: '(a) speed', value: size / wall, unit: 'MiB/s' },
        { name: 'raw write and fdatasync per piece', value: best(raw, 'wall'), unit: 's', ratio: best(raw, 'wall') / wall },
        { name: '(b) this service through the edge', value: best(ours, 'wall'), unit: 's', ratio: best(ours, 'wall') / wall, goal: GOAL },
        { name: '(b) processor, edge and function', value: best(ours, 'cpu'), unit: 's', ratio: best(ours, 'cpu') / cpu, goal: GOAL },
        { name: '(b) speed', value: size / best(ours, 'wall'), unit: 'MiB/s' },
        { name: 'time, median of the ratios of the pairs', value: median(ratios('wall')), unit: '×', goal: GOAL },
        { name: 'processor, median of the ratios of the pairs', value: median(ratios('cpu')), unit: '×', goal: GOAL },
        ...peaks,
      ],
    }
  } finally {
    await Promise.all([plain.stop(), service.stop()])
    await rm(directory, { recursive: true, force: true })
  }
}

const best = (all: readonly Run[], field: keyof Run) => Math.min(...all.map((run) => run[field]))

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Uploads of the first size, to tell what a process that is used holds from what a large file needs: a collector leaves garbage until there is enough of it. */
const REPEATED = 20

/**
 * Peak resident memory of each process since it started, after each size in turn; the ratio is to the first upload of the first size. What many uploads of that
 * size come to is told before the larger ones.
 */
const memoryOf = async (service: DepositService, sizes: readonly number[]): Promise<Figure[]> => {
  const [small = 10, ...larger] = sizes
  const base = new Map<string, number>()
  const figuresAfter = async (what: string): Promise<Figure[]> => {
    const figures: Figure[] = []
    for (const [name, pid] of Object.entries(service.pids)) {
      const peak = (await readProcess(pid))?.peakBytes
      if (peak === undefined || peak === 0) continue
      if (!base.has(name)) base.set(name, peak)
      figures.push({ name: `peak of ${name} after ${what}`, value: mebibytes(peak), unit: 'MiB', ratio: peak / (base.get(name) ?? peak), goal: 'flat' })
    }
    return figures
  }
  await deposit(service, small)
  const figures = await figuresAfter(`${small} MiB`)
  for (let count = 1; count < REPEATED; count++) await deposit(service, small)
  figures.push(...(await figuresAfter(`${REPEATED} times ${small} MiB`)))
  for (const size of larger) {
    await deposit(service, size)
    figures.push(...(await figuresAfter(`${size} MiB`)))
  }
  return figures
}

/** Its id. */
const depositOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

const deposit = async (service: DepositService, mebibytes: number): Promise<void> => {
  const { url } = await send(service.collection, await service.token(), mebibytes)
  await service.settled(depositOf(url))
}

const measured = async (pids: readonly number[], work: () => Promise<number>): Promise<Run> => {
  const before = await cpuOf(pids)
  const wall = await work()
  return { wall, cpu: (await cpuOf(pids)) - before }
}

const cpuOf = async (pids: readonly number[]): Promise<number> => {
  const readings = await Promise.all(pids.map(readProcess))
  return readings.reduce((sum, reading) => sum + (reading?.cpu ?? Number.NaN), 0)
}

const script = (name: string) => path.join(import.meta.dirname, 'upload', name)

const send = async (collection: string, token: string, mebibytes: number): Promise<{ seconds: number; url: string }> => {
  const child = spawn(process.execPath, [script('client.ts'), collection, token, String(mebibytes)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = firstLine(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the client ended with ${code}`)
  return JSON.parse(await line) as { seconds: number; url: string }
}

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('nothing to read')
  for await (const line of createInterface({ input: child.stdout })) return line
  return ''
}

const startPlain = async (directory: string): Promise<Plain> => {
  await mkdir(directory)
  const child = spawn(process.execPath, [script('plain.ts'), directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await firstLine(child)
  return {
    url,
    pid: child.pid ?? 0,
    async drop() {
      for (const name of await readdir(directory)) await rm(path.join(directory, name))
    },
    async stop() {
      const ended = once(child, 'close')
      child.kill()
      await ended
    },
  }
}

/** What the disk itself takes. */
const rawWrites = async (file: string, size: number): Promise<Run> => {
  const piece = Buffer.alloc(4 * 1024 * 1024, 'deposit')
  const startedAt = performance.now()
  const handle = await open(file, 'w')
  for (let offset = 0; offset < size * 1024 * 1024; offset += piece.byteLength) {
    await handle.write(piece, 0, piece.byteLength, offset)
    await handle.datasync()
  }
  await handle.close()
  const wall = (performance.now() - startedAt) / 1000
  await rm(file)
  return { wall, cpu: 0 }
}
