/** Import and refine with their real cores on the stand-in of MongoDB; messages wait in a list and are handled in the order that `pick` chooses. */
import type { Db } from 'mongodb'
import { importDeposit, importRange } from '../../functions/import/core.ts'
import { depositReader } from '../../functions/import/reader.ts'
import { refinePage } from '../../functions/refine/core.ts'
import { computeVariables, rulesVersion } from '../../functions/refine/variables.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { ensureIndexes } from '../../shared/adapters/mongo/store.ts'
import { createSpine } from '../../shared/adapters/spine.ts'
import type { QueueName } from '../../shared/domain/messages.ts'
import { windowOf } from '../../shared/domain/spine/batches.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { sweepSpine } from '../../shared/domain/spine/sweeping.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { documentOf, newShelf } from './reading.ts'

export type Chain = {
  spine: Spine
  /** Deposits a file: its text, and when it was completed (minutes). */
  deposit(batch: string, source: string, text: string, options?: { id?: string; minutes?: number }): void
  settle(options?: { pick?: (count: number) => number; crashEvery?: number }): Promise<void>
}

const VERSION = rulesVersion('default')

export const startChain = async (db: Db): Promise<Chain> => {
  await ensureIndexes(db)
  const shelf = newShelf()
  const known = new Map<string, ReturnType<typeof documentOf>>()
  const messages: { queue: QueueName; body: Record<string, unknown> }[] = []
  const queue = {
    async send(name: QueueName, body: Record<string, unknown>) {
      messages.push({ queue: name, body })
      return { id: '' }
    },
  }
  const settings = { shards: 1, requiredInBatch: ['debit'], requiredEver: ['effectif_ent'], dateDebut: new Date('2025-01-01T00:00:00Z') }
  const spine = createSpine({ db, queue, log: silentLog, sources: sourceFacts, settings })
  let versions = 0
  const reader = depositReader({
    files: shelf.files,
    perimetreOf: (deposit) => spine.store.imports.perimetre(deposit),
    findImport: (deposit) => spine.store.imports.find(deposit),
    windowOf: async (batch) => windowOf(batch, await spine.store.admin.batches(), await spine.store.imports.all(), spine.settings.dateDebut),
    cutBytes: 60,
  })
  const handle = async ({ queue: name, body }: (typeof messages)[number], signal: AbortSignal): Promise<void> => {
    if (name === 'refine') {
      const context = { spine, compute: computeVariables('default'), version: VERSION, newVersion: () => String(++versions) }
      return workShard(spine, 'refine', Number(body.shard), new AbortController().signal, refinePage(context))
    }
    if (name !== 'import') return
    if ('opening' in body) return tryOpen(spine)
    const deposit = String(body.deposit)
    if ('range' in body) return importRange({ spine, reader, signal }, deposit, Number(body.range), Number(body.run))
    const document = known.get(deposit)
    if (document !== undefined) await importDeposit({ spine, reader, signal }, { document })
  }
  return {
    spine,
    deposit(batch, source, text, { id = `${source}-${batch}`, minutes = 0 } = {}) {
      const bytes = Buffer.from(text)
      shelf.deposits.set(id, bytes)
      known.set(id, { ...documentOf(id, source, `${source}.csv`, bytes), batch, completedAt: new Date(Date.UTC(2025, 10, 20) + minutes * 60_000) })
      messages.push({ queue: 'import', body: { v: 1, deposit: id } })
    },
    async settle({ pick = () => 0, crashEvery = 0 } = {}) {
      for (let round = 0, steps = 0; round < 3; round++) {
        while (messages.length > 0) {
          if (++steps > 3000) throw new Error('no rest')
          const [message] = messages.splice(pick(messages.length), 1)
          if (message === undefined) break
          const dies = crashEvery > 0 && steps % crashEvery === 0 && message.queue === 'import'
          if (!dies) {
            await handle(message, new AbortController().signal)
            continue
          }
          // the worker dies where it first looks at its signal, or right after its work: the message comes back
          await handle(message, AbortSignal.abort()).catch(() => undefined)
          messages.push(message)
        }
        await sweepSpine(spine, [], new Date(8.64e15))
      }
    },
  }
}
