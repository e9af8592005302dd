import { access } from 'node:fs/promises'
import path from 'node:path'
import type { FunctionDescription, ServiceDescription } from './description.ts'
import { environmentOf, type Services } from './environment.ts'
import { concurrencyOf, type Poller, startPoller } from './poller.ts'
import type { Queues } from './queues.ts'
import type { Assignment } from './runner/child.ts'
import { type Instance, startInstance } from './runner/instance.ts'
import { startTimer, type Timer } from './timer.ts'

const UPLOAD_INSTANCES = 2

/** The functions whose handler is there. Throws with the names of the others, unless they may be missing. */
export const availableFunctions = async (description: ServiceDescription, root: string, allowMissing: boolean): Promise<FunctionDescription[]> => {
  const checked = await Promise.all(description.functions.map(async (fn) => ({ fn, there: await exists(handlerFile(root, fn)) })))
  const missing = checked.filter(({ there }) => !there).map(({ fn }) => fn.name)
  if (missing.length > 0 && !allowMissing) throw new Error(`no handler for ${missing.join(', ')}`)
  return checked.filter(({ there }) => there).map(({ fn }) => fn)
}

const handlerFile = (root: string, fn: FunctionDescription): string => path.join(root, fn.handler.replace(/\.[^.]+$/, '.ts'))

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

type InstancesContext = {
  functions: readonly FunctionDescription[]
  description: ServiceDescription
  root: string
  services: Services
  overrides: Readonly<Record<string, string>>
  /** Most concurrent calls of a mapping. */
  concurrency: number
  onLine: (line: string) => void
}

/** The instances of each function; `parts` stops them. */
export const startInstances = (
  { functions, description, root, services, overrides, concurrency, onLine }: InstancesContext,
  parts: AsyncDisposableStack,
): Map<string, Instance[]> => {
  const instances = new Map<string, Instance[]>()
  for (const fn of functions) {
    const count = fn.name === 'upload' ? UPLOAD_INSTANCES : 1
    const assignment = assignmentOf(fn, { description, root, services, overrides, concurrency })
    const made = Array.from({ length: count }, (_, index) => startInstance({ name: count === 1 ? fn.name : `${fn.name}-${index + 1}`, onLine, assignment }))
    for (const instance of made) parts.defer(() => instance.stop())
    instances.set(fn.name, made)
  }
  return instances
}

/** What a process is told to serve a function. */
export const assignmentOf = (
  fn: FunctionDescription,
  { description, root, services, overrides, concurrency }: Omit<InstancesContext, 'functions' | 'onLine'>,
): Assignment => ({
  root,
  service: description.service,
  stage: description.stage,
  runtime: description.runtime,
  key: fn.name,
  name: `${description.service}-${description.stage}-${fn.name}`,
  handler: fn.handler,
  timeoutSeconds: fn.timeoutSeconds,
  memoryMegabytes: fn.memoryMegabytes,
  containers: containersOf(fn, concurrency),
  receivesPieces: fn.name === 'upload',
  environment: environmentOf(fn, services, overrides),
})

/** One container per concurrent call of a mapping or a schedule; behind the gateway, one per request at the same time, but for `upload`, which is served in-process. */
const containersOf = ({ name, mappings, schedules }: FunctionDescription, concurrency: number): number | undefined => {
  if (name === 'upload') return 1
  if (mappings.length + schedules.length === 0) return undefined
  return Math.max(1, ...mappings.map(({ maximumConcurrency }) => concurrencyOf(maximumConcurrency, concurrency)))
}

const READY_MS = 120_000

/** Throws when an instance does not answer in time. */
export const readyInTime = async (instance: Instance): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the function ${instance.name} did not start in ${READY_MS / 1000} s`)), READY_MS)
  })
  await Promise.race([instance.ready(), late]).finally(() => clearTimeout(timer))
}

type MappingsContext = {
  queues: Queues
  instances: ReadonlyMap<string, readonly Instance[]>
  onLine: (line: string) => void
  concurrency: number
  deliverTwice: boolean
}

/** One poller per mapping of the function. */
export const startMappings = (fn: FunctionDescription, { queues, instances, onLine, concurrency, deliverTwice }: MappingsContext): Poller[] =>
  fn.mappings.map((mapping) => {
    const queue = queues.byLogicalId.get(mapping.queue)
    const instance = instances.get(fn.name)?.[0]
    if (queue === undefined || instance === undefined) throw new Error(`${fn.name} is mapped to ${mapping.queue}, which is not a queue`)
    return startPoller({
      client: queues.client,
      queue,
      mapping,
      maximumConcurrency: concurrency,
      functionTimeoutSeconds: fn.timeoutSeconds,
      deliverTwice,
      ready: instance.ready,
      invoke: instance.invoke,
      onLine,
    })
  })

type TimersContext = { instances: ReadonlyMap<string, readonly Instance[]>; onLine: (line: string) => void; timeScale: number; automatic: boolean }

/** One timer per scheduled function, by name; `parts` stops them. */
export const startTimers = (
  functions: readonly FunctionDescription[],
  { instances, onLine, timeScale, automatic }: TimersContext,
  parts: AsyncDisposableStack,
): Map<string, Timer> => {
  const timers = new Map<string, Timer>()
  for (const fn of functions) {
    const instance = instances.get(fn.name)?.[0]
    if (instance === undefined) continue
    for (const everySeconds of fn.schedules) {
      const timer = startTimer({ name: fn.name, everySeconds, timeScale, automatic, invoke: instance.invoke, onLine })
      parts.defer(() => timer.stop())
      timers.set(fn.name, timer)
    }
  }
  return timers
}
