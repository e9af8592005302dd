import { AUDIENCE, CLIENT } from './accounts.ts'
import type { FunctionDescription } from './description.ts'
import { IDENTITY_GROUP, IDENTITY_PASSWD, PUBLIC_DIR_OWNER } from './identities.ts'
import { DUMMY_CREDENTIALS, REGION } from './queues.ts'

/** Name of the database, in MongoDB as in PostgreSQL. */
export const DATABASE = 'signauxfaibles'

export type StorageBackend = 'posix' | 's3'

/** What the stack knows once its services run. */
export type Services = {
  edge: string
  issuer: string
  mongodb: string
  postgres: string
  sqs: string
  /** Where deposits are kept; with `s3`, the address of the object store. */
  backend: StorageBackend
  s3: string | undefined
  /** Base of the storage, and the place of `tusd/` within it. */
  efs: string
  models: string
  timeScale: number
  queueUrl(logicalId: string): string | undefined
}

/** Two cores and a sample: more shards would only ring more bells. */
export const LOCAL_SHARDS = 8

/** Values of the variables by name. A function gets those that `serverless.yml` names for it, and no other. */
const valuesOf = (services: Services): Record<string, string> => ({
  MONGODB_URI: services.mongodb,
  MONGODB_DATABASE: DATABASE,
  POSTGRES_URL: services.postgres,
  SQS_ENDPOINT: services.sqs,
  UPLOAD_BACKEND: services.backend,
  S3_ENDPOINT: services.s3 ?? '',
  MODELS_ROOT: services.models,
  OIDC_ISSUER: services.issuer,
  OIDC_CLIENTS: CLIENT,
  OIDC_AUDIENCE: AUDIENCE,
  IDENTITY_PASSWD,
  IDENTITY_GROUP,
  CORS_ORIGINS: services.edge,
  PUBLIC_ORIGIN: '',
  PUBLIC_DIR_OWNER,
  LOCAL_TIME_SCALE: String(services.timeScale),
  SHARDS: String(LOCAL_SHARDS),
})

/** Variables that Lambda itself gives to every function. */
const fromTheRuntime = (): Record<string, string> => ({
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  ...DUMMY_CREDENTIALS,
  POWERTOOLS_LOG_LEVEL: process.env.LOG_LEVEL ?? 'WARN',
  POWERTOOLS_METRICS_DISABLED: 'true',
  TZ: 'UTC',
})

/** `overrides` wins over everything, for the names that the function has. */
export const environmentOf = (fn: FunctionDescription, services: Services, overrides: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const values = valuesOf(services)
  const environment = fromTheRuntime()
  for (const [name, described] of Object.entries(fn.environment)) {
    environment[name] =
      overrides[name] ??
      ('ref' in described
        ? queueUrlOf(described.ref, services)
        : name === 'STORAGE_ROOT'
          ? storageRoot(described.text, services)
          : (values[name] ?? described.text))
  }
  return environment
}

const queueUrlOf = (logicalId: string, services: Services): string => {
  const url = services.queueUrl(logicalId)
  if (url === undefined) throw new Error(`serverless.yml refers to ${logicalId}, which is not a queue`)
  return url
}

/** The access point of `upload` is `tusd/` itself; the others see the whole storage. */
const storageRoot = (described: string, services: Services): string => (described.endsWith('tusd') ? `${services.efs}/tusd` : services.efs)
