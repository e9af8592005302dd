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

    test('ring an alarm at the first dead letter', () => {
      for (const name of QUEUES) {
        const alarm = resource(`${name}DeadLettersAlarm`).Properties
        expect(alarm).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' })
        expect(JSON.stringify(alarm['Dimensions'])).toContain(`${name}DeadLetters`)
      }
    })

    test('a SIREN set aside, a blocked deposit and a failed sweep ring too', () => {
      const filtered = ofType(deployed(), 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties['FilterPattern'])
      expect(new Set(filtered)).toEqual(
        new Set(['siren.failed', 'settle.blocked', 'sweep.part-failed', 'maintenance.step-failed'].map((event) => `{ $.event = "${event}" }`)),
      )
      for (const [, { Properties }] of ofType(deployed(), 'AWS::CloudWatch::Alarm')) expect(Properties['AlarmActions']).toEqual([{ Ref: 'Alarms' }])
    })

    test('work that does not move, lists that are held, and a sweep that no longer measures them ring, by the gauges of sweep', () => {
      const service = [{ Name: 'service', Value: 'sweep' }]
      const { Namespace } = resource('FailedSirensAlarm').Properties
      // milliseconds, as `OldestWorkAge` is measured
      const work = { MetricName: 'OldestWorkAge', Threshold: 3_600_000, TreatMissingData: 'breaching', Dimensions: service, Namespace }
      expect(resource('OldestWorkAlarm').Properties).toMatchObject(work)
      expect(resource('ListsHeldAlarm').Properties).toMatchObject({ MetricName: 'ListsHeld', Threshold: 1, Dimensions: service, Namespace })
    })
  })
}
