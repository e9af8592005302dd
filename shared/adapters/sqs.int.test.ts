import { type Message, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeService } from '../../localstack/description.ts'
import { DUMMY_CREDENTIALS, type Queues, REGION, startQueues } from '../../localstack/queues.ts'
import { sqsPostpone } from './sqs.ts'

const SERVICE = `
service: postpone
provider: { name: aws }
functions: {}
resources:
  Resources:
    Refine: { Type: AWS::SQS::Queue, Properties: { QueueName: refine.fifo, FifoQueue: true, VisibilityTimeout: 1080 } }
`

let queues: Queues
beforeAll(async () => {
  for (const [name, value] of Object.entries({ AWS_REGION: REGION, ...DUMMY_CREDENTIALS })) vi.stubEnv(name, value)
  queues = await startQueues(describeService(SERVICE), { timeScale: 1 })
})
afterAll(async () => {
  await queues.stop()
  vi.unstubAllEnvs()
})

test('a message that is put off comes back after its delay, not after the visibility timeout of its queue, which holds its group', async () => {
  const QueueUrl = queues.byLogicalId.get('Refine')?.url
  const receive = async (WaitTimeSeconds: number): Promise<Message[]> =>
    (await queues.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }))).Messages ?? []
  for (const body of ['first', 'second']) {
    await queues.client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: '3', MessageDeduplicationId: body }))
  }
  const [first] = await receive(1)
  expect(first?.Body).toBe('first')

  const postpone = sqsPostpone({ SQS_ENDPOINT: queues.endpoint, LOCAL_TIME_SCALE: 1 / 300 })
  const queue = `arn:aws:sqs:${REGION}:000000000000:refine.fifo`
  await postpone({ queue, receiptHandle: first?.ReceiptHandle ?? '', seconds: 60 })

  expect((await receive(10)).map(({ Body }) => Body)).toContain('first')
})
