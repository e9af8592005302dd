import { describe, expect, test } from 'vitest'
import { deployed, QUEUES, resource } from './deployed.ts'
import { ofType } from './packaged.ts'

const DAY = 86_400

export const describeAlarms = (): void => {
  describe('alarms', () => {
    test('of a queue ring at the first dead letter', () => {
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

    test('a message that nobody manages to take rings, long before the queue forgets it', () => {
      for (const name of QUEUES) {
        const alarm = resource(`${name}OldestMessageAlarm`).Properties
        expect(alarm).toMatchObject({
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateAgeOfOldestMessage',
          Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [`${name}Queue`, 'QueueName'] } }],
          Statistic: 'Maximum',
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'notBreaching',
        })
        // A message that waits for the visibility timeout of a worker that died is not late yet.
        expect(alarm['Threshold']).toBeGreaterThan(Number(resource(`${name}Queue`).Properties['VisibilityTimeout']))
        expect(alarm['Threshold']).toBeLessThan(DAY)
      }
    })

    test('HTTP answers of 5xx ring, whichever function or gateway gave them', () => {
      expect(resource('HttpFailuresAlarm').Properties).toMatchObject({
        Namespace: 'AWS/ApiGateway',
        MetricName: '5xx',
        Dimensions: [{ Name: 'ApiId', Value: { Ref: 'HttpApi' } }],
        Statistic: 'Sum',
      })
    })

    test('a scheduled function that ends in an error rings: nobody waits for its answer', () => {
      for (const name of ['Sweep', 'Maintenance']) {
        expect(resource(`${name}ErrorsAlarm`).Properties).toMatchObject({
          Namespace: 'AWS/Lambda',
          MetricName: 'Errors',
          Dimensions: [{ Name: 'FunctionName', Value: { Ref: `${name}LambdaFunction` } }],
          Statistic: 'Sum',
          Threshold: 1,
        })
      }
    })
  })
}
