import { readFile } from 'node:fs/promises'
import { parse, type ScalarTag } from 'yaml'
import * as z from 'zod'

/** A queue of the service. `deadLetters` names the queue (logical id) that receives what failed `maxReceiveCount` times. */
export type QueueDescription = {
  logicalId: string
  name: string
  fifo: boolean
  contentBasedDeduplication: boolean
  visibilitySeconds: number
  retentionSeconds: number | undefined
  deadLetters: { logicalId: string; maxReceiveCount: number } | undefined
}

/** An event source mapping: `queue` is the logical id. */
export type MappingDescription = { queue: string; batchSize: number; maximumConcurrency: number | undefined; reportsFailures: boolean }

/** Value of a variable as the service describes it: a text, or a reference to a resource. */
export type EnvironmentValue = { text: string } | { ref: string }

export type FunctionDescription = {
  name: string
  handler: string
  timeoutSeconds: number
  memoryMegabytes: number
  environment: Readonly<Record<string, EnvironmentValue>>
  mappings: readonly MappingDescription[]
  /** Periods of the schedules, in seconds. */
  schedules: readonly number[]
}

/** What the local stack needs to know of `serverless.yml`, which stays the only description of the service. */
export type ServiceDescription = {
  service: string
  stage: string
  runtime: string
  functions: readonly FunctionDescription[]
  queues: readonly QueueDescription[]
}

/** `!Ref X`, `!GetAtt X.Arn` (or a list) and the like become `{ ref: 'X' }`: the local stack needs no more of CloudFormation. */
const reference = (tag: string): ScalarTag => ({ tag: `!${tag}`, resolve: (text: string) => ({ ref: text.split('.')[0] ?? text }) })
const opaque = (tag: string): ScalarTag => ({ tag: `!${tag}`, resolve: (text: string) => text })
const opaqueOf = (tag: string, collection: 'seq' | 'map') => ({ tag: `!${tag}`, collection, resolve: (node: unknown) => node }) as unknown as ScalarTag

const FUNCTIONS = ['Sub', 'Join', 'Select', 'Split', 'If', 'Equals', 'And', 'Or', 'Not', 'FindInMap', 'Base64', 'Cidr', 'GetAZs', 'ImportValue', 'Condition']
const TAGS = [
  ...['Ref', 'GetAtt'].map(reference),
  ...FUNCTIONS.map(opaque),
  ...FUNCTIONS.map((tag) => opaqueOf(tag, 'seq')),
  ...FUNCTIONS.map((tag) => opaqueOf(tag, 'map')),
]

const Reference = z.object({ ref: z.string() })
const Variables = z.record(z.string(), z.unknown()).default({})

const Sqs = z.object({
  arn: Reference,
  batchSize: z.number().int().positive().default(10),
  maximumConcurrency: z.number().int().optional(),
  functionResponseType: z.string().optional(),
})

const Event = z.object({ sqs: Sqs.optional(), schedule: z.union([z.string(), z.object({ rate: z.union([z.string(), z.array(z.string())]) })]).optional() })

const Fn = z.object({
  handler: z.string(),
  timeout: z.number().optional(),
  memorySize: z.number().optional(),
  environment: Variables,
  events: z.array(Event).default([]),
})

const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) })

const QueueProperties = z.object({
  QueueName: z.string(),
  FifoQueue: z.boolean().default(false),
  ContentBasedDeduplication: z.boolean().default(false),
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: Reference, maxReceiveCount: z.number().int() }).optional(),
})

const Template = z.object({ Resources: z.record(z.string(), Resource).default({}) })

/** Parts of the template in files of their own (`${file(…)}`) hold what only AWS needs: they are not read here. */
const resourcesOf = (parts: z.infer<typeof Service>['resources']): Record<string, z.infer<typeof Resource>> =>
  Object.assign({}, ...[parts].flat().map((part) => (typeof part === 'string' ? {} : part.Resources)))

const Service = z.object({
  service: z.string(),
  provider: z.object({
    runtime: z.string().default('nodejs24.x'),
    stage: z.string().default('dev'),
    timeout: z.number().default(6),
    memorySize: z.number().default(1024),
    environment: Variables,
  }),
  functions: z.record(z.string(), Fn),
  resources: z.union([Template, z.array(z.union([Template, z.string()]))]).default([]),
})

