import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { IDENTITY_GROUP, IDENTITY_PASSWD } from '../../localstack/identities.ts'
import { functionNames, variablesOf } from '../../scripts/environment.ts'
import { MONGO_POOL } from '../../shared/adapters/mongo/connect.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { chosen, ofType, type Package, packageOf, type Resource, referenceOf } from './packaged.ts'

/** What is deployed, read from the packaged template: nothing of it is believed because serverless.yml looks right. */
let packaged: Package
let deployed: Package
beforeAll(() => {
  packaged = packageOf()
  deployed = chosen(packaged, { DepositsInBucket: false, BucketEndpointWanted: false })
}, 120_000)
afterAll(() => packaged?.remove())

const DAY = 86_400
const QUEUES = ['Settle', 'Import', 'Refine', 'Detect', 'Publish']
const logicalOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

const Lambda = z.object({
  Timeout: z.number(),
  MemorySize: z.number(),
  Runtime: z.string(),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  VpcConfig: z.object({ SecurityGroupIds: z.unknown(), SubnetIds: z.unknown() }),
  FileSystemConfigs: z.array(z.object({ Arn: z.unknown(), LocalMountPath: z.string() })).default([]),
  Role: z.unknown(),
})
const lambda = (name: string): z.infer<typeof Lambda> => Lambda.parse(resource(`${logicalOf(name)}LambdaFunction`).Properties)
const resource = (id: string): Resource => {
  const found = deployed.template.Resources[id]
  if (found === undefined) throw new Error(`no resource ${id} in the template`)
  return found
}

const Queue = z.object({
  FifoQueue: z.boolean().default(false),
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().default(4 * DAY),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() }).optional(),
})
const queue = (id: string): z.infer<typeof Queue> => Queue.parse(resource(id).Properties)

const Mapping = z.object({
  BatchSize: z.number(),
  EventSourceArn: z.unknown(),
  FunctionName: z.unknown(),
  FunctionResponseTypes: z.array(z.string()),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
})
const mappings = () => ofType(deployed, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Mapping.parse(Properties))

/** What CloudFormation puts in the place of references. */
const deployedValue = (name: string, value: unknown): string => {
  if (name === 'IDENTITY_PASSWD') return IDENTITY_PASSWD
  if (name === 'IDENTITY_GROUP') return IDENTITY_GROUP
  return typeof value === 'string' && !value.startsWith('{{resolve:') ? value : 'https://example.org'
}

/** Imports the handler of a bundle in a process of its own, as Lambda does; what it says instead of `function` is the error. */
const start = async (name: string, directory: string): Promise<[string, string]> => {
  for (const [file, bytes] of Object.entries(unzipSync(deployed.bundles[name] ?? new Uint8Array()))) {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true })
    await writeFile(path.join(directory, file), bytes)
  }
  const environment = Object.entries(lambda(name).Environment.Variables).map(([variable, value]) => [variable, deployedValue(variable, value)])
  const script = `import('./functions/${name}/handler.mjs').then(({ handler }) => { process.stdout.write(typeof handler); process.exit(0) })`
  const env = { ...Object.fromEntries(environment), AWS_REGION: 'eu-west-3', PATH: process.env['PATH'] ?? '' }
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', script], { cwd: directory, env }, (error, stdout, stderr) => resolve([name, error === null ? stdout : stderr]))
  })
}

describe('functions', () => {
  test('are those that have a configuration, each in the VPC, on Node 24, with its own role and logs that end', () => {
    expect(
      ofType(deployed, 'AWS::Lambda::Function')
        .map(([id]) => id)
        .sort(),
    ).toEqual(
      functionNames()
        .map((name) => `${logicalOf(name)}LambdaFunction`)
        .sort(),
    )
    for (const name of functionNames()) {
      const found = lambda(name)
      expect(found.Runtime).toBe('nodejs24.x')
      expect(referenceOf(found.Role)).toBe(`${logicalOf(name)}Role`)
      expect(JSON.stringify(found.VpcConfig)).toMatch(/FunctionSecurityGroups.*PrivateSubnets/)
      expect(resource(`${logicalOf(name)}LogGroup`).Properties['RetentionInDays']).toBe(90)
    }
    expect(lambda('import')).toMatchObject({ Timeout: 900, MemorySize: 2048 })
  })

  test('weigh less than 10 MiB each', () => {
    expect(Object.keys(deployed.bundles).sort()).toEqual(functionNames().sort())
    for (const { length } of Object.values(deployed.bundles)) expect(length).toBeLessThan(10 * 1024 * 1024)
  })

  test('start with the environment that they are given, from their bundle alone', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'bundles-'))
    try {
      const started = await Promise.all(functionNames().map((name) => start(name, path.join(directory, name))))
      expect(Object.fromEntries(started)).toEqual(Object.fromEntries(functionNames().map((name) => [name, 'function'])))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

  test('stop before the gateway gives up, when they answer HTTP', () => {
    for (const name of ['upload', 'depots', 'datapi']) expect(lambda(name).Timeout).toBeLessThan(30)
  })
})

