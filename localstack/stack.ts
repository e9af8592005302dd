import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ACCOUNTS } from './accounts.ts'
import { bucketsOf, readDescription, type ServiceDescription } from './description.ts'
import { startEdge } from './edge-process.ts'
import { DATABASE, type Services, type StorageBackend } from './environment.ts'
import { availableFunctions, readyInTime, startInstances, startMappings, startTimers } from './functions.ts'
import { type Guardian, startGuardian } from './guardian.ts'
import { resolveMongo } from './mongo/resolve.ts'
import { startOidc } from './oidc.ts'
import { pagesOptions } from './pages-options.ts'
import { isReachableByAll, startPostgres } from './postgres.ts'
import { prepare } from './prepare.ts'
import { type Queues, startQueues } from './queues.ts'
import type { Instance } from './runner/instance.ts'
import type { Invocation } from './runner/invoke.ts'
import { startS3 } from './s3.ts'

export type StackOptions = {
  /** Repository; default: the one of this file. */
  root?: string
  /** Description of the service; default: `serverless.yml` of the repository. */
  description?: string
  /** Keeps the state between runs; default: a temporary directory, removed at the end. */
  dataDirectory?: string | undefined
  /** Multiplies visibility timeouts and periods of schedules; default: 1/300 (5 minutes become one second). */
  timeScale?: number | undefined
  /** Most concurrent invocations of one mapping; default 2. */
  concurrency?: number
  mongodb?: { uri?: string; download?: boolean }
  /** A PostgreSQL that runs already; default: the embedded one. */
  postgres?: string | undefined
  /** Directory of the built pages, or false; default: `web/dist`. */
  pages?: string | false
  /** Where deposits are kept; default: a directory. */
  backend?: StorageBackend | undefined
  /** Port of the edge; default: a free one. */
  port?: number
  /** Starts without the functions whose handler is missing, instead of refusing. */
  allowMissing?: boolean
  /** Wins over the values of the stack, for the variables that a function has. */
  environment?: Readonly<Record<string, string>>
  /** Runs the schedules by themselves; default true. `fire` works in both cases. */
  schedules?: boolean
  /** Delivers every message twice: for tests. */
  deliverTwice?: boolean
  /** A line of a function or of a part of the stack. */
  onLine?: (line: string) => void
}

export type Stack = {
  /** The single origin: pages, `/api`, `/files`. */
  edge: string
  /** Address of the collection of uploads on each of the two instances. */
  uploads: [string, string]
  datapi: string
  issuer: string
  mongodb: string
  /** Which MongoDB it is, in a sentence for people. */
  mongodbKind: string
  postgres: string
  sqs: string
  efs: string
  /** The object store of deposits, when they are kept in one. */
  s3: { endpoint: string; buckets: readonly string[] } | undefined
  accounts: { username: string; label: string }[]
  /** Private directory: key of the issuer. `sf token` reads it. */
  directory: string
  queues: Queues
  description: ServiceDescription
  /** Process of every function instance (`import`, `upload-1`, `upload-2`…). */
  processes(): Record<string, number>
  /** Containers (threads) that each process holds at most; undefined where nothing bounds them. */
  containers(): Record<string, number | undefined>
  /** Resident memory of an instance, in bytes. */
  residentBytes(name: string): Promise<number | undefined>
  /** False when that instance has no process at the moment. */
  kill(name: string, signal?: NodeJS.Signals): boolean
  /** Runs a scheduled function now. */
  fire(name: string): Promise<Invocation>
  /** Calls a function directly. */
  invoke(name: string, event: unknown): Promise<Invocation>
  stop(): Promise<void>
}

const DEFAULT_SCALE = 1 / 300

