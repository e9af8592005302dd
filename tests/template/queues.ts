import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { deployed, Lambda, mappings, QUEUES, resource } from './deployed.ts'
import { ofType, referenceOf } from './packaged.ts'

const DAY = 86_400

const Queue = z.object({
  FifoQueue: z.boolean().default(false),
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().default(4 * DAY),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() }).optional(),
})
const queue = (id: string): z.infer<typeof Queue> => Queue.parse(resource(id).Properties)

export const describeQueues = (): void => {
  describe('queues', () => {
    test('are known, and each has its dead letters: same kind, three receives, 14 days', () => {
      expect(
        ofType(deployed(), 'AWS::SQS::Queue')
          .map(([id]) => id)
          .sort(),
      ).toEqual(QUEUES.flatMap((name) => [`${name}Queue`, `${name}DeadLetters`]).sort())
      for (const name of QUEUES) {
        const source = queue(`${name}Queue`)
        const dead = queue(`${name}DeadLetters`)
        expect(source.RedrivePolicy?.maxReceiveCount).toBe(3)
        expect(referenceOf(source.RedrivePolicy?.deadLetterTargetArn)).toBe(`${name}DeadLetters`)
        expect(dead.FifoQueue).toBe(source.FifoQueue)
        expect(dead.MessageRetentionPeriod).toBe(14 * DAY)
        expect(dead.MessageRetentionPeriod).toBeGreaterThan(source.MessageRetentionPeriod)
      }
    })

    test('those of the stages keep the order of a shard, and take their deduplication from who rings, never from what a message says', () => {
      const ordered = QUEUES.filter((name) => queue(`${name}Queue`).FifoQueue)
      expect(ordered).toEqual(['Refine', 'Detect', 'Publish'])
      for (const name of ordered) {
        for (const id of [`${name}Queue`, `${name}DeadLetters`]) {
          expect(resource(id).Properties['QueueName']).toMatch(/\.fifo$/)
          expect(resource(id).Properties).not.toHaveProperty('ContentBasedDeduplication')
        }
      }
    })

    test('hide a message for six times the time of their function', () => {
      expect(mappings()).toHaveLength(QUEUES.length)
      for (const { EventSourceArn, FunctionName } of mappings()) {
        const { Timeout } = Lambda.parse(resource(referenceOf(FunctionName) ?? '').Properties)
        expect(queue(referenceOf(EventSourceArn) ?? '').VisibilityTimeout).toBe(6 * Timeout)
      }
    })

    test('give one message at a time, to a bounded number of workers, that tell what failed', () => {
      for (const mapping of mappings()) {
        expect(mapping).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] })
        expect(mapping.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2)
      }
    })

    test('are encrypted where they are kept', () => {
      for (const [id, { Properties }] of ofType(deployed(), 'AWS::SQS::Queue')) expect([id, Properties['SqsManagedSseEnabled']]).toEqual([id, true])
    })

    test('refuse plain HTTP, whoever asks, dead letters too', () => {
      const [policy, ...others] = ofType(deployed(), 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties)
      expect(others).toEqual([])
      const queues = z.array(z.unknown()).parse(policy?.['Queues']).map(referenceOf)
      expect(queues.sort()).toEqual(
        ofType(deployed(), 'AWS::SQS::Queue')
          .map(([id]) => id)
          .sort(),
      )
      expect(policy?.['PolicyDocument']).toMatchObject({
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      })
    })
  })
}
