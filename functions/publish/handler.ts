import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { mongoLarge } from '../../shared/adapters/mongo/large.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { publishList } from '../../shared/adapters/postgres/publication.ts'
import { connectSpine } from '../../shared/adapters/spine-connection.ts'
import { sqsPostpone } from '../../shared/adapters/sqs.ts'
import { PublishMessage } from '../../shared/domain/messages.ts'
import { publishIfComplete } from '../../shared/domain/spine/lists.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { flushing, measuredPage } from '../../shared/runtime/measured.ts'
import { once } from '../../shared/runtime/once.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { PIECE } from '../../shared/runtime/worker-variables.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { publishConfig } from './config.ts'
import { publishPage } from './core.ts'
import { postgresLarge } from './large-publisher.ts'
import { NO_MODEL, postgresPublisher } from './publisher.ts'

const config = publishConfig()
const log = createLog('publish')
const postpone = sqsPostpone(config)
const metrics = createMetrics('publish')

const dependencies = once(async () => {
  const { db, spine } = await connectSpine(config, log, sourceFacts)
  const pool = connectPostgres(config.POSTGRES_URL)
  const large = { store: mongoLarge(db), budget: config.PAGE_DOCUMENTS, piece: PIECE, publishLarge: postgresLarge(pool, log) }
  return { spine, pool, publisher: postgresPublisher(pool, log), large }
})

/** Queue `publish`: the SIRENs of a shard, or a list that may be complete. */
export const handler = flushing(
  metrics,
  sqs(PublishMessage, { log, postpone }, async (message, { signal, log: scoped }) => {
    const { spine: shared, pool, publisher, large } = await dependencies()
    if ('list' in message) {
      const spine = { ...shared, log: scoped.with({ list: message.list }) }
      return publishIfComplete(spine, message.list, async (list, at) => {
        await publisher.putLists([{ ...list, algo: list.algo ?? NO_MODEL }])
        await publishList(pool, { batch: list.key, publieLe: at })
      })
    }
    const spine = { ...shared, log: scoped.with({ shard: message.shard }) }
    return workShard(spine, 'publish', message.shard, signal, measuredPage(metrics, publishPage(spine, publisher, large)))
  }),
)
