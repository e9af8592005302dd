import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { ensureIndexes } from '../../shared/adapters/mongo/store.ts'
import { connectSpine } from '../../shared/adapters/spine-connection.ts'
import { sqsPostpone } from '../../shared/adapters/sqs.ts'
import { openDepositFiles } from '../../shared/adapters/storage/backend.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { ImportMessage } from '../../shared/domain/messages.ts'
import { windowOf } from '../../shared/domain/spine/batches.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import { flushing } from '../../shared/runtime/measured.ts'
import { once } from '../../shared/runtime/once.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { importConfig } from './config.ts'
import { importDeposit, importRange } from './core.ts'
import { measuredReader } from './measured.ts'
import { depositReader } from './reader.ts'
import { registrationOf } from './registration.ts'

const config = importConfig()
const log = createLog('import')
const postpone = sqsPostpone(config)
const metrics = createMetrics('import')

const dependencies = once(async () => {
  const { db, spine } = await connectSpine(config, log, sourceFacts)
  await ensureIndexes(db)
  const files = await openDepositFiles({
    backend: config.UPLOAD_BACKEND,
    root: config.STORAGE_ROOT,
    bucket: config.STORAGE_BUCKET,
    endpoint: config.S3_ENDPOINT,
  })
  const { imports, admin } = spine.store
  const reader = depositReader({
    files,
    perimetreOf: (deposit) => imports.perimetre(deposit),
    findImport: (deposit) => imports.find(deposit),
    windowOf: async (batch) => windowOf(batch, await admin.batches(), await imports.all(), spine.settings.dateDebut),
    cutBytes: config.RANGE_CUT_BYTES,
    workBytes: config.WORK_QUOTA_BYTES,
    log,
  })
  return { spine, files, reader: measuredReader(metrics, reader) }
})

/** Queue `import`: a deposit to plan and read, a range of one to read, or the next batch to open. */
export const handler = flushing(
  metrics,
  sqs(ImportMessage, { log, postpone }, async (message, { signal, log: scoped }) => {
    const { spine: shared, files, reader } = await dependencies()
    const spine = { ...shared, log: scoped }
    if ('opening' in message) return tryOpen(spine)
    if ('range' in message) return importRange({ spine, reader, signal }, message.deposit, message.range, message.run)
    const record = await files.record(message.deposit)
    if (record === undefined) throw new AppError('UPLOAD_UNKNOWN', `no record of the deposit ${message.deposit}`)
    return importDeposit({ spine, reader, signal }, registrationOf(record, spine.clock()))
  }),
)