/** Names of the buckets that functions keep deposits in. */
export const bucketsOf = ({ functions }: ServiceDescription): string[] => [
  ...new Set(
    functions.flatMap(({ environment: { STORAGE_BUCKET: bucket } }) => (bucket !== undefined && 'text' in bucket && bucket.text !== '' ? [bucket.text] : [])),
  ),
]

/** Reads a service description. Throws an error that names what is missing or not understood. */
export const readDescription = async (path: string): Promise<ServiceDescription> => describeService(await readFile(path, 'utf8'))

export const describeService = (text: string): ServiceDescription => {
  const found = Service.parse(parse(text, { customTags: TAGS }))
  const stage = interpolate(found.provider.stage, { service: found.service, stage: 'dev' })
  const names = { service: found.service, stage }
  const environment = { ...found.provider.environment }
  return {
    ...names,
    runtime: found.provider.runtime,
    functions: Object.entries(found.functions).map(([name, fn]) => ({
      name,
      handler: fn.handler,
      timeoutSeconds: fn.timeout ?? found.provider.timeout,
      memoryMegabytes: fn.memorySize ?? found.provider.memorySize,
      environment: Object.fromEntries(Object.entries({ ...environment, ...fn.environment }).map(([key, value]) => [key, environmentValueOf(value, names)])),
      mappings: fn.events.flatMap(({ sqs }) => (sqs === undefined ? [] : [mappingOf(sqs)])),
      schedules: fn.events.flatMap(({ schedule }) => (schedule === undefined ? [] : ratesOf(schedule))),
    })),
    queues: Object.entries(resourcesOf(found.resources))
      .filter(([, resource]) => resource.Type === 'AWS::SQS::Queue')
      .map(([logicalId, resource]) => queueOf(logicalId, resource.Properties, names)),
  }
}

const mappingOf = (sqs: z.infer<typeof Sqs>): MappingDescription => ({
  queue: sqs.arn.ref,
  batchSize: sqs.batchSize,
  maximumConcurrency: sqs.maximumConcurrency,
  reportsFailures: sqs.functionResponseType === 'ReportBatchItemFailures',
})

const queueOf = (logicalId: string, properties: unknown, names: { service: string; stage: string }): QueueDescription => {
  const queue = QueueProperties.parse(properties)
  return {
    logicalId,
    name: interpolate(queue.QueueName, names),
    fifo: queue.FifoQueue,
    contentBasedDeduplication: queue.ContentBasedDeduplication,
    visibilitySeconds: queue.VisibilityTimeout,
    retentionSeconds: queue.MessageRetentionPeriod,
    deadLetters: queue.RedrivePolicy && { logicalId: queue.RedrivePolicy.deadLetterTargetArn.ref, maxReceiveCount: queue.RedrivePolicy.maxReceiveCount },
  }
}

const environmentValueOf = (value: unknown, names: { service: string; stage: string }): EnvironmentValue => {
  const found = Reference.safeParse(value)
  if (found.success) return found.data
  return { text: value === undefined || value === null || typeof value === 'object' ? '' : interpolate(String(value), names).replace(RESOLVED_ON_AWS, '') }
}

/** What CloudFormation reads from the account when it deploys (`{{resolve:…}}`): nobody has it here. */
const RESOLVED_ON_AWS = /\{\{resolve:[^}]*\}\}/g

/** The account of the gateway's events. */
export const LOCAL_ACCOUNT = '000000000000'

/** Variables of the framework and of CloudFormation that make sense locally; any other keeps its default (`${env:X, 'default'}`) or becomes empty. */
const interpolate = (text: string, names: { service: string; stage: string }): string =>
  text.replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const [source = '', fallback = ''] = expression.split(/,(.*)/s).map((part) => part.trim())
    if (source === 'self:service') return names.service
    if (source === 'AWS::AccountId') return LOCAL_ACCOUNT
    if (source === 'sls:stage' || source === 'self:provider.stage') return names.stage
    return fallback.replace(/^(['"])(.*)\1$/s, '$2')
  })

const UNITS = { minute: 60, hour: 3600, day: 86_400 }

const ratesOf = (schedule: string | { rate: string | string[] }): number[] => {
  const texts = typeof schedule === 'string' ? [schedule] : [schedule.rate].flat()
  return texts.map((text) => {
    const found = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text.trim())
    const unit = found?.[2] as keyof typeof UNITS | undefined
    if (found?.[1] === undefined || unit === undefined) throw new Error(`schedule ${text}: only rate(…) runs locally`)
    return Number(found[1]) * UNITS[unit]
  })
}
