import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeService } from './description.ts'
import { fixtureInstance, type Note, notesOf, until } from './fixtures/instances.ts'
import { type Poller, startPoller } from './poller.ts'
import { type Queues, startQueues } from './queues.ts'
import type { Instance } from './runner/instance.ts'

const SERVICE = `
service: poller
provider: { name: aws }
functions: {}
resources:
  Resources:
    Work: { Type: AWS::SQS::Queue, Properties: { QueueName: work, VisibilityTimeout: 2, RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 } } }
    Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }
    Order: { Type: AWS::SQS::Queue, Properties: { QueueName: order.fifo, FifoQueue: true, VisibilityTimeout: 2, RedrivePolicy: { deadLetterTargetArn: !GetAtt OrderDead.Arn, maxReceiveCount: 2 } } }
    OrderDead: { Type: AWS::SQS::Queue, Properties: { QueueName: order-dead.fifo, FifoQueue: true } }
`

let queues: Queues
let worker: Instance
let directory: string
let journal: string
const pollers: Poller[] = []

const poll = (logicalId: string, batchSize: number, invoke = worker.invoke): Poller => {
  const queue = queues.byLogicalId.get(logicalId)
  if (queue === undefined) throw new Error(`no queue ${logicalId}`)
  const mapping = { queue: logicalId, batchSize, maximumConcurrency: 2, reportsFailures: true }
  return startPoller({
    client: queues.client,
    queue,
    mapping,
    maximumConcurrency: 2,
    functionTimeoutSeconds: 20,
    ready: worker.ready,
    invoke,
    onLine: () => {},
  })
}

const send = async (logicalId: string, order: { do: string; id: string; ms?: number }, group?: string): Promise<void> => {
  const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: order.id }
  await queues.client.send(new SendMessageCommand({ QueueUrl: queues.byLogicalId.get(logicalId)?.url, MessageBody: JSON.stringify(order), ...fifo }))
}

const about = async (id: string): Promise<Note[]> => (await notesOf(journal)).filter((note) => note.id === id)
const isEmpty = async (logicalId: string): Promise<boolean> => Object.values(await queues.depth(logicalId)).every((count) => count === 0)

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'poller-'))
  journal = path.join(directory, 'journal')
  queues = await startQueues(describeService(SERVICE), { timeScale: 1 })
  worker = fixtureInstance('worker', { environment: { JOURNAL: journal } })
  await worker.ready()
  pollers.push(poll('Work', 3), poll('Order', 10))
})

afterAll(async () => {
  await Promise.all(pollers.map((poller) => poller.stop()))
  await worker?.stop()
  await queues?.stop()
  await rm(directory, { recursive: true, force: true })
})

describe.concurrent('a mapping', () => {
  test('a good message is delivered once, a flaky one twice, and a poisonous one ends in the dead-letter queue', async () => {
    const deadBefore = (await queues.depth('Dead')).waiting
    await send('Work', { do: 'ok', id: 'good' })
    await send('Work', { do: 'flaky', id: 'flaky' })
    await send('Work', { do: 'fail', id: 'poison' })
    await until(async () => (await isEmpty('Work')) && (await about('poison')).length >= 4)
    expect((await queues.depth('Dead')).waiting).toBeGreaterThan(deadBefore)
    expect((await about('good')).filter(({ what }) => what === 'start')).toHaveLength(1)
    expect((await about('flaky')).filter(({ what }) => what === 'start').map(({ receives }) => receives)).toEqual([1, 2])
    expect((await about('poison')).filter(({ what }) => what === 'start').map(({ receives }) => receives)).toEqual([1, 2])
  })

  test('a call longer than the visibility timeout is not delivered a second time', async () => {
    await send('Work', { do: 'slow', id: 'long', ms: 5_000 })
    await until(async () => (await about('long')).some(({ what }) => what === 'end'))
    await until(() => isEmpty('Work'))
    expect((await about('long')).filter(({ what }) => what === 'start')).toHaveLength(1)
  })

  test('a group of a FIFO queue keeps its order behind a failure, and other groups flow', async () => {
    for (const id of ['a1', 'a2', 'a3']) await send('Order', { do: id === 'a2' ? 'flaky' : 'ok', id }, 'a')
    for (const id of ['b1', 'b2']) await send('Order', { do: 'ok', id }, 'b')
    await until(async () => (await about('a3')).some(({ what, receives }) => what === 'end' && receives > 0) && (await isEmpty('Order')))
    const ended = (await notesOf(journal)).filter(({ what, group }) => what === 'end' && group !== undefined)
    const lastOf = (id: string): number => ended.findLastIndex((note) => note.id === id)
    expect(lastOf('a1')).toBeLessThan(lastOf('a2'))
    expect(lastOf('a2')).toBeLessThan(lastOf('a3'))
    expect(lastOf('b2')).toBeLessThan(lastOf('a2'))
  })
})

test('a malformed answer fails the batch: it comes back, then goes to the dead-letter queue', async () => {
  await send('Order', { do: 'malformed', id: 'malformed' }, 'm')
  await until(async () => (await queues.depth('OrderDead')).waiting > 0)
  expect((await about('malformed')).filter(({ what }) => what === 'start').length).toBe(2)
})

test('when the function is killed under a message, the message is delivered again', async () => {
  await send('Work', { do: 'slow', id: 'killed', ms: 1_500 })
  await until(async () => (await about('killed')).length === 1)
  worker.kill('SIGKILL')
  await until(async () => (await about('killed')).some(({ what }) => what === 'end'))
  expect((await about('killed')).map(({ what, receives }) => `${what} ${receives}`)).toEqual(['start 1', 'start 2', 'end 2'])
})

test('stopping waits for what is in flight', async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()))
  const poller = poll('Work', 1)
  await send('Work', { do: 'slow', id: 'last', ms: 700 })
  await until(async () => (await about('last')).length === 1)
  await poller.stop()
  expect((await about('last')).map(({ what }) => what)).toEqual(['start', 'end'])
  expect(await isEmpty('Work')).toBe(true)
})
