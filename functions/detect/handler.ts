import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { modelDirectory } from '../../shared/adapters/models.ts'
import { mongoLargeFeatures } from '../../shared/adapters/mongo/large-features.ts'
import { connectSpine } from '../../shared/adapters/spine-connection.ts'
import { sqsPostpone } from '../../shared/adapters/sqs.ts'
import { ShardBell } from '../../shared/domain/messages.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { flushing, measuredPage } from '../../shared/runtime/measured.ts'
import { once } from '../../shared/runtime/once.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { PIECE } from '../../shared/runtime/worker-variables.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { condensedFeatures } from './condensed.ts'
import { detectConfig } from './config.ts'
import { detectPage } from './core.ts'
import { detectorOf } from './detector.ts'

const config = detectConfig()
const log = createLog('detect')
const postpone = sqsPostpone(config)
const metrics = createMetrics('detect')
const models = modelDirectory(config.MODELS_ROOT)

const dependencies = once(async () => {
  const { db, spine } = await connectSpine(config, log, sourceFacts)
  const features = mongoLargeFeatures(db)
  return { spine, large: { counts: features.counts, budget: config.PAGE_DOCUMENTS, condensed: condensedFeatures(features, PIECE) } }
})

/** Queue `detect`: scores the SIRENs of a shard with the artefact of the list, or the active one for a list that has none yet. */
export const handler = flushing(
  metrics,
  sqs(ShardBell, { log, postpone }, async ({ shard }, { signal, log: scoped }) => {
    const { spine: shared, large } = await dependencies()
    const spine = { ...shared, log: scoped.with({ shard }) }
    const work = detectPage({ spine, detectorOf: async (algo) => detectorOf(algo === undefined ? await models.active() : await models.load(algo)), large })
    await workShard(spine, 'detect', shard, signal, measuredPage(metrics, work))
  }),
)
