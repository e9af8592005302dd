import { randomUUID } from 'node:crypto'
import { createLog } from '../../shared/adapters/log.ts'
import { connectMongo } from '../../shared/adapters/mongo/connect.ts'
import { createSpine } from '../../shared/adapters/spine.ts'
import { sqsQueue } from '../../shared/adapters/sqs.ts'
import { ShardBell } from '../../shared/domain/messages.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { once } from '../../shared/runtime/once.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { refineConfig } from './config.ts'
import { refinePage } from './core.ts'
import { computeVariables, rulesVersion } from './variables.ts'

const config = refineConfig()
const log = createLog('refine')

const dependencies = once(async () => {
  const { db } = await connectMongo(config.MONGODB_URI)
  const urls = { import: config.IMPORT_QUEUE_URL, refine: config.REFINE_QUEUE_URL, detect: config.DETECT_QUEUE_URL, publish: config.PUBLISH_QUEUE_URL }
  const settings = { shards: config.SHARDS, pageSize: config.PAGE_SIZE }
  return createSpine({ db, queue: sqsQueue({ urls, endpoint: config.SQS_ENDPOINT }), log, sources: sourceFacts, settings })
})

/** Queue `refine`: the SIRENs of a shard, from what was imported to their variables. */
export const handler = sqs(ShardBell, log, async ({ shard }, { signal, log: scoped }) => {
  const spine = { ...(await dependencies()), log: scoped.with({ shard }) }
  const context = { spine, compute: computeVariables(config.RULES), version: rulesVersion(config.RULES), newVersion: randomUUID }
  await workShard(spine, 'refine', shard, signal, refinePage(context))
})
