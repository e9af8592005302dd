import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startPart } from '../part.ts'
import { exitOf, residentBytes } from '../processes.ts'
import { functionAddress } from './address.ts'
import type { Assignment, ChildReport } from './child.ts'
import type { Invocation } from './invoke.ts'
import { heapLimits, PIECES_HEAP } from './memory.ts'

/** One process that serves one function, started again whenever it ends. */
export type Instance = {
  name: string
  /** That by which the invoke API knows the function. */
  functionName: string
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
  /** Tells the port of the invoke API, now and whenever another process answers; undefined when none does. */
  follow(follower: (port: number | undefined) => void): void
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
/** A process that lived this long was not failing to start. */
const STABLE_MS = 5_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 5_000

export const startInstance = ({ name, assignment, onLine }: InstanceOptions): Instance => {
  let stopping = false
  let restarts = 0
  let child: ChildProcess | undefined
  let pause = FIRST_PAUSE_MS
  const address = functionAddress(assignment.name)

  const cycle = async (): Promise<void> => {
    while (!stopping) {
      const startedAt = Date.now()
      child = launch(name, assignment, onLine, address.move)
      const why = await exitOf(child)
      if (stopping) return
      address.move(undefined)
      restarts += 1
      onLine(`${name}: the process ended (${why}), starting another one`)
      if (Date.now() - startedAt > STABLE_MS) pause = FIRST_PAUSE_MS
      else await delay(pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }
  const over = cycle()

  return {
    name,
    functionName: assignment.name,
    containers: assignment.containers,
    pid: () => (isRunning(child) ? child?.pid : undefined),
    restarts: () => restarts,
    ready: async () => void (await address.port()),
    invoke: address.invoke,
    follow: address.follow,
    kill: (signal) => {
      if (child === undefined || !isRunning(child)) return false
      if (ENDING.has(signal)) address.move(undefined)
      return child.kill(signal)
    },
    residentBytes: async () => (child?.pid === undefined ? undefined : residentBytes(child.pid)),
    stop: async () => {
      stopping = true
      address.abandon(`${name} is stopped`)
      // Nothing in flight is worth waiting for here: the poller and the edge have been stopped before.
      child?.kill('SIGKILL')
      await over
    },
  }
}

/** After these, no call may be given to the present process any more, even before its end is heard of. */
const ENDING: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGHUP'])

const isRunning = (child: ChildProcess | undefined): boolean => child !== undefined && child.exitCode === null && child.signalCode === null

const launch = (name: string, assignment: Assignment, onLine: (line: string) => void, onReady: (port: number) => void): ChildProcess => {
  const heap = [...heapLimits(assignment.memoryMegabytes, assignment.containers ?? 1), ...(assignment.receivesPieces ? PIECES_HEAP : [])]
  const child = startPart({
    name,
    file: CHILD,
    directory: assignment.root,
    environment: assignment.environment,
    flags: heap,
    onLine,
  })
  child.on('message', (message: ChildReport) => {
    if ('ready' in message) onReady(message.ready.port)
    else onLine(`${name}: ${message.log}`)
  })
  child.send(assignment, () => {})
  return child
}
