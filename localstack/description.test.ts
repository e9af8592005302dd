import { describe, expect, test } from 'vitest'
import { describeService, readDescription } from './description.ts'
import { environmentOf, type Services } from './environment.ts'

const TEXT = `
service: essai
provider: { name: aws, stage: "\${opt:stage, 'dev'}", timeout: 9, environment: { COMMON: one } }
functions:
  work:
    handler: work.handler
    environment: { QUEUE_URL: !Ref Queue, STORAGE_ROOT: /mnt/tusd, LEVEL: "\${env:LEVEL, 'basic'}", NUMBER: 12, POSTGRES_URL: '' }
    events:
      - sqs: { arn: !GetAtt Queue.Arn, batchSize: 1, maximumConcurrency: 16, functionResponseType: ReportBatchItemFailures }
      - schedule: rate(5 minutes)
      - httpApi: { method: '*', path: /files }
resources:
  Resources:
    Queue:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: \${self:service}-\${sls:stage}-work.fifo
        FifoQueue: true
        VisibilityTimeout: 60
        RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
    Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead.fifo, FifoQueue: true } }
    Role: { Type: AWS::IAM::Role, Properties: { Name: !Sub 'x-\${AWS::Region}', List: !Join ['-', [a, !Ref Queue]] } }
`

const services: Services = {
  edge: 'http://localhost:1',
  issuer: 'http://localhost:2',
  mongodb: 'mongodb://m',
  postgres: 'postgres://p',
  sqs: 'http://q',
  backend: 'posix',
  s3: undefined,
  efs: '/efs',
  models: '/models',
  timeScale: 0.5,
  queueUrl: (logicalId) => (logicalId === 'Queue' ? 'http://q/work' : undefined),
}

describe('reading serverless.yml', () => {
  test('queues have their names, kinds and redrive; other resources are ignored', () => {
    expect(describeService(TEXT).queues).toEqual([
      {
        logicalId: 'Queue',
        name: 'essai-dev-work.fifo',
        fifo: true,
        contentBasedDeduplication: false,
        visibilitySeconds: 60,
        retentionSeconds: undefined,
        deadLetters: { logicalId: 'Dead', maxReceiveCount: 3 },
      },
      {
        logicalId: 'Dead',
        name: 'dead.fifo',
        fifo: true,
        contentBasedDeduplication: false,
        visibilitySeconds: 30,
        retentionSeconds: undefined,
        deadLetters: undefined,
      },
    ])
  })

  test('mappings and schedules are those of the events', () => {
    const [work] = describeService(TEXT).functions
    expect(work).toMatchObject({
      timeoutSeconds: 9,
      schedules: [300],
      mappings: [{ queue: 'Queue', batchSize: 1, maximumConcurrency: 16, reportsFailures: true }],
    })
  })

  test('a schedule that cannot run locally is refused by name', () => {
    expect(() => describeService(TEXT.replace('rate(5 minutes)', 'cron(0 1 * * ? *)'))).toThrow('cron(0 1 * * ? *)')
  })

  test('a template in several parts is read without the files that it includes', () => {
    const parts = TEXT.replace('resources:\n  Resources:', 'resources:\n  - ${file(infrastructure/x.yml)}\n  - Resources:').replace(
      /^ {4}(?=Queue:|Dead:|Role:| {2})/gm,
      '      ',
    )
    expect(describeService(parts).queues).toEqual(describeService(TEXT).queues)
  })

  test('what only the account of the deployment can tell is empty here', () => {
    const secret = TEXT.replace("POSTGRES_URL: ''", "POSTGRES_URL: '{{resolve:secretsmanager:${self:service}/${sls:stage}/postgres:SecretString:uri}}'")
    expect(describeService(secret).functions[0]?.environment['POSTGRES_URL']).toEqual({ text: '' })
  })

  test('the description of the platform is understood whole', async () => {
    const { functions, queues } = await readDescription('serverless.yml')
    expect(functions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['upload', 'settle', 'depots', 'import', 'refine', 'detect', 'publish', 'datapi', 'sweep', 'maintenance']),
    )
    const names = new Set(queues.map(({ logicalId }) => logicalId))
    for (const { deadLetters } of queues) if (deadLetters !== undefined) expect(names).toContain(deadLetters.logicalId)
    for (const { mappings } of functions) for (const { queue } of mappings) expect(names).toContain(queue)
  })
})

describe('the environment of a function', () => {
  const [work] = describeService(TEXT).functions

  test('has the names of serverless.yml and the values of the stack', () => {
    expect(environmentOf(work as NonNullable<typeof work>, services)).toMatchObject({
      COMMON: 'one',
      QUEUE_URL: 'http://q/work',
      STORAGE_ROOT: '/efs/tusd',
      LEVEL: 'basic',
      NUMBER: '12',
      POSTGRES_URL: 'postgres://p',
    })
    expect(environmentOf(work as NonNullable<typeof work>, services)).not.toHaveProperty('MONGODB_URI')
  })

  test('can be overridden, for the names that it has', () => {
    const environment = environmentOf(work as NonNullable<typeof work>, services, { LEVEL: 'high', OTHER: 'x' })
    expect(environment).toMatchObject({ LEVEL: 'high' })
    expect(environment).not.toHaveProperty('OTHER')
  })
})
