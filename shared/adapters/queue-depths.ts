import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { AppError } from '../domain/errors.ts'
import type { QueueName } from '../domain/messages.ts'

/** `deadLetters`: URLs of the dead-letter queues where they are known; else they are asked of the queue that they belong to. */
export type DepthOptions = {
  urls: Partial<Record<QueueName, string | undefined>>
  deadLetters?: Partial<Record<QueueName, string | undefined>> | undefined
  endpoint?: string | undefined
  region?: string | undefined
}

/** Messages that were set aside, being looked at or not; or why it is not known. */
export type DeadLetters = { queue: QueueName; messages: number } | { queue: QueueName; error: string }

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string() })

/** Depth of the dead-letter queue of each queue. One that does not answer is told, and hides none of the others. */
export const deadLetterDepths = async ({ urls, deadLetters = {}, endpoint, region }: DepthOptions): Promise<DeadLetters[]> => {
  const client = new SQSClient({ ...(endpoint ? { endpoint } : {}), ...(region ? { region } : {}), maxAttempts: 2 })
  try {
    const names = Object.keys(urls) as QueueName[]
    return await Promise.all(
      names.map(async (queue): Promise<DeadLetters> => {
        try {
          const url = deadLetters[queue] ?? (await queueUrlOf(client, await deadLetterArn(client, queue, urls[queue] ?? '')))
          const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
          const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }))
          return { queue, messages: names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0) }
        } catch (cause) {
          return { queue, error: cause instanceof AppError ? cause.message : `la file de rebut ne répond pas : ${reasonOf(cause)}` }
        }
      }),
    )
  } finally {
    client.destroy()
  }
}

/** The dead-letter queue of a queue. Throws `STATE_CONFLICT` when it has none. */
export const deadLetterArn = async (client: SQSClient, queue: QueueName, url: string): Promise<string> => {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }))
  if (Attributes?.RedrivePolicy === undefined) throw new AppError('STATE_CONFLICT', `La file ${queue} n’a pas de file de rebut.`)
  return RedrivePolicy.parse(JSON.parse(Attributes.RedrivePolicy)).deadLetterTargetArn
}

export const queueUrlOf = async (client: SQSClient, arn: string): Promise<string> =>
  (await client.send(new GetQueueUrlCommand({ QueueName: arn.split(':').at(-1) }))).QueueUrl ?? ''

/** Drivers leave the message of a refused connection empty. */
const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' ? cause.name : cause.message
}