/** Starts the whole platform on this machine. When a part does not start, those that did are stopped and the error is thrown. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const parts = new AsyncDisposableStack()
  try {
    return await assemble(options, parts)
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

const assemble = async (options: StackOptions, parts: AsyncDisposableStack): Promise<Stack> => {
  const root = options.root ?? path.resolve(import.meta.dirname, '..')
  const description = await readDescription(options.description ?? path.join(root, 'serverless.yml'))
  const functions = await availableFunctions(description, root, options.allowMissing ?? false)
  const timeScale = options.timeScale ?? DEFAULT_SCALE
  const backend = options.backend ?? 'posix'
  const onLine = options.onLine ?? (() => {})

  const guardian = startGuardian()
  parts.defer(() => guardian.stop())
  const { base, scratch } = await directories(options.dataDirectory, guardian, parts)
  const privateDirectory = path.join(base, 'private')
  const efs = path.join(base, 'efs')
  await mkdir(efs, { recursive: true })

  const edge = await startEdge({ port: options.port, onLine })
  parts.defer(() => edge.stop())

  const kept = options.dataDirectory !== undefined
  const [queues, oidc, mongo, postgres] = await startServices(parts, [
    startQueues(description, { timeScale, directory: kept ? path.join(base, 'queues') : undefined }),
    startOidc({ directory: privateDirectory, origins: [edge.origin] }),
    resolveMongo({ ...options.mongodb, ...(kept ? { directory: path.join(base, 'mongodb') } : {}) }),
    options.postgres === undefined
      ? startPostgres({ directory: await postgresDirectory(base), scratch })
      : { url: options.postgres, pid: undefined, stop: async () => {} },
  ])
  if (postgres.pid !== undefined) guardian.watch(postgres.pid, 'SIGINT')
  const s3 = backend === 's3' ? await startObjects(description, queues, kept ? path.join(base, 'objects') : undefined, parts) : undefined
  const mongodb = withDatabase(mongo.uri)
  await prepare({ postgres: postgres.url, efs })

  const services: Services = {
    edge: edge.origin,
    issuer: oidc.issuer,
    mongodb,
    postgres: postgres.url,
    sqs: queues.endpoint,
    backend,
    s3: s3?.endpoint,
    efs,
    models: path.join(root, 'models'),
    timeScale,
    queueUrl: (logicalId) => queues.byLogicalId.get(logicalId)?.url,
  }
  const concurrency = options.concurrency ?? 2
  const instances = startInstances({ functions, description, root, services, overrides: options.environment ?? {}, concurrency, onLine }, parts)
  await Promise.all([...instances.values()].flat().map((instance) => readyInTime(instance)))

  const running = { queues, instances, onLine, concurrency, deliverTwice: options.deliverTwice ?? false }
  const pollers = functions.flatMap((fn) => startMappings(fn, running))
  // Together: each waits for the calls that are under way.
  parts.defer(async () => void (await Promise.all(pollers.map((poller) => poller.stop()))))
  const timers = startTimers(functions, { instances, onLine, timeScale, automatic: options.schedules ?? true }, parts)

  // Last in, first out: no request comes in any more when the functions are stopped.
  parts.defer(() => edge.stop())
  await edge.open(instances, await pagesOptions({ root, pages: options.pages, issuer: oidc.issuer }))
  const byName = new Map([...instances.values()].flat().map((instance) => [instance.name, instance]))
  const instanceOf = (name: string): Instance => {
    const found = byName.get(name) ?? instances.get(name)?.[0]
    if (found === undefined) throw new Error(`no function is called ${name}; there are ${[...byName.keys()].join(', ')}`)
    return found
  }
  return {
    edge: edge.origin,
    uploads: [`${edge.direct[0]}/files`, `${edge.direct[1]}/files`],
    datapi: `${edge.origin}/api`,
    issuer: oidc.issuer,
    mongodb,
    mongodbKind: mongo.describe,
    postgres: postgres.url,
    sqs: queues.endpoint,
    efs,
    s3,
    accounts: ACCOUNTS.map(({ username, label }) => ({ username, label })),
    directory: privateDirectory,
    queues,
    description,
    processes: () => Object.fromEntries([...byName].flatMap(([name, instance]) => (instance.pid() === undefined ? [] : [[name, instance.pid() ?? 0]]))),
    containers: () => Object.fromEntries([...byName].map(([name, instance]) => [name, instance.containers])),
    residentBytes: (name) => instanceOf(name).residentBytes(),
    kill: (name, signal = 'SIGKILL') => instanceOf(name).kill(signal),
    fire: (name) => timers.get(name)?.fire() ?? Promise.reject(new Error(`${name} has no schedule`)),
    invoke: (name, event) => instanceOf(name).invoke(event),
    stop: () => parts.disposeAsync(),
  }
}

/** Names the database in the address, unless it names one already or has credentials (whose database it would become). */
const withDatabase = (uri: string): string => {
  const found = /^(mongodb(?:\+srv)?:\/\/[^/@?]+)\/?(\?.*)?$/.exec(uri)
  return found === null ? uri : `${found[1]}/${DATABASE}${found[2] ?? ''}`
}

/** The object store beside the queues, on the same emulator. */
const startObjects = async (description: ServiceDescription, queues: Queues, directory: string | undefined, parts: AsyncDisposableStack) => {
  const buckets = bucketsOf(description)
  const { endpoint, stop } = await startS3({ port: Number(new URL(queues.endpoint).port), buckets, directory })
  parts.defer(stop)
  return { endpoint, buckets }
}

/** `scratch` may be entered by anybody: PostgreSQL runs as another user when we are root. */
const directories = async (kept: string | undefined, guardian: Guardian, parts: AsyncDisposableStack): Promise<{ base: string; scratch: string }> => {
  const scratch = await mkdtemp(path.join(tmpdir(), 'signaux-faibles-'))
  await chmod(scratch, 0o711)
  guardian.remove(scratch)
  parts.defer(() => rm(scratch, { recursive: true, force: true }))
  const base = kept === undefined ? path.join(scratch, 'state') : path.resolve(kept)
  await mkdir(base, { recursive: true })
  // Whatever the umask is; a directory that was chosen keeps its mode.
  if (kept === undefined) await chmod(base, 0o711)
  return { base, scratch }
}

/** In a folder that only root may enter, PostgreSQL's data goes elsewhere, always to the same place. */
const postgresDirectory = async (base: string): Promise<string> => {
  if (process.getuid?.() !== 0 || (await isReachableByAll(base))) return path.join(base, 'postgres')
  return path.join('/var/tmp', `signaux-faibles-${createHash('sha256').update(base).digest('hex').slice(0, 12)}`)
}

type Stoppable = { stop(): Promise<void> }

/** Starts them together; if one fails, those that started are stopped with the rest. */
const startServices = async <Services extends readonly Stoppable[]>(
  parts: AsyncDisposableStack,
  starting: { [Index in keyof Services]: Promise<Services[Index]> | Services[Index] },
): Promise<Services> => {
  const settled = await Promise.allSettled(starting as readonly (Promise<Stoppable> | Stoppable)[])
  for (const result of settled) if (result.status === 'fulfilled') parts.defer(() => result.value.stop())
  const failure = settled.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as unknown as Services
}
