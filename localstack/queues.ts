import { CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { QueueDescription, ServiceDescription } from './description.ts'
import { startLoopbackFauxqs } from './loopback.ts'

/** A running queue. `visibilitySeconds` is scaled; `deadLetters` is the logical id of its dead-letter queue. */
export type RunningQueue = { logicalId: string; name: string; url: string; fifo: boolean; visibilitySeconds: number; deadLetters: string | undefined }

export type Queues = {
  endpoint: string
  client: SQSClient
  byLogicalId: ReadonlyMap<string, RunningQueue>
  /** Messages of a queue: waiting, in flight, delayed. */
  depth(logicalId: string): Promise<{ waiting: number; inFlight: number; delayed: number }>
  stop(): Promise<void>
}

/** The emulator accepts any credentials, but the SDK insists on having some. */
export const DUMMY_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' } as const
export const REGION = 'eu-west-3'

/** A visibility below this would expire between two renewals of the poller. */
const LEAST_VISIBILITY_SECONDS = 2

export const sqsClient = (endpoint: string): SQSClient =>
  new SQSClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: DUMMY_CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: DUMMY_CREDENTIALS.AWS_SECRET_ACCESS_KEY },
  })

/**
 * Starts the SQS emulator with every queue of the service. Visibility timeouts are multiplied by `timeScale` (two seconds at
 * least). With `directory` the queues and their messages survive a restart.
 */
export const startQueues = async (service: ServiceDescription, options: { timeScale: number; directory?: string | undefined }): Promise<Queues> => {
  const server = await startLoopbackFauxqs({ port: 0, logger: false, defaultRegion: REGION, ...(options.directory ? { dataDir: options.directory } : {}) })
  const endpoint = `http://127.0.0.1:${server.port}`
  const client = sqsClient(endpoint)
  const byLogicalId = await createQueues(client, service, options.timeScale)
  return {
    endpoint,
    client,
    byLogicalId,
    depth: async (logicalId) => depthOf(client, byLogicalId.get(logicalId)?.url ?? logicalId),
    stop: async () => {
      client.destroy()
      await server.stop()
    },
  }
}

/** Creates the queues of a service on any SQS, or brings those that exist to the described attributes. */
export const createQueues = async (client: SQSClient, service: ServiceDescription, timeScale: number): Promise<Map<string, RunningQueue>> => {
  const arns = new Map<string, string>()
  const byLogicalId = new Map<string, RunningQueue>()
  // Dead-letter queues first: a redrive policy names the ARN of an existing queue.
  const inOrder = [...service.queues].sort((a, b) => Number(a.deadLetters !== undefined) - Number(b.deadLetters !== undefined))
  for (const queue of inOrder) {
    const visibilitySeconds = Math.max(LEAST_VISIBILITY_SECONDS, Math.round(queue.visibilitySeconds * timeScale))
    const { FifoQueue, ...attributes } = attributesOf(queue, visibilitySeconds, arns)
    const url = await ensureQueue(client, queue.name, FifoQueue === undefined ? {} : { FifoQueue })
    await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
    const { Attributes: found = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }))
    arns.set(queue.logicalId, found.QueueArn ?? '')
    const deadLetters = queue.deadLetters?.logicalId
    byLogicalId.set(queue.logicalId, { logicalId: queue.logicalId, name: queue.name, url, fifo: queue.fifo, visibilitySeconds, deadLetters })
  }
  return byLogicalId
}

/** A queue that exists with other attributes cannot be « created » again: it is looked up first. */
const ensureQueue = async (client: SQSClient, name: string, attributes: Record<string, string>): Promise<string> => {
  const existing = await client.send(new GetQueueUrlCommand({ QueueName: name })).catch(() => undefined)
  const url = existing?.QueueUrl ?? (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl
  if (url === undefined) throw new Error(`the queue ${name} could not be created`)
  return url
}

const attributesOf = (queue: QueueDescription, visibilitySeconds: number, arns: ReadonlyMap<string, string>): Record<string, string> => ({
  VisibilityTimeout: String(visibilitySeconds),
  ...(queue.fifo ? { FifoQueue: 'true', ContentBasedDeduplication: String(queue.contentBasedDeduplication) } : {}),
  ...(queue.retentionSeconds === undefined ? {} : { MessageRetentionPeriod: String(queue.retentionSeconds) }),
  ...(queue.deadLetters === undefined
    ? {}
    : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arns.get(queue.deadLetters.logicalId), maxReceiveCount: queue.deadLetters.maxReceiveCount }) }),
})

/** Depth of a queue by URL, also used by tools that only know a running stack. */
export const depthOf = async (client: SQSClient, url: string): Promise<{ waiting: number; inFlight: number; delayed: number }> => {
  const { Attributes: found = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
  const of = (name: keyof typeof found) => Number(found[name] ?? 0)
  return {
    waiting: of('ApproximateNumberOfMessages'),
    inFlight: of('ApproximateNumberOfMessagesNotVisible'),
    delayed: of('ApproximateNumberOfMessagesDelayed'),
  }
}
