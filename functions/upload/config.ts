import * as z from 'zod'
import { integer, list, readConfig, withDefault } from '../../shared/runtime/config.ts'

const text = (value: string) => withDefault(z.string(), value)

/** Variables of the function. Sizes in bytes; the limits of a piece follow from API Gateway's (upload §3.1). */
export const uploadConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      UPLOAD_BACKEND: withDefault(z.enum(['posix', 's3']), 'posix'),
      STORAGE_ROOT: text(''),
      STORAGE_PROFILE: withDefault(z.enum(['seed', 'strict']), 'seed'),
      IDENTITY_PASSWD: z.string(),
      IDENTITY_GROUP: z.string(),
      OIDC_ISSUER: z.url(),
      OIDC_CLIENTS: withDefault(list, ''),
      OIDC_AUDIENCE: text(''),
      SETTLE_QUEUE_URL: z.string(),
      SQS_ENDPOINT: text(''),
      CORS_ORIGINS: withDefault(list, ''),
      PUBLIC_ORIGIN: withDefault(z.union([z.literal(''), z.url()]), ''),
      UPLOAD_MAX_BYTES: withDefault(integer(1), String(50 * 1024 ** 3)),
      UPLOAD_MAX_CHUNK_BYTES: withDefault(integer(1, 4_700_000), '4500000'),
      UPLOAD_EXPIRE_AFTER_HOURS: withDefault(integer(1), '168'),
      UPLOAD_QUOTA_OPEN_COUNT: withDefault(integer(1), '100'),
      UPLOAD_QUOTA_OPEN_BYTES: withDefault(integer(1), String(100 * 1024 ** 3)),
      STORAGE_BUCKET: text(''),
      S3_ENDPOINT: text(''),
    },
    environment,
  )
