import type { Db } from 'mongodb'
import type { QueueName } from '../domain/messages.ts'
import type { SourceFacts, Spine, SpineSettings } from '../domain/spine/spine.ts'
import type { Log, Queue } from '../ports.ts'
import { connectMongo } from './mongo/connect.ts'
import { createSpine } from './spine.ts'
import { sqsQueue } from './sqs.ts'

/**
 * Variables of a function that works on the spine, as its `config.ts` reads them. A queue without URL cannot be rung; a setting that is not named
 * keeps its default.
 */
export type SpineVariables = {
  MONGODB_URI: string
  SQS_ENDPOINT?: string | undefined
  SHARDS: number
  PAGE_SIZE?: number
  REQUIRED_IN_BATCH?: readonly string[]
  REQUIRED_EVER?: readonly string[]
} & { [Name in QueueName as `${Uppercase<Name>}_QUEUE_URL`]?: string | undefined }

export type SpineConnection = { db: Db; queue: Queue; spine: Spine }

/** The spine of a function, on the MongoDB and the queues that its variables name. Throws `DATABASE_DOWN` when no server answers. */
export const connectSpine = async (config: SpineVariables, log: Log, sources: SourceFacts): Promise<SpineConnection> => {
  const { db } = await connectMongo(config.MONGODB_URI)
  const queue = sqsQueue({ urls: urlsOf(config), endpoint: config.SQS_ENDPOINT })
  return { db, queue, spine: createSpine({ db, queue, log, sources, settings: settingsOf(config) }) }
}

const urlsOf = (config: SpineVariables): Record<QueueName, string | undefined> => ({
  settle: config.SETTLE_QUEUE_URL,
  import: config.IMPORT_QUEUE_URL,
  refine: config.REFINE_QUEUE_URL,
  detect: config.DETECT_QUEUE_URL,
  publish: config.PUBLISH_QUEUE_URL,
})

const settingsOf = (config: SpineVariables): Partial<SpineSettings> => ({
  shards: config.SHARDS,
  ...(config.PAGE_SIZE && { pageSize: config.PAGE_SIZE }),
  ...(config.REQUIRED_IN_BATCH && { requiredInBatch: config.REQUIRED_IN_BATCH }),
  ...(config.REQUIRED_EVER && { requiredEver: config.REQUIRED_EVER }),
})
