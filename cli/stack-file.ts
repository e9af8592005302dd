import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { AppError } from '../shared/domain/errors.ts'
import { QUEUES } from '../shared/domain/messages.ts'
import { integer, list, readConfig } from '../shared/runtime/config.ts'
import { MOST_SHARDS } from '../shared/runtime/worker-variables.ts'

const Urls = z.partialRecord(z.enum(QUEUES), z.string())

/** Where a running platform is: written by `npm start` under `.local/` and by its `--ready-file`. */
const StackFile = z.looseObject({
  edge: z.string().optional(),
  uploads: z.tuple([z.string(), z.string()]).optional(),
  datapi: z.string().optional(),
  issuer: z.string().optional(),
  mongodb: z.string(),
  database: z.string().optional(),
  postgres: z.string(),
  sqs: z.string().optional(),
  efs: z.string().optional(),
  accounts: z.array(z.object({ username: z.string(), label: z.string() })).optional(),
  /** Private directory of the local stack: key of the issuer. */
  directory: z.string().optional(),
  queues: Urls.optional(),
  deadLetters: Urls.optional(),
  /** As its functions have them (`SHARDS`, `REQUIRED_IN_BATCH`, `REQUIRED_EVER`); the defaults otherwise. */
  settings: z
    .object({ shards: z.int().min(1).exactOptional(), requiredInBatch: z.array(z.string()).exactOptional(), requiredEver: z.array(z.string()).exactOptional() })
    .optional(),
  /** Program that runs the stack. */
  pid: z.number().optional(),
})

export type StackFile = z.infer<typeof StackFile>

/** Where `npm start` says that it runs. */
export const STACK_FILE = path.resolve(import.meta.dirname, '..', '.local', 'stack.json')

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Finds the platform to act on: `file` (`--stack`), else `SF_STACK`, else the stack that `npm start` runs, else what the
 * environment names (MONGODB_URI, POSTGRES_URL, …_QUEUE_URL). Throws `STACK_NOT_FOUND` when there is none, or when the file
 * is not one of a stack that runs.
 */
export const readStackFile = async (file?: string, environment: Environment = process.env): Promise<StackFile> => {
  const named = file ?? (environment.SF_STACK || undefined)
  if (named !== undefined) return parseStackFile(named, await readFile(named, 'utf8').catch((cause) => refuse(`${named} ne peut pas être lu.`, cause)))
  const text = await readFile(STACK_FILE, 'utf8').catch(() => undefined)
  if (text !== undefined) {
    const stack = parseStackFile(STACK_FILE, text)
    if (stack.pid === undefined || isAlive(stack.pid)) return stack
  }
  if (environment.MONGODB_URI && environment.POSTGRES_URL) return fromEnvironment(environment)
  return refuse('Aucune plateforme ne tourne ici : lancez « npm start », ou indiquez --stack FICHIER.')
}

const parseStackFile = (name: string, text: string): StackFile => {
  try {
    return StackFile.parse(JSON.parse(text))
  } catch (cause) {
    return refuse(`${name} n’est pas le fichier d’une plateforme.`, cause)
  }
}

const fromEnvironment = (environment: Environment): StackFile =>
  StackFile.parse({
    mongodb: environment.MONGODB_URI,
    postgres: environment.POSTGRES_URL,
    ...(environment.MONGODB_DATABASE ? { database: environment.MONGODB_DATABASE } : {}),
    ...(environment.SQS_ENDPOINT ? { sqs: environment.SQS_ENDPOINT } : {}),
    settings: settingsIn(environment),
    queues: Object.fromEntries(
      QUEUES.flatMap((name) => (environment[`${name.toUpperCase()}_QUEUE_URL`] ? [[name, environment[`${name.toUpperCase()}_QUEUE_URL`]]] : [])),
    ),
  })

const Settings = { SHARDS: integer(1, MOST_SHARDS).optional(), REQUIRED_IN_BATCH: list.optional(), REQUIRED_EVER: list.optional() }

const settingsIn = (environment: Environment): StackFile['settings'] => {
  const { SHARDS: shards, REQUIRED_IN_BATCH: requiredInBatch, REQUIRED_EVER: requiredEver } = readConfig(Settings, environment)
  return { ...(shards && { shards }), ...(requiredInBatch && { requiredInBatch }), ...(requiredEver && { requiredEver }) }
}

const refuse = (message: string, cause?: unknown): never => {
  throw new AppError('STACK_NOT_FOUND', message, cause === undefined ? {} : { cause })
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
