import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeService } from '../../localstack/description.ts'
import { type Queues, startQueues } from '../../localstack/queues.ts'
import { redrive } from './queue.ts'

const SERVICE = `
service: redrive
provider: { name: aws }
functions: {}
resources:
  Resources:
    Import: { Type: AWS::SQS::Queue, Properties: { QueueName: import, VisibilityTimeout: 2, RedrivePolicy: { deadLetterTargetArn: !GetAtt ImportDead.Arn, maxReceiveCount: 1 } } }
    ImportDead: { Type: AWS::SQS::Queue, Properties: { QueueName: import-dlq } }
    Refine: { Type: AWS::SQS::Queue, Properties: { QueueName: refine.fifo, FifoQueue: true, VisibilityTimeout: 2, RedrivePolicy: { deadLetterTargetArn: !GetAtt RefineDead.Arn, maxReceiveCount: 1 } } }
    RefineDead: { Type: AWS::SQS::Queue, Properties: { QueueName: refine-dlq.fifo, FifoQueue: true } }
    Plain: { Type: AWS::SQS::Queue, Properties: { QueueName: plain } }
`

let queues: Queues
const urlOf = (logicalId: string): string => queues.byLogicalId.get(logicalId)?.url ?? ''
const stackOf = (name: 'import' | 'refine' | 'settle', logicalId: string) => ({
  mongodb: '',
  postgres: '',
  sqs: queues.endpoint,
  queues: { [name]: urlOf(logicalId) },
})

/** The SDK of the command finds credentials in the environment, as on the machine of an operator. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
const before: Record<string, string | undefined> = {}

beforeAll(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) {
    before[name] = process.env[name]
    process.env[name] = value
  }
  queues = await startQueues(describeService(SERVICE), { timeScale: 1 })
})
afterAll(async () => {
  await queues.stop()
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

const bodiesOf = async (logicalId: string): Promise<{ body: string | undefined; group: string | undefined }[]> => {
  const command = new ReceiveMessageCommand({ QueueUrl: urlOf(logicalId), MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['MessageGroupId'] })
  const { Messages = [] } = await queues.client.send(command)
  return Messages.map(({ Body, Attributes }) => ({ body: Body, group: Attributes?.MessageGroupId }))
}
const held = async (logicalId: string): Promise<number> => Object.values(await queues.depth(logicalId)).reduce((sum, count) => sum + count, 0)

/** A message that nobody could handle: received once more than allowed, the queue sets it aside. */
const setAside = async (logicalId: string, body: string, fifo: { MessageGroupId?: string; MessageDeduplicationId?: string } = {}): Promise<void> => {
  await queues.client.send(new SendMessageCommand({ QueueUrl: urlOf(logicalId), MessageBody: body, ...fifo }))
  const receive = new ReceiveMessageCommand({ QueueUrl: urlOf(logicalId), VisibilityTimeout: 0, WaitTimeSeconds: 1 })
  await expect.poll(async () => (await queues.client.send(receive), held(`${logicalId}Dead`)), { timeout: 20_000 }).toBeGreaterThan(0)
}

describe('redrive', () => {
  test('a message set aside goes back to its queue, one by one where the server cannot move them', async () => {
    await setAside('Import', '{"v":1,"deposit":"d1"}')
    expect(await redrive(stackOf('import', 'Import'), 'import')).toEqual({ moved: 1 })
    expect(await bodiesOf('Import')).toEqual([{ body: '{"v":1,"deposit":"d1"}', group: undefined }])
    expect(await held('ImportDead')).toBe(0)
  })

  test('a message of an ordered queue keeps its group, and is not taken for a duplicate of itself', async () => {
    await setAside('Refine', '{"v":1,"shard":7}', { MessageGroupId: '7', MessageDeduplicationId: 'bell-1' })
    expect(await redrive(stackOf('refine', 'Refine'), 'refine')).toEqual({ moved: 1 })
    expect(await bodiesOf('Refine')).toEqual([{ body: '{"v":1,"shard":7}', group: '7' }])
    expect(await held('RefineDead')).toBe(0)
  })

  test('nothing set aside is nothing moved; a queue without dead letters is refused', async () => {
    expect(await redrive(stackOf('refine', 'Refine'), 'refine')).toEqual({ moved: 0 })
    await expect(redrive(stackOf('settle', 'Plain'), 'settle')).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await expect(redrive(stackOf('settle', 'Plain'), 'import')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  describe('where the server moves messages by itself', () => {
    let server: Server
    let answer: { status: number; body: Record<string, unknown> }
    const asked: string[] = []

    beforeAll(async () => {
      const { Attributes = {} } = await queues.client.send(new GetQueueAttributesCommand({ QueueUrl: urlOf('Import'), AttributeNames: ['RedrivePolicy'] }))
      server = createServer((request, response) => {
        const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
        asked.push(action)
        const { status, body } = action === 'StartMessageMoveTask' ? answer : { status: 200, body: { Attributes } }
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    })
    afterAll(() => new Promise((resolve) => server.close(resolve)))

    const stack = () => {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      return { mongodb: '', postgres: '', sqs: endpoint, queues: { import: `${endpoint}/000000000000/import` } }
    }

    test('it is asked to, and no message is touched', async () => {
      answer = { status: 200, body: { TaskHandle: 'task-1' } }
      expect(await redrive(stack(), 'import')).toEqual({ task: 'task-1', moved: 0 })
      expect(asked).toEqual(['GetQueueAttributes', 'StartMessageMoveTask'])
    })

    test('its refusal is told, not worked around', async () => {
      answer = { status: 403, body: { __type: 'AccessDeniedException', message: 'no' } }
      asked.length = 0
      await expect(redrive(stack(), 'import')).rejects.toMatchObject({ code: 'QUEUE_DOWN' })
      expect(asked).not.toContain('ReceiveMessage')
    })
  })
})
