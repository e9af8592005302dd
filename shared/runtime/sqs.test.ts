import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { AppError } from '../domain/errors.ts'
import type { Log, Postpone } from '../ports.ts'
import { delayAfter, sqs } from './sqs.ts'

const QUEUE = 'arn:aws:sqs:eu-west-3:123456789012:work'
const Message = z.strictObject({ id: z.string() })

const recordOf = (
  id: string,
  { group, receives = 1, body = JSON.stringify({ id }) }: { group?: string; receives?: number; body?: string } = {},
): SQSRecord => ({
  messageId: id,
  receiptHandle: `handle of ${id}`,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
    ...(group === undefined ? {} : { MessageGroupId: group }),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: QUEUE,
  awsRegion: 'eu-west-3',
})

const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 } as Context

/** Handles a batch. `faults`: by message, with what its work fails. */
const handled = async (records: SQSRecord[], faults: Record<string, Error> = {}, refusing = false) => {
  const worked: string[] = []
  const postponed: Parameters<Postpone>[0][] = []
  const said: [string, unknown][] = []
  const log: Log = {
    info: () => {},
    warn: (event, fields) => void said.push([event, fields]),
    error: (event, error) => void said.push([event, error]),
    with: () => log,
  }
  const postpone: Postpone = async (message) => {
    if (refusing) throw new Error('no queue')
    postponed.push(message)
  }
  const handler = sqs(Message, { log, postpone }, async ({ id }) => {
    worked.push(id)
    if (faults[id] !== undefined) throw faults[id]
  })
  const { batchItemFailures } = await handler({ Records: records } satisfies SQSEvent, context)
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), worked, postponed, said }
}

const down = new AppError('DATABASE_DOWN', 'no database')

test('when all is well, every message is worked on in order and none is given back', async () => {
  expect(await handled([recordOf('a'), recordOf('b')])).toEqual({ failed: [], worked: ['a', 'b'], postponed: [], said: [] })
})

test('one that fails in the middle is given back alone, put off, and logged once', async () => {
  const { failed, worked, postponed, said } = await handled([recordOf('a'), recordOf('b'), recordOf('c')], { b: down })
  expect([failed, worked]).toEqual([['b'], ['a', 'b', 'c']])
  expect(postponed).toEqual([{ queue: QUEUE, receiptHandle: 'handle of b', seconds: 60 }])
  expect(said).toEqual([['message.failed', down]])
})

test('when all fail, all are given back', async () => {
  expect((await handled([recordOf('a'), recordOf('b')], { a: down, b: new Error('a bug') })).failed).toEqual(['a', 'b'])
})

test.each(['{', '"text"', '{"other":1}'])(
  'a body that is not what the queue expects, %s, is given back until it is set aside, and harms none of its neighbours',
  async (body) => {
    const { failed, worked, said } = await handled([recordOf('bad', { body }), recordOf('good')])
    expect(worked).toEqual(['good'])
    expect(failed).toEqual(['bad'])
    expect(said).toMatchObject([['message.failed', { code: 'MESSAGE_MALFORMED' }]])
  },
)

test('what would be refused again is not delivered again', async () => {
  expect(await handled([recordOf('a')], { a: new AppError('UPLOAD_UNKNOWN', 'no such deposit') })).toMatchObject({ failed: [], postponed: [] })
})

test('after a failure the later messages of its group are given back untouched, as late as it; those of other groups are worked on', async () => {
  const records = [recordOf('a1', { group: 'a', receives: 2 }), recordOf('b1', { group: 'b' }), recordOf('a2', { group: 'a' })]
  const { failed, worked, postponed } = await handled(records, { a1: down })
  expect([failed, worked]).toEqual([
    ['a1', 'a2'],
    ['a1', 'b1'],
  ])
  expect(postponed.map(({ receiptHandle, seconds }) => [receiptHandle, seconds])).toEqual([
    ['handle of a1', 120],
    ['handle of a2', 120],
  ])
})

test('a message that cannot be put off is given back all the same', async () => {
  const { failed, said } = await handled([recordOf('a')], { a: down }, true)
  expect(failed).toEqual(['a'])
  expect(said.map(([event]) => event)).toEqual(['message.failed', 'message.not-postponed'])
})

test('each delivery doubles the delay, up to a quarter of an hour', () => {
  expect([1, 2, 3, 4, 5, 50].map(delayAfter)).toEqual([60, 120, 240, 480, 900, 900])
})
