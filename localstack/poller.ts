import { setTimeout as delay } from 'node:timers/promises'
import { ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { MappingDescription } from './description.ts'
import type { RunningQueue } from './queues.ts'
import { REGION } from './queues.ts'
import type { Invocation } from './runner/invoke.ts'

export type PollerOptions = {
  client: SQSClient
  queue: RunningQueue
  mapping: MappingDescription
  /** Bounds the concurrency of the mapping: a laptop is not a cloud. */
  maximumConcurrency: number
  /** Timeout of the function: a message is held no longer, whatever happens to the call. */
  functionTimeoutSeconds: number
  /** Gives every successful batch a second time before it is deleted: at-least-once delivery, made frequent for tests. */
  deliverTwice?: boolean
  /** Resolves when the function answers: without it a message would burn its receives on a process that is starting. */
  ready: () => Promise<void>
  invoke: (event: unknown) => Promise<Invocation>
  onLine: (line: string) => void
}

export type Poller = { stop(): Promise<void> }

const WAIT_SECONDS = 1
const PAUSE_AFTER_ERROR_MS = 500

/**
 * An event source mapping: long-polls a queue, gives batches to a function, deletes what succeeded. What failed becomes
 * visible again when its visibility expires, and goes to the dead-letter queue by the queue's own redrive policy.
 *
 * Visibility is scaled down locally, so a message is renewed for as long as the function that holds it is alive and within its
 * timeout: a killed function loses its message within seconds, a slow one does not.
 */
export const startPoller = (options: PollerOptions): Poller => {
  const { client, queue, mapping } = options
  const limit = concurrencyOf(mapping.maximumConcurrency, options.maximumConcurrency)
  const inFlight = new Set<Promise<void>>()
  const stopping = new AbortController()

  const receive = async (): Promise<Message[]> => {
    const { Messages: found = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: Math.min(10, mapping.batchSize),
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      // A message that comes all the same is seen again after its visibility.
      { abortSignal: stopping.signal },
    )
    return found
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (inFlight.size >= limit) {
        await Promise.race(inFlight)
        continue
      }
      try {
        await options.ready()
        if (stopping.signal.aborted) return
        for (const batch of batchesOf(await receive(), queue.fifo)) {
          const work = handle(options, batch).finally(() => inFlight.delete(work))
          inFlight.add(work)
        }
      } catch (error) {
        if (stopping.signal.aborted) return
        options.onLine(`poller of ${queue.name}: ${String(error)}`)
        await delay(PAUSE_AFTER_ERROR_MS)
      }
    }
  }
  const over = loop()
  return {
    stop: async () => {
      stopping.abort()
      await over
      await Promise.all(inFlight)
    },
  }
}

/** Concurrent calls of a mapping: what its description asks, within what the machine is given. */
export const concurrencyOf = (asked: number | undefined, most: number): number => Math.max(1, Math.min(asked ?? most, most))

/** A FIFO queue may answer with several groups: each becomes a batch of its own, so that a failure in one holds back no other. */
const batchesOf = (messages: readonly Message[], fifo: boolean): Message[][] => {
  if (messages.length === 0) return []
  if (!fifo) return [[...messages]]
  return [...Map.groupBy(messages, (message) => message.Attributes?.MessageGroupId ?? '').values()]
}

const handle = async (options: PollerOptions, messages: Message[]): Promise<void> => {
  const { client, queue } = options
  const stopRenewing = keepInvisible(options, messages)
  try {
    await options.ready()
    const event = { Records: messages.map((message) => recordOf(message, queue)) }
    const startedAt = Date.now()
    const first = await options.invoke(event)
    options.onLine(`poller of ${queue.name}: ${messages.length} message(s) in ${Date.now() - startedAt} ms`)
    const result = options.deliverTwice && first.ok ? await options.invoke(event) : first
    const done = succeeded(result, messages, options.mapping.reportsFailures, queue.fifo)
    if (done.length < messages.length)
      options.onLine(`poller of ${queue.name}: ${messages.length - done.length} message(s) failed${result.ok ? '' : ` (${result.why}: ${result.message})`}`)
    if (done.length > 0) {
      await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: done.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle })),
        }),
      )
    }
  } catch (error) {
    options.onLine(`poller of ${queue.name}: ${String(error)}`)
  } finally {
    stopRenewing()
  }
}

const keepInvisible = ({ client, queue, functionTimeoutSeconds }: PollerOptions, messages: readonly Message[]): (() => void) => {
  const end = Date.now() + functionTimeoutSeconds * 1000
  const timer = setInterval(
    () => {
      if (Date.now() > end) return clearInterval(timer)
      for (const { ReceiptHandle } of messages) {
        client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: queue.visibilitySeconds })).catch(() => {})
      }
    },
    (queue.visibilitySeconds * 1000) / 3,
  )
  return () => clearInterval(timer)
}

/**
 * The messages to delete. Without partial answers: all, if the call succeeded. With them (style-and-stack §2.2): an empty
 * answer or list means all done; an answer of another shape, an empty or an unknown identifier fail the whole batch. In a
 * FIFO batch everything after the first failure is kept too, or order would be lost.
 */
export const succeeded = (result: Invocation, messages: Message[], reportsFailures: boolean, fifo: boolean): Message[] => {
  if (!result.ok) return []
  if (!reportsFailures || result.text === '' || result.payload === null) return messages
  if (typeof result.payload !== 'object' || Array.isArray(result.payload)) return []
  const failures = 'batchItemFailures' in result.payload ? result.payload.batchItemFailures : undefined
  if (failures === undefined || failures === null) return messages
  if (!Array.isArray(failures)) return []
  const known = new Set(messages.map((message) => message.MessageId))
  const failed = new Set<unknown>()
  for (const failure of failures as unknown[]) {
    const identifier = typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined
    if (typeof identifier !== 'string' || !known.has(identifier)) return []
    failed.add(identifier)
  }
  if (!fifo) return messages.filter((message) => !failed.has(message.MessageId))
  const first = messages.findIndex((message) => failed.has(message.MessageId))
  return first === -1 ? messages : messages.slice(0, first)
}

const recordOf = (message: Message, queue: RunningQueue) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body ?? '',
  attributes: message.Attributes ?? {},
  messageAttributes: message.MessageAttributes ?? {},
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:${REGION}:000000000000:${queue.name}`,
  awsRegion: REGION,
})