describe('queues', () => {
  test('are known, and each has its dead letters: same kind, three receives, 14 days', () => {
    expect(
      ofType(deployed, 'AWS::SQS::Queue')
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
    const filtered = ofType(deployed, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties['FilterPattern'])
    expect(new Set(filtered)).toEqual(
      new Set(['siren.failed', 'settle.blocked', 'sweep.part-failed', 'maintenance.step-failed'].map((event) => `{ $.event = "${event}" }`)),
    )
    for (const [, { Properties }] of ofType(deployed, 'AWS::CloudWatch::Alarm')) expect(Properties['AlarmActions']).toEqual([{ Ref: 'Alarms' }])
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

describe('the HTTP API', () => {
  test('has no authorizer and no CORS of its own: refusals and preflights are answered by the functions', () => {
    expect(ofType(deployed, 'AWS::ApiGatewayV2::Authorizer')).toEqual([])
    expect(resource('HttpApi').Properties).not.toHaveProperty('CorsConfiguration')
    for (const [, { Properties }] of ofType(deployed, 'AWS::ApiGatewayV2::Route')) {
      expect(['NONE', undefined]).toContain(Properties['AuthorizationType'])
    }
  })

  test('gives every method of uploads to one function, and every other route of /api to datapi', () => {
    const routes = ofType(deployed, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [Properties['RouteKey'], JSON.stringify(Properties['Target'])])
    const of = (name: string) => expect.stringContaining(`HttpApiIntegration${name}"`)
    expect(Object.fromEntries(routes)).toEqual({
      'ANY /files': of('Upload'),
      'ANY /files/{proxy+}': of('Upload'),
      'GET /api/depots': of('Depots'),
      'GET /api/depots/{id}': of('Depots'),
      'POST /api/depots/{id}/confirmation': of('Depots'),
      'ANY /api/{proxy+}': of('Datapi'),
    })
  })
})

describe('the storage', () => {
  const AccessPoint = z.object({
    PosixUser: z.object({ Uid: z.unknown(), Gid: z.unknown(), SecondaryGids: z.array(z.unknown()).default([]) }),
    RootDirectory: z.object({ Path: z.string() }),
  })
  const accessPointOf = (name: string) => {
    const [mount] = lambda(name).FileSystemConfigs
    return AccessPoint.parse(resource(referenceOf(mount?.Arn) ?? `mount of ${name}`).Properties)
  }

  test('is mounted by the functions that need it, each with the identity of upload §2.2', () => {
    expect(
      functionNames()
        .filter((name) => lambda(name).FileSystemConfigs.length > 0)
        .sort(),
    ).toEqual(['detect', 'import', 'settle', 'sweep', 'upload'])
    const goup = { Uid: { Ref: 'GoupUid' }, Gid: { Ref: 'GoupGid' }, SecondaryGids: [] }
    expect(accessPointOf('upload')).toEqual({ PosixUser: goup, RootDirectory: { Path: '/depots/tusd' } })
    for (const name of ['settle', 'sweep']) {
      expect(accessPointOf(name)).toEqual({ PosixUser: { Uid: '0', Gid: '0', SecondaryGids: [] }, RootDirectory: { Path: '/depots' } })
    }
    expect(accessPointOf('import')).toEqual({
      PosixUser: { Uid: { Ref: 'ImportUid' }, Gid: { Ref: 'ImportGid' }, SecondaryGids: [{ Ref: 'UsersGid' }, { Ref: 'GoupGid' }] },
      RootDirectory: { Path: '/depots' },
    })
    expect(accessPointOf('detect').RootDirectory.Path).toBe('/models')
  })

  test('is where the environment says, and the mount targets exist before the functions', () => {
    for (const name of ['upload', 'settle', 'import', 'sweep', 'detect']) {
      const { FileSystemConfigs, Environment } = lambda(name)
      expect(Environment.Variables[name === 'detect' ? 'MODELS_ROOT' : 'STORAGE_ROOT']).toBe(FileSystemConfigs[0]?.LocalMountPath)
      expect(resource(`${logicalOf(name)}LambdaFunction`).DependsOn).toEqual(expect.arrayContaining(['MountTargetA', 'MountTargetB']))
    }
  })

  test('root is for settle and sweep, writing is not for detect, and each role is bound to its access point', () => {
    const rights = (name: string): string[] =>
      [...JSON.stringify(resource(`${logicalOf(name)}Role`)).matchAll(/elasticfilesystem:(Client\w+)/g)].map(([, right]) => right ?? '')
    expect(rights('upload').sort()).toEqual(['ClientMount', 'ClientWrite'])
    expect(rights('import').sort()).toEqual(['ClientMount', 'ClientWrite'])
    expect(rights('detect')).toEqual(['ClientMount'])
    for (const name of ['settle', 'sweep']) expect(rights(name).sort()).toEqual(['ClientMount', 'ClientRootAccess', 'ClientWrite'])
    for (const name of ['depots', 'refine', 'publish', 'datapi', 'maintenance']) expect(rights(name)).toEqual([])
    for (const name of ['upload', 'settle', 'sweep', 'import', 'detect']) {
      const mounted = referenceOf(lambda(name).FileSystemConfigs[0]?.Arn)
      expect(JSON.stringify(resource(`${logicalOf(name)}Role`))).toContain(`"elasticfilesystem:AccessPointArn":{"Fn::GetAtt":["${mounted}","Arn"]}`)
    }
  })

  test('refuses whoever comes without TLS, without an access point, or as root without being settle or sweep', () => {
    const { Encrypted, FileSystemPolicy } = resource('Storage').Properties
    expect(Encrypted).toBe(true)
    expect(JSON.stringify(FileSystemPolicy)).not.toContain('"Allow"')
    const sids = z.object({ Statement: z.array(z.object({ Sid: z.string(), Effect: z.literal('Deny') })) }).parse(FileSystemPolicy)
    expect(sids.Statement.map(({ Sid }) => Sid)).toEqual(['EncryptedOnly', 'AccessPointsOnly', 'RootForOwnersOnly', 'WritersOnly'])
  })
})

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

const Role = z.object({
  ManagedPolicyArns: z.array(z.unknown()),
  Policies: z.array(
    z.object({ PolicyDocument: z.object({ Statement: z.array(z.object({ Effect: z.string(), Action: z.unknown(), Resource: z.unknown() })) }) }),
  ),
})

describe('deposits in a bucket', () => {
  let onBucket: Package
  beforeAll(() => {
    onBucket = chosen(packaged, { DepositsInBucket: true, BucketEndpointWanted: true })
  })
  const of = (id: string) => onBucket.template.Resources[id] ?? expect.fail(`no resource ${id}`)

  test('are there when the deployment asks for them: without, no bucket, no right on one', () => {
    expect(deployed.template.Resources).not.toHaveProperty('DepositsBucket')
    expect(JSON.stringify(ofType(deployed, 'AWS::IAM::Role'))).not.toContain('s3:')
    expect(packaged.template.Conditions['DepositsInBucket']).toEqual({ 'Fn::Equals': [expect.stringMatching(/^(posix|s3)$/), 's3'] })
    const only = chosen(packaged, { DepositsInBucket: true, BucketEndpointWanted: false }).template.Resources
    expect([Object.keys(only).includes('DepositsBucket'), Object.keys(only).includes('BucketEndpoint')]).toEqual([true, false])
  })

  test('the bucket is encrypted, closed to the public, kept when the stack goes, and refuses plain HTTP', () => {
    const { DeletionPolicy, Properties } = of('DepositsBucket')
    expect(DeletionPolicy).toBe('Retain')
    expect(Properties).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    })
    expect(of('DepositsBucketPolicy').Properties).toEqual({
      Bucket: { Ref: 'DepositsBucket' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'EncryptedOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [{ 'Fn::GetAtt': ['DepositsBucket', 'Arn'] }, { 'Fn::Sub': '${DepositsBucket.Arn}/*' }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    })
  })

  test('age removes nothing but multipart uploads that were never finished, and these after they have expired', () => {
    const Lifecycle = z.object({
      Rules: z.array(
        z.strictObject({ Id: z.string(), Status: z.string(), AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: z.number() }) }),
      ),
    })
    const [rule] = Lifecycle.parse(of('DepositsBucket').Properties['LifecycleConfiguration']).Rules
    const usual = variablesOf('upload').find(({ name }) => name === 'UPLOAD_EXPIRE_AFTER_HOURS')?.default
    const hours = Number(lambda('upload').Environment.Variables['UPLOAD_EXPIRE_AFTER_HOURS'] || usual)
    expect((rule?.AbortIncompleteMultipartUpload.DaysAfterInitiation ?? 0) * 24).toBeGreaterThan(hours)
    expect(rule?.Status).toBe('Enabled')
  })

  test('is the one that the functions are told of', () => {
    for (const name of ['upload', 'settle', 'import', 'sweep']) {
      expect(lambda(name).Environment.Variables['STORAGE_BUCKET']).toEqual(of('DepositsBucket').Properties['BucketName'])
    }
  })

  test('rights are of those functions alone, on named prefixes, and nobody but settle writes what is published', () => {
    const statements = (name: string) => Role.parse(of(`${logicalOf(name)}Role`).Properties).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    const rightsOf = (name: string) =>
      statements(name)
        .filter(({ Action }) => JSON.stringify(Action).includes('s3:'))
        .flatMap(({ Action, Resource }) => asList(Action).flatMap((action) => asList(Resource).map((one) => [String(action), one] as const)))
    expect(functionNames().filter((name) => rightsOf(name).length > 0)).toEqual(['upload', 'settle', 'import', 'sweep'])
    for (const name of functionNames()) {
      for (const [action, one] of rightsOf(name)) {
        expect(action).toMatch(/^s3:[A-Za-z]+$/)
        if (action === 's3:ListBucket') expect(one).toEqual({ 'Fn::GetAtt': ['DepositsBucket', 'Arn'] })
        else
          expect(one).toEqual({
            'Fn::Sub': expect.stringMatching(/^\$\{DepositsBucket\.Arn\}\/((tusd|state|pending|locks|quarantine|work)\/\*|\*\.(bin|info))$/),
          })
      }
    }
    const published = (name: string) => rightsOf(name).flatMap(([action, one]) => (JSON.stringify(one).includes('*.bin') ? [action] : []))
    expect(published('import')).toEqual(['s3:GetObject'])
    expect(published('settle')).toEqual(['s3:GetObject', 's3:AbortMultipartUpload', 's3:PutObject', 's3:PutObjectTagging'])
    expect([published('upload'), published('sweep')]).toEqual([[], []])
  })

  test('S3 is reached without leaving the network', () => {
    expect(of('BucketEndpoint')).toMatchObject({ Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway', VpcId: { Ref: 'Vpc' } } })
  })
})

describe('roles', () => {
  const statementsOf = (name: string) =>
    Role.parse(resource(`${logicalOf(name)}Role`).Properties).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
  const sendsOf = (name: string): (string | undefined)[] =>
    statementsOf(name)
      .filter(({ Action }) => asList(Action).includes('sqs:SendMessage'))
      .flatMap(({ Resource }) => asList(Resource).map(referenceOf))

  test('hold no star, in actions or in resources', () => {
    expect(
      ofType(deployed, 'AWS::IAM::Role')
        .map(([id]) => id)
        .sort(),
    ).toEqual(
      functionNames()
        .map((name) => `${logicalOf(name)}Role`)
        .sort(),
    )
    expect(ofType(deployed, 'AWS::IAM::Policy')).toEqual([])
    for (const name of functionNames()) {
      for (const { Action, Resource } of statementsOf(name)) {
        expect(JSON.stringify([Action, Resource])).not.toContain('*')
        for (const one of asList(Resource)) expect(referenceOf(one)).toBeDefined()
      }
    }
  })

  test('allow to send to the queues whose addresses the function has, and to no other', () => {
    for (const name of functionNames()) {
      const addresses = Object.values(lambda(name).Environment.Variables)
        .map(referenceOf)
        .filter((id) => id !== undefined)
      expect(sendsOf(name).sort(), name).toEqual(addresses.sort())
    }
  })

  test('allow to receive from the queue that triggers the function, and from no other', () => {
    const receives = Object.fromEntries(
      functionNames().map((name) => [
        `${logicalOf(name)}LambdaFunction`,
        statementsOf(name)
          .filter(({ Action }) => asList(Action).includes('sqs:ReceiveMessage'))
          .flatMap(({ Resource }) => asList(Resource).map(referenceOf)),
      ]),
    )
    const triggers = Object.fromEntries(functionNames().map((name) => [`${logicalOf(name)}LambdaFunction`, [] as (string | undefined)[]]))
    for (const { EventSourceArn, FunctionName } of mappings()) triggers[referenceOf(FunctionName) ?? '']?.push(referenceOf(EventSourceArn))
    expect(receives).toEqual(triggers)
  })
})

describe('connections to the databases', () => {
  /** Servers are chosen for these (docs/operations.md); the rest is for operators and migrations. */
  const POSTGRES_CONNECTIONS = 180
  const MONGODB_CONNECTIONS = 450

  const concurrencyOf = (name: string): number => {
    const mapping = mappings().find(({ FunctionName }) => referenceOf(FunctionName) === `${logicalOf(name)}LambdaFunction`)
    const cap = mapping?.ScalingConfig.MaximumConcurrency ?? lambda(name).ReservedConcurrentExecutions
    if (cap === undefined) throw new Error(`nothing bounds the function ${name}`)
    return cap
  }
  const readersOf = (variable: string): string[] => functionNames().filter((name) => variable in lambda(name).Environment.Variables)

  test('PostgreSQL: what the functions may open fits', async () => {
    const pool = connectPostgres('postgres://localhost/none')
    const usual = pool.options.max ?? 10
    await pool.end()
    const sizeOf = (name: string): number => Number(lambda(name).Environment.Variables['POSTGRES_POOL'] ?? usual)
    const total = readersOf('POSTGRES_URL').reduce((sum, name) => sum + concurrencyOf(name) * sizeOf(name), 0)
    expect(total).toBeGreaterThan(0)
    expect(total).toBeLessThanOrEqual(POSTGRES_CONNECTIONS)
  })

  test('MongoDB: what the functions may open fits', () => {
    const total = readersOf('MONGODB_URI').reduce((sum, name) => sum + concurrencyOf(name) * MONGO_POOL, 0)
    expect(total).toBeGreaterThan(0)
    expect(total).toBeLessThanOrEqual(MONGODB_CONNECTIONS)
  })
})

describe('secrets and schedules', () => {
  test('what is secret is a reference, resolved when it is deployed', () => {
    for (const name of functionNames()) {
      const { Variables } = lambda(name).Environment
      for (const secret of ['MONGODB_URI', 'POSTGRES_URL', 'SMTP_URL']) {
        if (secret in Variables && Variables[secret] !== '') expect(Variables[secret]).toMatch(/^\{\{resolve:secretsmanager:[^}]+\}\}$/)
      }
    }
    expect(deployed.text).not.toMatch(/mongodb(\+srv)?:\/\/|postgres(ql)?:\/\//)
  })

  test('sweep comes every five minutes, maintenance once a day', () => {
    const rates = ofType(deployed, 'AWS::Events::Rule').map(([id, { Properties }]) => [id.replace(/EventsRule.*/, ''), Properties['ScheduleExpression']])
    expect(Object.fromEntries(rates)).toEqual({ Sweep: 'rate(5 minutes)', Maintenance: 'rate(1 day)' })
  })
})

describe('the pages', () => {
  test('are a private bucket behind the single origin, which gives /api and /files to the functions untouched', () => {
    expect(resource('PagesBucket').Properties['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
    const text = JSON.stringify(resource('Pages').Properties)
    expect(text).not.toContain('CustomErrorResponses')
    for (const pattern of ['/api/*', '/files*']) expect(text).toContain(`"PathPattern":"${pattern}","TargetOriginId":"functions"`)
  })

  test('carry the headers of web/headers.json', () => {
    const Headers = z.object({ all: z.record(z.string(), z.string()), https: z.record(z.string(), z.string()) })
    const { all, https } = Headers.parse(JSON.parse(readFileSync('web/headers.json', 'utf8')))
    const text = JSON.stringify(resource('PagesHeaders').Properties)
    const { 'X-Content-Type-Options': _, ...written } = all
    for (const value of Object.values(written)) expect(text).toContain(value)
    expect(text).toContain('"ContentTypeOptions":{"Override":true}')
    expect(https['Strict-Transport-Security']).toBe('max-age=63072000; includeSubDomains')
    expect(text).toContain('"AccessControlMaxAgeSec":63072000,"IncludeSubdomains":true')
  })
})
