/** A platform of its own for an end-to-end test: every service real, the sample deposited through the edge by the tus client. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Db } from 'mongodb'
import { LOCAL_SHARDS } from '../../localstack/environment.ts'
import { type Deposited, depositMonth, type Idle, tokenOf, waitUntilIdle } from '../../localstack/pipeline.ts'
import type { Progress } from '../../localstack/progress.ts'
import { generateSample, type SampleFile, type SampleMonth } from '../../localstack/sample/index.ts'
import { type Stack, type StackOptions, startStack } from '../../localstack/stack.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { connectMongo } from '../../shared/adapters/mongo/connect.ts'
import { domainDigest } from '../../shared/adapters/mongo/digest.ts'
import { ledgerCounts } from '../../shared/adapters/mongo/status.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { publishedDigest } from '../../shared/adapters/postgres/publication.ts'
import { createSpine } from '../../shared/adapters/spine.ts'
import { type PlatformStatus, readStatus } from '../../shared/domain/spine/status.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'

export type Platform = {
  stack: Stack
  db: Db
  status(): Promise<PlatformStatus>
  /** Deposits files and waits until nothing moves any more. */
  deposit(batch: string, files: readonly SampleFile[]): Promise<{ deposited: Deposited[]; idle: Idle }>
  /** Deposits files and does not wait. */
  send(batch: string, files: readonly SampleFile[]): Promise<Deposited[]>
  rest(batch: string): Promise<Idle>
  digest(): Promise<{ mongodb: Record<string, string>; postgres: Record<string, string> }>
  get(route: string, as: string): Promise<{ status: number; body: unknown }>
  close(): Promise<void>
}

const silent: Progress = { step() {}, update() {}, done() {}, fail() {}, say() {} }

export const startPlatform = async (options: StackOptions = {}): Promise<Platform> => {
  const stack = await startStack({ pages: false, ...options })
  const { db, close } = await connectMongo(stack.mongodb)
  const noQueue = { send: async () => ({ id: '' }) }
  const spine = createSpine({ db, queue: noQueue, log: silentLog, sources: sourceFacts, settings: { shards: LOCAL_SHARDS } })
  const status = (): Promise<PlatformStatus> => readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)
  let sent = 0
  const send = async (batch: string, files: readonly SampleFile[]): Promise<Deposited[]> => {
    const deposited = await depositMonth(stack, batch, files, silent)
    sent += deposited.length
    return deposited
  }
  const rest = (batch: string): Promise<Idle> =>
    waitUntilIdle({ stack, read: status, deposits: sent, batch, progress: silent, signal: new AbortController().signal })
  return {
    stack,
    db,
    status,
    send,
    rest,
    async deposit(batch, files) {
      const deposited = await send(batch, files)
      return { deposited, idle: await rest(batch) }
    },
    async digest() {
      const pool = connectPostgres(stack.postgres)
      try {
        return { mongodb: await domainDigest(db), postgres: await publishedDigest(pool) }
      } finally {
        await pool.end()
      }
    },
    async get(route, as) {
      const answer = await fetch(`${stack.edge}${route}`, { headers: { authorization: `Bearer ${await tokenOf(stack, as)}` } })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    async close() {
      await close()
      await stack.stop()
    },
  }
}

/** The months of a sample, in a directory that is removed by `remove`. */
export const sampleMonths = async (options: {
  companies: number
  seed?: number
  batches?: number
}): Promise<{ months: SampleMonth[]; remove(): Promise<void> }> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'sample-'))
  const sample = await generateSample({ seed: 1, batch: '2511', batches: 1, ...options, directory })
  return { months: sample.months, remove: () => rm(directory, { recursive: true, force: true }) }
}
