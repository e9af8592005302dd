import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { AppError } from '../domain/errors.ts'
import type { QueueName } from '../domain/messages.ts'
import type { Postpone, Queue } from '../ports.ts'

/** URLs of the queues that a function may ring. `endpoint` is set locally only: the URLs of an emulator have hosts of their own. */
export type SqsOptions = { urls: Partial<Record<QueueName, string | undefined>>; endpoint?: string | undefined; region?: string | undefined }

/** `Queue` on SQS. Every failure to send is `QUEUE_DOWN`: `sweep` rings what was not rung. */
export const sqsQueue = (options: SqsOptions): Queue => {
  const client = new SQSClient({ ...(options.endpoint ? { endpoint: options.endpoint } : {}), ...(options.region ? { region: options.region } : {}) })
  return {
    async send(queue, message, { group, deduplication, delaySeconds } = {}) {
      const url = options.urls[queue]
      if (url === undefined) throw new AppError('CONFIG_INVALID', `no URL is configured for the queue ${queue}`)
      try {
        const sent = await client.send(
          new SendMessageCommand({
            QueueUrl: url,
            MessageBody: JSON.stringify(message),
            ...(group === undefined ? {} : { MessageGroupId: group }),
            ...(deduplication === undefined ? {} : { MessageDeduplicationId: deduplication }),
            ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
          }),
        )
        return { id: sent.MessageId ?? '' }
      } catch (cause) {
        throw new AppError('QUEUE_DOWN', `the queue ${queue} did not accept a message`, { cause })
      }
    },
  }
}

/** Variables of a function that puts off what it gives back. `LOCAL_TIME_SCALE` shortens the delays of the local run. */
export type PostponeOptions = { SQS_ENDPOINT?: string | undefined; LOCAL_TIME_SCALE: number }

/** `Postpone` on SQS, whose least delay is one second. The address of a queue follows from its ARN. */
export const sqsPostpone = ({ SQS_ENDPOINT: endpoint, LOCAL_TIME_SCALE: scale }: PostponeOptions): Postpone => {
  let client: SQSClient | undefined
  return async ({ queue, receiptHandle, seconds }) => {
    const [, , , region, account, name] = queue.split(':')
    const url = new URL(`/${account}/${name}`, endpoint || `https://sqs.${region}.amazonaws.com`)
    const delay = Math.max(1, Math.round(seconds * scale))
    // made at the first failure: most containers never need it
    client ??= new SQSClient(endpoint ? { endpoint } : {})
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url.href, ReceiptHandle: receiptHandle, VisibilityTimeout: delay }))
  }
}
