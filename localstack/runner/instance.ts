import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { exitOf, residentBytes } from '../processes.ts'
import type { Assignment, ChildReport } from './child.ts'
import { ComingEvent } from './coming-event.ts'
import { type Invocation, invokeAt } from './invoke.ts'
import { heapLimits, PIECES_ALLOCATOR, PIECES_HEAP } from './memory.ts'

/** One process that serves one function, started again whenever it ends. */
export type Instance = {
  name: string
  /** Calls that it serves at once, each in a container of its own; undefined when nothing bounds them. */
  containers: number | undefined
  /** Of the present process; undefined while it is being started again. */
  pid(): number | undefined
  /** How many times the process ended by itself or was killed. */
  restarts(): number
  /** Resolves when the present process answers. */
  ready(): Promise<void>
  /** Waits until the process answers, then calls the function. Never throws. */
  invoke(event: unknown): Promise<Invocation>
  /** False when there is no process at the moment. */
  kill(signal: NodeJS.Signals): boolean
  residentBytes(): Promise<number | undefined>
  stop(): Promise<void>
}

export type InstanceOptions = {
  /** Shown in logs and used to kill: `import`, `upload-1`. */
  name: string
  assignment: Assignment
  /** A line written by the function, or said of it. */
  onLine: (line: string) => void
}

const CHILD = path.join(import.meta.dirname, 'child.ts')
/** Code that V8 has compiled, for the processes and containers that come after: loading modules is most of what a small run costs. */
const CODE_CACHE = path.join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'localstack')
/** A process that lived this long was not failing to start. */
const STABLE_MS = 5_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 5_000

export const startInstance = ({ name, assignment, onLine }: InstanceOptions): Instance => {
  let stopping = false
  let restarts = 0
  let child: ChildProcess | undefined
  let pause = FIRST_PAUSE_MS
  const port = openable<number>()

  const cycle = async (): Promise<void> => {
    while (!stopping) {
      const startedAt = Date.now()
      child = launch(name, assignment, onLine, port.open)
      const why = await exitOf(child)
      port.close()
      if (stopping) return
      restarts += 1
      onLine(`${name}: the process ended (${why}), starting another one`)
      if (Date.now() - startedAt > STABLE_MS) pause = FIRST_PAUSE_MS
      else await delay(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }
  const over = cycle()

  const invoke = async (event: unknown): Promise<Invocation> => {
    const serialised = event instanceof ComingEvent ? event : ComingEvent.whole(Buffer.from(JSON.stringify(event)))
    while (!stopping && !serialised.hasFailed) {
      const opened = await port.value().catch(() => undefined)
      if (opened === undefined) break
      const result = await invokeAt(opened, assignment.name, serialised)
      // The process has just ended and we have not heard of it yet: nothing was delivered.
      if (result.ok || result.why !== 'refused') return result
      await delay(20)
    }
    return { ok: false, why: 'refused', message: serialised.hasFailed ? 'the event did not come whole' : `${name} is stopped` }
  }

  return {
    name,
    containers: assignment.containers,
    pid: () => (isRunning(child) ? child?.pid : undefined),
    restarts: () => restarts,
    ready: async () => void (await port.value()),
    invoke,
    kill: (signal) => {
      if (child === undefined || !isRunning(child)) return false
      if (ENDING.has(signal)) port.close()
      return child.kill(signal)
    },
    residentBytes: async () => (child?.pid === undefined ? undefined : residentBytes(child.pid)),
    stop: async () => {
      stopping = true
      port.abandon(new Error(`${name} is stopped`))
      // Nothing in flight is worth waiting for here: the poller and the edge have been stopped before.
      child?.kill('SIGKILL')
      await over
    },
  }
}

/** After these, no call may be given to the present process any more, even before its end is heard of. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGHUP'])

/** A value that comes and goes: whoever asks while it is away waits for the next one. */
const openable = <Value>() => {
  let present = Promise.withResolvers<Value>()
  let isOpen = false
  return {
    value: (): Promise<Value> => present.promise,
    open: (value: Value): void => {
      isOpen = true
      present.resolve(value)
    },
    close: (): void => {
      if (!isOpen) return
      isOpen = false
      present = Promise.withResolvers<Value>()
    },
    abandon: (error: Error): void => {
      present.promise.catch(() => {})
      present.reject(error)
    },
  }
}

const isRunning = (child: ChildProcess | undefined): boolean => child !== undefined && child.exitCode === null && child.signalCode === null

const launch = (name: string, assignment: Assignment, onLine: (line: string) => void, onReady: (port: number) => void): ChildProcess => {
  const heap = [...heapLimits(assignment.memoryMegabytes, assignment.containers ?? 1), ...(assignment.receivesPieces ? PIECES_HEAP : [])]
  // A group of its own, or Ctrl-C would end the function before the poller has put its message in order.
  const child = fork(CHILD, [], {
    detached: true,
    cwd: assignment.root,
    env: inherited({ ...(assignment.receivesPieces ? PIECES_ALLOCATOR : {}), ...assignment.environment }),
    execArgv: ['--disable-warning=ExperimentalWarning', ...heap],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) splitLines(stream, (line) => onLine(`${name}: ${line}`))
  child.on('message', (message: ChildReport) => {
    if ('ready' in message) onReady(message.ready.port)
    else onLine(`${name}: ${message.log}`)
  })
  child.on('error', (error) => onLine(`${name}: ${error.message}`))
  child.send(assignment, () => {})
  return child
}

/** Functions see their own variables and nothing of the developer's shell, so that a missing variable shows here as it would on AWS. */
const inherited = (environment: Record<string, string>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  TMPDIR: process.env.TMPDIR ?? '/tmp',
  NODE_COMPILE_CACHE: CODE_CACHE,
  ...environment,
})

const splitLines = (stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void => {
  let rest = ''
  stream?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
  })
}
