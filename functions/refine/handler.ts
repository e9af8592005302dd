import { randomUUID } from 'node:crypto'
import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { documentBytes, mongoLarge } from '../../shared/adapters/mongo/large.ts'
import { connectSpine } from '../../shared/adapters/spine-connection.ts'
import { sqsPostpone } from '../../shared/adapters/sqs.ts'
import { ShardBell } from '../../shared/domain/messages.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { flushing, measuredPage } from '../../shared/runtime/measured.ts'
import { once } from '../../shared/runtime/once.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { PIECE } from '../../shared/runtime/worker-variables.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { refineConfig } from './config.ts'
import { refinePage } from './core.ts'
import { computeLarge, computeVariables, rulesVersion } from './variables.ts'

const config = refineConfig()
const log = createLog('refine')
const postpone = sqsPostpone(config)
const metrics = createMetrics('refine')
const version = rulesVersion(config.RULES)

const dependencies = once(async () => {
  const { db, spine } = await connectSpine(config, log, sourceFacts)
  return { spine, large: mongoLarge(db) }
})

/** Queue `refine`: the SIRENs of a shard, from what was imported to their variables. */
export const handler = flushing(
  metrics,
  sqs(ShardBell, { log, postpone }, async ({ shard }, { signal, log: scoped }) => {
    const { spine: shared, large: store } = await dependencies()
    const spine = { ...shared, log: scoped.with({ shard }) }
    const large = { store, compute: computeLarge(config.RULES), budget: config.PAGE_DOCUMENTS, piece: PIECE, signal }
    const context = { spine, compute: computeVariables(config.RULES), version, newVersion: randomUUID, documentBytes, large }
    await workShard(spine, 'refine', shard, signal, measuredPage(metrics, refinePage(context)))
  }),
)
