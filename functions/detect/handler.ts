import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { modelDirectory } from '../../shared/adapters/models.ts'
import { connectMongo } from '../../shared/adapters/mongo/connect.ts'
import { createSpine } from '../../shared/adapters/spine.ts'
import { sqsQueue } from '../../shared/adapters/sqs.ts'
import { ShardBell } from '../../shared/domain/messages.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { flushing, measuredPage } from '../../shared/runtime/measured.ts'
import { once } from '../../shared/runtime/once.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { detectConfig } from './config.ts'
import { detectPage } from './core.ts'
import { detectorOf } from './detector.ts'

const config = detectConfig()
const log = createLog('detect')
const metrics = createMetrics('detect')
const models = modelDirectory(config.MODELS_ROOT)

const dependencies = once(async () => {
  const { db } = await connectMongo(config.MONGODB_URI)
  const urls = { import: config.IMPORT_QUEUE_URL, refine: config.REFINE_QUEUE_URL, detect: config.DETECT_QUEUE_URL, publish: config.PUBLISH_QUEUE_URL }
  const settings = { shards: config.SHARDS, pageSize: config.PAGE_SIZE }
  return createSpine({ db, queue: sqsQueue({ urls, endpoint: config.SQS_ENDPOINT }), log, sources: sourceFacts, settings })
})

/** Queue `detect`: scores the SIRENs of a shard with the artefact of the list, or the active one for a list that has none yet. */
export const handler = flushing(
  metrics,
  sqs(ShardBell, log, async ({ shard }, { signal, log: scoped }) => {
    const spine = { ...(await dependencies()), log: scoped.with({ shard }) }
    const work = detectPage({ spine, detectorOf: async (algo) => detectorOf(algo === undefined ? await models.active() : await models.load(algo)) })
    await workShard(spine, 'detect', shard, signal, measuredPage(metrics, work))
  }),
)
