import { afterAll, beforeAll } from 'vitest'
import * as z from 'zod'
import { chosen, ofType, type Package, packageOf, type Resource } from './packaged.ts'

/** What is deployed, read from the packaged template: nothing of it is believed because serverless.yml looks right. */
let made: { packaged: Package; deployed: Package } | undefined

/** Packages before the tests of this file, and removes what it made after them. */
export const packageOnce = (): void => {
  beforeAll(() => {
    const packaged = packageOf()
    made = { packaged, deployed: chosen(packaged, { DepositsInBucket: false, BucketEndpointWanted: false }) }
  }, 120_000)
  afterAll(() => made?.packaged.remove())
}

const whatIsMade = (): { packaged: Package; deployed: Package } => {
  if (made === undefined) throw new Error('nothing is packaged before the tests run')
  return made
}

/** With every condition of the template left open. */
export const packaged = (): Package => whatIsMade().packaged

/** As deployed by whoever chooses nothing. */
export const deployed = (): Package => whatIsMade().deployed

export const resource = (id: string): Resource => {
  const found = deployed().template.Resources[id]
  if (found === undefined) throw new Error(`no resource ${id} in the template`)
  return found
}

/** Name in the template of what belongs to a function. */
export const logicalOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

export const QUEUES = ['Settle', 'Import', 'Refine', 'Detect', 'Publish']

export const Lambda = z.object({
  Timeout: z.number(),
  MemorySize: z.number(),
  Runtime: z.string(),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  VpcConfig: z.object({ SecurityGroupIds: z.unknown(), SubnetIds: z.unknown() }),
  FileSystemConfigs: z.array(z.object({ Arn: z.unknown(), LocalMountPath: z.string() })).default([]),
  Role: z.unknown(),
})
export const lambda = (name: string): z.infer<typeof Lambda> => Lambda.parse(resource(`${logicalOf(name)}LambdaFunction`).Properties)

const Mapping = z.object({
  BatchSize: z.number(),
  EventSourceArn: z.unknown(),
  FunctionName: z.unknown(),
  FunctionResponseTypes: z.array(z.string()),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
})
export const mappings = () => ofType(deployed(), 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Mapping.parse(Properties))

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

export const Role = z.object({
  ManagedPolicyArns: z.array(z.unknown()),
  Policies: z.array(
    z.object({ PolicyDocument: z.object({ Statement: z.array(z.object({ Effect: z.string(), Action: z.unknown(), Resource: z.unknown() })) }) }),
  ),
})
