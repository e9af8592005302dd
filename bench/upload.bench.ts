/**
 * One stream of pieces of 4 MiB through the whole local edge (gateway, event, Base64, function, lock, record, fdatasync), beside the plain
 * library on `node:http` in the same minutes. The client is a process of its own in both cases; processor time is that of the servers, edge included.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { tokenOf } from '../localstack/pipeline.ts'
import { startStack } from '../localstack/stack.ts'
import { type Figure, mebibytes, processTree, type Report } from './measure.ts'

export type UploadOptions = { size: number; runs: number; large: number }

type Run = { wall: number; cpu: number }

const GOAL = 'at most 2.5 × (a), then 1.5 ×'

/** `size` and `large` in MiB: the size of a measured upload, and that of one whose only purpose is to show that memory does not grow. */
export const upload = async ({ size, runs, large }: UploadOptions): Promise<Report> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-upload-'))
  const plain = await startPlain(directory)
  const stack = await startStack({ pages: false, allowMissing: true, schedules: false })
  try {
    const token = await tokenOf(stack, 'partner1')
    const servers = () => [process.pid, stack.processes()['upload-1'] ?? 0]
    const collection = `${stack.uploads[0]}`
    await send(plain.url, '', 8)
    await send(collection, token, 8)
    const base: Run[] = []
    const ours: Run[] = []
    const raw: Run[] = []
    for (let run = 0; run < runs; run++) {
      raw.push(await rawWrites(path.join(directory, 'raw'), size))
      base.push(await measured([plain.pid], () => send(plain.url, '', size)))
      ours.push(await measured(servers(), () => send(collection, token, size)))
    }
    const before = await stack.residentBytes('upload-1')
    await send(collection, await tokenOf(stack, 'partner1'), large)
    const after = await stack.residentBytes('upload-1')
    const best = (all: readonly Run[], field: keyof Run) => Math.min(...all.map((run) => run[field]))
    const [wall, cpu] = [best(base, 'wall'), best(base, 'cpu')]
    const figures: Figure[] = [
      { name: '(a) plain library, processor', value: cpu, unit: 's', ratio: 1 },
      { name: 'raw write and fdatasync per piece', value: best(raw, 'wall'), unit: 's', ratio: best(raw, 'wall') / wall },
      { name: '(b) this service through the edge', value: best(ours, 'wall'), unit: 's', ratio: best(ours, 'wall') / wall, goal: GOAL },
      { name: '(b) processor, edge included', value: best(ours, 'cpu'), unit: 's', ratio: best(ours, 'cpu') / cpu, goal: GOAL },
      { name: '(b) speed', value: size / best(ours, 'wall'), unit: 'MiB/s' },
      ...memory(before, after, size, large),
    ]
    return {
      subject: `upload, ${size} MiB in pieces of 4 MiB, ${runs} run(s)`,
      baseline: { name: '(a) plain @tus/server and file store on node:http', value: wall, unit: 's', ratio: 1 },
      figures,
    }
  } finally {
    await Promise.all([plain.stop(), stack.stop()])
    await rm(directory, { recursive: true, force: true })
  }
}

const memory = (before: number | undefined, after: number | undefined, size: number, large: number): Figure[] =>
  before === undefined || after === undefined
    ? []
    : [
        { name: `memory of the function after uploads of ${size} MiB`, value: mebibytes(before), unit: 'MiB' },
        { name: `memory of the function after one of ${large} MiB`, value: mebibytes(after), unit: 'MiB', goal: 'flat' },
      ]

const measured = async (pids: readonly number[], work: () => Promise<number>): Promise<Run> => {
  const before = await cpuOf(pids)
  const wall = await work()
  return { wall, cpu: (await cpuOf(pids)) - before }
}

const cpuOf = async (pids: readonly number[]): Promise<number> => {
  const readings = await processTree(process.pid)
  // Of this process its own time alone: the servers that it started are counted by themselves, the clients not at all.
  const { user, system } = process.cpuUsage()
  return pids.reduce((sum, pid) => sum + (pid === process.pid ? (user + system) / 1e6 : (readings.find((reading) => reading.pid === pid)?.cpu ?? 0)), 0)
}

const script = (name: string) => path.join(import.meta.dirname, 'upload', name)

/** Seconds of one upload, as its client saw them. */
const send = async (collection: string, token: string, size: number): Promise<number> => {
  const child = spawn(process.execPath, [script('client.ts'), collection, token, String(size)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const seconds = firstLine(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the client ended with ${code}`)
  return Number(await seconds)
}

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('nothing to read')
  for await (const line of createInterface({ input: child.stdout })) return line
  return ''
}

const startPlain = async (directory: string): Promise<{ url: string; pid: number; stop(): Promise<void> }> => {
  const child = spawn(process.execPath, [script('plain.ts'), path.join(directory, 'plain')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await firstLine(child)
  const stop = async () => {
    const ended = once(child, 'close')
    child.kill()
    await ended
  }
  return { url, pid: child.pid ?? 0, stop }
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
  return { wall: (performance.now() - startedAt) / 1000, cpu: 0 }
}
