import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { mongoDeposits } from '../../shared/adapters/mongo/deposits.ts'
import { ledgerCounts } from '../../shared/adapters/mongo/status.ts'
import { connectSpine } from '../../shared/adapters/spine-connection.ts'
import { openSweepStorage } from '../../shared/adapters/storage/backend.ts'
import { readAccounts } from '../../shared/adapters/storage/identity-files.ts'
import { sweepUploads } from '../../shared/adapters/storage/sweep.ts'
import { sweepLimits } from '../../shared/domain/deposit/sweep.ts'
import type { SpineStore } from '../../shared/domain/spine/store.ts'
import { flushing } from '../../shared/runtime/measured.ts'
import { once } from '../../shared/runtime/once.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { sweepConfig } from './config.ts'
import { sweepAll } from './core.ts'

const config = sweepConfig()
const log = createLog('sweep')
const metrics = createMetrics('sweep')
const accounts = readAccounts(config.IDENTITY_PASSWD, config.IDENTITY_GROUP, config.STORAGE_PROFILE)

const dependencies = once(async () => {
  const { db, queue, spine } = await connectSpine(config, log, sourceFacts)
  return { db, queue, deposits: mongoDeposits(db), spine }
})

const storage = await openSweepStorage(
  { backend: config.UPLOAD_BACKEND, root: config.STORAGE_ROOT, bucket: config.STORAGE_BUCKET, endpoint: config.S3_ENDPOINT },
  accounts,
)

/** Deposits whose bytes nothing will read again: refused, or of a batch that is closed (upload §4.6). A new run of an open batch reads them again. */
async function* reclaimable({ admin, imports }: Pick<SpineStore, 'admin' | 'imports'>): AsyncGenerator<string, void, undefined> {
  const current = (await admin.current())?.batch
  for (const { deposit, failed, batch } of await imports.all()) {
    if (failed !== undefined || (current !== undefined && batch < current)) yield deposit
  }
}

/** Schedule: repairs what lost messages and dead workers left behind, and measures how the platform stands. */
export const handler = flushing(metrics, async (): Promise<void> => {
  const { db, queue, deposits, spine } = await dependencies()
  const swept = await sweepAll({
    spine,
    idleMs: config.IDLE_SECONDS * 1000 * config.LOCAL_TIME_SCALE,
    sweepUploads: () =>
      sweepUploads({
        storage,
        ring: async (id) => {
          await queue.send('settle', { v: 1, deposit: id })
        },
        summaries: deposits,
        reclaimable: () => reclaimable(spine.store),
        limits: sweepLimits(config.UPLOAD_EXPIRE_AFTER_HOURS, config.LOCAL_TIME_SCALE),
        now: spine.clock,
        log,
      }),
    announcedBetween: (after, before) => deposits.announced(after, before),
    counts: () => ledgerCounts(db),
    metrics,
  })
  log.info('sweep.done', { ...swept.uploads, ...swept.spine })
})
