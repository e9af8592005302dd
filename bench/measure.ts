/** What the subjects share: clocks, processes, and how a figure is said. */
import { readdir, readFile } from 'node:fs/promises'

/** `ratio` is to the baseline of the report, measured in the same run: it says more than the figure on a machine that others use too. */
export type Figure = { name: string; value: number; unit: string; ratio?: number; goal?: string }

/** What a subject gives. `baseline` is what the ratios are to. */
export type Report = { subject: string; baseline: Figure; figures: Figure[] }

/** Wall and processor seconds of this process for `work`. */
export type Timing = { wall: number; cpu: number }

export const timed = async <Value>(work: () => Value | Promise<Value>): Promise<Timing & { value: Value }> => {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const value = await work()
  const { user, system } = process.cpuUsage(before)
  return { value, wall: (performance.now() - startedAt) / 1000, cpu: (user + system) / 1e6 }
}

/** Seconds of wall and of processor that a part of the work took, all its turns together. */
export class Share {
  wall = 0
  cpu = 0

  /** Nothing else may run in this process meanwhile. */
  async of<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    const { value, wall, cpu } = await timed(work)
    this.wall += wall
    this.cpu += cpu
    return value
  }
}

/** Resident memory of this process while `work` runs, in bytes: the peak, sampled. */
export const peakWhile = async <Value>(work: () => Promise<Value>): Promise<{ value: Value; peakBytes: number }> => {
  let peakBytes = process.memoryUsage.rss()
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, 20)
  try {
    const value = await work()
    return { value, peakBytes: Math.max(peakBytes, process.memoryUsage.rss()) }
  } finally {
    clearInterval(timer)
  }
}

/** A process as the system sees it: `cpu` in seconds, children that ended included; memory in bytes. */
export type ProcessReading = { pid: number; command: string; cpu: number; peakBytes: number; residentBytes: number }

/** Ticks of a second in `/proc`: 100 on every Linux that Node runs on. */
const TICKS = 100

/** This process and all that descend from it. Empty where the system has no `/proc`. */
export const processTree = async (root: number = process.pid): Promise<ProcessReading[]> => {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 0)
  const found = (await Promise.all(pids.map(readProcess))).filter((reading) => reading !== undefined)
  const kept = new Set([root])
  for (let size = 0; size < kept.size; ) {
    size = kept.size
    for (const { pid, parent } of found) if (kept.has(parent)) kept.add(pid)
  }
  return found.filter(({ pid }) => kept.has(pid)).map(({ parent, ...reading }) => reading)
}

/** Nothing when it is gone, or where the system has no `/proc`. */
export const readProcess = async (pid: number): Promise<(ProcessReading & { parent: number }) | undefined> => {
  try {
    const [stat, status, command] = await Promise.all(['stat', 'status', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')))
    // the name of the program, in parentheses, may hold anything
    const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ')
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
    const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status ?? '')?.[1] ?? 0) * 1024
    return {
      pid,
      parent: Number(fields[1]),
      command: (command ?? '').replaceAll('\0', ' ').trim(),
      cpu: ticks / TICKS,
      peakBytes: bytes('VmHWM'),
      residentBytes: bytes('VmRSS'),
    }
  } catch {
    return undefined
  }
}

/** Keeps a value from being computed for nothing. */
export const keep = (value: unknown): void => {
  kept = value
}
let kept: unknown
export const lastKept = (): unknown => kept

export const megabytes = (bytes: number): number => bytes / 1e6
export const mebibytes = (bytes: number): number => bytes / 1024 / 1024

const rounded = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3))

/** A report as a table for people. */
export const textOf = ({ subject, baseline, figures }: Report): string => {
  const lines = [`${subject}`, `  baseline  ${baseline.name}: ${rounded(baseline.value)} ${baseline.unit}`]
  const width = Math.max(...figures.map(({ name }) => name.length))
  for (const { name, value, unit, ratio, goal } of figures) {
    const parts = [`  ${name.padEnd(width)}  ${rounded(value).padStart(10)} ${unit}`]
    if (ratio !== undefined) parts.push(`× ${rounded(ratio)}`)
    if (goal !== undefined) parts.push(`(goal: ${goal})`)
    lines.push(parts.join('  '))
  }
  return lines.join('\n')
}
