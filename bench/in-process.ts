/** The functions' own cores in this process, on a MongoDB of its own: what a subject needs to time a stage, or a profiler to look at it. */
import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'
import { type DepositReader, importDeposit, importRange } from '../functions/import/core.ts'
import { depositReader } from '../functions/import/reader.ts'
import type { RefineContext } from '../functions/refine/core.ts'
import { computeLarge, computeVariables } from '../functions/refine/variables.ts'
import { resolveMongo } from '../localstack/mongo/resolve.ts'
import { silentLog } from '../shared/adapters/log.ts'
import { connectMongo } from '../shared/adapters/mongo/connect.ts'
import { documentBytes, mongoLarge } from '../shared/adapters/mongo/large.ts'
import { ensureIndexes } from '../shared/adapters/mongo/store.ts'
import { createSpine } from '../shared/adapters/spine.ts'
import { windowOf } from '../shared/domain/spine/batches.ts'
import type { Stage } from '../shared/domain/spine/documents.ts'
import { allShards } from '../shared/domain/spine/ledger.ts'
import type { Spine } from '../shared/domain/spine/spine.ts'
import { type PageWork, workShard } from '../shared/domain/spine/worker.ts'
import { sourceFacts } from '../shared/sources/facts.ts'
import { documentOf, localFiles } from './local-files.ts'
import { processTree } from './measure.ts'

export const SHARDS = 8

export type InProcess = {
  uri: string
  spine: Spine
  db: Db
  /** Imports a file whole, its ranges included. */
  deposit(path: string, batch: string, file: { readonly source: string }): Promise<void>
  /** Works through every shard at a stage. */
  work(stage: Stage, page: PageWork): Promise<void>
  /** Processor seconds of the database so far. */
  databaseCpu(): Promise<number>
  close(): Promise<void>
}

/** Refine as its function sets it up. */
export const refineContext = ({ spine, db }: Pick<InProcess, 'spine' | 'db'>): RefineContext => ({
  spine,
  compute: computeVariables('default'),
  version: 'bench',
  newVersion: randomUUID,
  documentBytes,
  large: { store: mongoLarge(db), compute: computeLarge('default'), budget: 500, piece: 50, signal: new AbortController().signal },
})

/** `known` is the address of a database that runs already; default: one of its own. `watched` stands between the import and its reader. */
export const openInProcess = async (known?: string, watched: (reader: DepositReader) => DepositReader = (reader) => reader): Promise<InProcess> => {
  const mongo = known === undefined ? await resolveMongo({}) : undefined
  const uri = known ?? `${mongo?.uri}bench`
  const { db, close } = await connectMongo(uri)
  await ensureIndexes(db)
  const waiting: Record<string, unknown>[] = []
  const queue = {
    async send(name: string, body: Record<string, unknown>) {
      if (name === 'import') waiting.push(body)
      return { id: randomUUID() }
    },
  }
  const spine = createSpine({ db, queue, log: silentLog, sources: sourceFacts, settings: { shards: SHARDS } })
  const { imports, admin } = spine.store
  const deposits = depositReader({
    files: localFiles,
    perimetreOf: (deposit) => imports.perimetre(deposit),
    findImport: (deposit) => imports.find(deposit),
    windowOf: async (batch) => windowOf(batch, await admin.batches(), await imports.all(), spine.settings.dateDebut),
    cutBytes: 64 * 1024 * 1024,
  })
  const reader = watched(deposits)
  const signal = new AbortController().signal
  return {
    uri,
    spine,
    db,
    async deposit(id, batch, { source }) {
      await importDeposit({ spine, reader, signal }, { document: await documentOf(id, batch, source) })
      for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
        const found = 'deposit' in body ? await imports.find(String(body.deposit)) : undefined
        if (found === undefined) continue
        if ('range' in body) await importRange({ spine, reader, signal }, found.deposit, Number(body.range), Number(body.run))
        else await importDeposit({ spine, reader, signal }, { document: found })
      }
    },
    async work(stage, page) {
      for (const shard of allShards(SHARDS)) await workShard(spine, stage, shard, signal, page)
    },
    databaseCpu: async () => (await processTree()).filter(({ pid }) => pid !== process.pid).reduce((sum, { cpu }) => sum + cpu, 0),
    async close() {
      await close()
      await mongo?.stop()
    },
  }
}
