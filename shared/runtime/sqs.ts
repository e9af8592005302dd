import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type * as z from 'zod'
import { AppError, consequenceOf, kindOf } from '../domain/errors.ts'
import type { Log, Postpone } from '../ports.ts'
import { withDeadline } from './deadline.ts'

/** What a worker knows of the delivery it handles. `receives` counts deliveries of this message, the present one included. */
export type Delivery = { signal: AbortSignal; log: Log; messageId: string; receives: number; requestId: string }

/** Longest delay before a message that failed is given again, in seconds. */
const LONGEST_DELAY = 900

/** Seconds before a message that failed is given again, by how many times it was received: 30 × 2^receives (style-and-stack §2.3), a quarter of an hour at most. */
export const delayAfter = (receives: number): number => Math.min(LONGEST_DELAY, 30 * 2 ** receives)

/** Time kept to put things in order before the function would be stopped: below it no work is taken any more. */
const RESERVE_MS = 20_000

export type QueueServices = { log: Log; postpone: Postpone }

/**
 * Handler of a queue: parses each message, one after the other, and answers which ones failed
 * (`ReportBatchItemFailures`). Errors follow the table of `shared/domain/errors.ts`: an `invalid` or `missing` one is
 * recorded and acknowledged, `conflict`, `unavailable` and bugs are delivered again and end in the dead-letter queue. After a failure
 * every later message of the same FIFO group is given back too, or order would be lost. What is given back is put off by `postpone` instead of
 * waiting for its visibility timeout, which is long enough for the longest work and holds its group.
 */
export const sqs =
  <Message>(schema: z.ZodType<Message>, { log, postpone }: QueueServices, work: (message: Message, delivery: Delivery) => Promise<void>) =>
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    withDeadline(context, RESERVE_MS, async (signal) => {
      const failed: string[] = []
      const blockedGroups = new Map<string, number>()
      const giveBack = async (record: SQSRecord, seconds: number, scoped: Log): Promise<void> => {
        failed.push(record.messageId)
        const { eventSourceARN: queue, receiptHandle } = record
        // Nothing is lost: the message comes back when its visibility timeout is over.
        await postpone({ queue, receiptHandle, seconds }).catch((error: unknown) => scoped.warn('message.not-postponed', { reason: String(error) }))
      }
      for (const record of event.Records) {
        const group = record.attributes.MessageGroupId
        const blocked = group === undefined ? undefined : blockedGroups.get(group)
        if (blocked !== undefined) {
          await giveBack(record, blocked, log)
          continue
        }
        const delivery = deliveryOf(record, context, signal, log)
        try {
          await work(parse(schema, record), delivery)
        } catch (error) {
          delivery.log.error('message.failed', error, { kind: kindOf(error) })
          if (!consequenceOf(error).retry) continue
          const seconds = delayAfter(delivery.receives)
          if (group !== undefined) blockedGroups.set(group, seconds)
          await giveBack(record, seconds, delivery.log)
        }
      }
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
    })

const deliveryOf = (record: SQSRecord, context: Context, signal: AbortSignal, log: Log): Delivery => {
  const receives = Number(record.attributes.ApproximateReceiveCount)
  const requestId = context.awsRequestId
  return { signal, messageId: record.messageId, receives, requestId, log: log.with({ requestId, messageId: record.messageId, receives }) }
}

const parse = <Message>(schema: z.ZodType<Message>, record: SQSRecord): Message => {
  let body: unknown
  try {
    body = JSON.parse(record.body)
  } catch (cause) {
    throw new AppError('MESSAGE_MALFORMED', 'the body is not JSON', { cause })
  }
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new AppError('MESSAGE_MALFORMED', `the message is not what this queue expects: ${parsed.error.message}`)
}
