import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Doors, EdgeOrder, EdgeReport } from './edge-child.ts'
import type { PagesOptions } from './pages.ts'
import { startPart } from './part.ts'
import { exitOf } from './processes.ts'
import type { Instance } from './runner/instance.ts'

/** The doors of the platform: the single origin, and one address for each of the two instances of `upload`. They answer 503 until they are opened. */
export type Edge = {
  origin: string
  direct: [string, string]
  /** Process of the doors; undefined while it is being started again. */
  pid(): number | undefined
  /** From now on the platform is reachable. */
  open(instances: ReadonlyMap<string, readonly Instance[]>, pages: PagesOptions): Promise<void>
  /** Answers that are under way are finished. */
  stop(): Promise<void>
}

const CHILD = path.join(import.meta.dirname, 'edge-child.ts')
const PAUSE_MS = 200
/** What passes stays outside the heap: a small young generation keeps 24 MiB of garbage out of the process over two gibibytes. */
const HEAP = ['--max-semi-space-size=2']
const STOP_MS = 10_000

/**
 * In a process of its own: what passes here are pieces of megabytes, and in that of the queues, the issuer and the object store each would wait for their
 * work and have their heap collected. Started again on the same ports if it ends. Throws when a port is taken.
 */
export const startEdge = async ({ port = 0, onLine }: { port?: number | undefined; onLine: (line: string) => void }): Promise<Edge> => {
  let stopping = false
  let wanted: readonly number[] = [port, 0, 0]
  let doors: Doors | undefined
  const ports: Record<string, number> = {}
  let child: ChildProcess | undefined
  const listening = Promise.withResolvers<string[]>()
  const opened = Promise.withResolvers<void>()

  const tell = (order: EdgeOrder): void => {
    if (child?.connected) child.send(order, () => {})
  }
  const launch = (): ChildProcess => {
    child = startPart({ name: 'edge', file: CHILD, directory: import.meta.dirname, flags: HEAP, onLine })
    child.on('message', (message: EdgeReport) => {
      if (message === 'open') opened.resolve()
      else if ('origins' in message) listening.resolve(message.origins)
      else {
        onLine(`edge: ${message.refused}`)
        listening.reject(new Error(message.refused))
      }
    })
    tell({ listen: wanted })
    tell({ ports })
    if (doors !== undefined) tell({ open: doors })
    return child
  }
  const cycle = async (): Promise<void> => {
    while (!stopping) {
      const why = await exitOf(launch())
      listening.reject(new Error(`the edge ended before it listened (${why})`))
      if (stopping) return
      onLine(`edge: the process ended (${why}), starting another one`)
      await delay(PAUSE_MS)
    }
  }
  const over = cycle()
  const stop = async (): Promise<void> => {
    stopping = true
    tell('stop')
    const forced = setTimeout(() => child?.kill('SIGKILL'), STOP_MS)
    await over
    clearTimeout(forced)
  }

  try {
    const [origin = '', first = '', second = ''] = await listening.promise
    wanted = [origin, first, second].map((text) => Number(new URL(text).port))
    return {
      origin,
      direct: [first, second],
      pid: () => child?.pid,
      async open(instances, pages) {
        for (const instance of [...instances.values()].flat()) {
          instance.follow((at) => {
            if (at === undefined) delete ports[instance.name]
            else ports[instance.name] = at
            tell({ ports })
          })
        }
        doors = {
          functions: Object.fromEntries([...instances].map(([key, all]) => [key, all.map(({ name, functionName }) => ({ name, functionName }))])),
          pages,
        }
        tell({ open: doors })
        await opened.promise
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
