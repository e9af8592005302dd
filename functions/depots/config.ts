import * as z from 'zod'
import { list, readConfig, withDefault } from '../../shared/runtime/config.ts'

const text = (value: string) => withDefault(z.string(), value)

/** Variables of the function. */
export const depotsConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      STORAGE_PROFILE: withDefault(z.enum(['seed', 'strict']), 'seed'),
      IDENTITY_PASSWD: z.string(),
      IDENTITY_GROUP: z.string(),
      OIDC_ISSUER: z.url(),
      OIDC_CLIENTS: withDefault(list, ''),
      OIDC_AUDIENCE: text(''),
      MONGODB_URI: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      SQS_ENDPOINT: text(''),
    },
    environment,
  )
