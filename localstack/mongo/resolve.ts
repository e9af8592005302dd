import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { AppError } from '../../shared/domain/errors.ts'

/** `uri`: a server that runs already; `download`: fetch the official server once; `directory`: where to keep the documents. */
export type ResolveOptions = { uri?: string; download?: boolean; directory?: string }

/** The server to use. `describe` is one sentence for the person who started the platform; `stop` leaves no process behind. */
export type ResolvedMongo = { uri: string; kind: 'uri' | 'mongod' | 'download' | 'stand-in'; describe: string; stop(): Promise<void> }

/**
 * Chooses the MongoDB of a local run: the one given, else a `mongod` of the machine, else the official server if its download
 * was asked for, else the stand-in. Throws `DATABASE_DOWN` when the one chosen does not start.
 */
export const resolveMongo = async (options: ResolveOptions = {}): Promise<ResolvedMongo> => {
  if (options.uri !== undefined && options.uri !== '') {
    const { hostname } = new URL(options.uri.replace(/^mongodb(\+srv)?:/, 'http:').replace(/,[^/]*/, ''))
    return { uri: options.uri, kind: 'uri', describe: `MongoDB : le serveur de MONGODB_URI (${hostname})`, stop: async () => {} }
  }
  const systemBinary = findOnPath('mongod')
  if (systemBinary !== undefined) return startOfficial({ systemBinary }, options.directory)
  if (options.download) return startOfficial(undefined, options.directory)
  return startStandInProcess(options.directory)
}

const findOnPath = (command: string): string | undefined => {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command + suffix))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

const startOfficial = async (system: { systemBinary: string } | undefined, directory: string | undefined): Promise<ResolvedMongo> => {
  process.env.MONGOMS_RUNTIME_DOWNLOAD = system === undefined ? 'true' : 'false'
  process.env.MONGOMS_SYSTEM_BINARY_VERSION_CHECK = 'false'
  const dbPath = directory === undefined ? undefined : join(directory, 'mongod')
  if (dbPath !== undefined) mkdirSync(dbPath, { recursive: true })
  try {
    const { MongoBinary, MongoMemoryServer } = await import('mongodb-memory-server-core')
    const systemBinary = system?.systemBinary ?? (await MongoBinary.getPath({}))
    const server = await MongoMemoryServer.create({
      instance: { ip: '127.0.0.1', ...(dbPath === undefined ? {} : { dbPath, storageEngine: 'wiredTiger' as const }) },
      binary: { systemBinary },
    })
    const stop = async (): Promise<void> => {
      await server.stop({ doCleanup: dbPath === undefined })
    }
    return system === undefined
      ? { uri: server.getUri(), kind: 'download', describe: 'MongoDB : le serveur officiel, téléchargé une fois', stop }
      : { uri: server.getUri(), kind: 'mongod', describe: 'MongoDB : le mongod de cette machine', stop }
  } catch (error) {
    const message =
      system === undefined
        ? 'MongoDB n’a pas pu être téléchargé ou démarré : vérifiez l’accès à fastdl.mongodb.org, ou relancez sans --mongodb download pour utiliser le serveur de développement fourni.'
        : 'Le mongod de cette machine ne démarre pas : corrigez-le, retirez-le du PATH, ou indiquez un serveur par MONGODB_URI.'
    throw new AppError('DATABASE_DOWN', message, { cause: error })
  }
}

const ReadyLine = z.object({ ready: z.literal(true), port: z.int().positive() })

/** The port that the child prints first. */
const portOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the stand-in has no output')
    const lines = createInterface({ input: child.stdout })
    lines.once('line', (line) => {
      lines.close()
      try {
        resolve(ReadyLine.parse(JSON.parse(line)).port)
      } catch (error) {
        reject(error)
      }
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the stand-in stopped before it was ready (exit ${code})`)))
  })

const STOP_MS = 5_000

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.ref()
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(timer)
}

/** Documents live in its heap: half of the machine, where Node would take 2 to 4 GB at most. */
const heapMegabytes = (): number => Math.max(1024, Math.floor(totalmem() / 2 / 1024 / 1024))

const startStandInProcess = async (directory: string | undefined): Promise<ResolvedMongo> => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heapMegabytes()}`, main, '--with-parent', ...(directory === undefined ? [] : ['--directory', directory])],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  try {
    const port = await portOf(child)
    // It must not keep its parent alive; when the parent goes, the pipe closes and the child stops.
    child.unref()
    for (const stream of [child.stdin, child.stdout]) if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
    const describe = 'MongoDB : un serveur de développement fourni (localstack/mongo), à ne pas utiliser en production'
    return { uri: `mongodb://127.0.0.1:${port}/`, kind: 'stand-in', describe, stop: () => stopChild(child) }
  } catch (error) {
    await stopChild(child)
    throw new AppError('DATABASE_DOWN', 'Le serveur MongoDB de développement ne démarre pas.', { cause: error })
  }
}
