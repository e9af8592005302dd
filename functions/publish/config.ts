import * as z from 'zod'
import { integer, readConfig, withDefault } from '../../shared/runtime/config.ts'

/** Variables of the function. `PAGE_SIZE` counts SIRENs: a page shares one transaction. */
export const publishConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      MONGODB_URI: z.string(),
      POSTGRES_URL: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      REFINE_QUEUE_URL: z.string(),
      PUBLISH_QUEUE_URL: z.string(),
      SQS_ENDPOINT: z.string().optional(),
      SHARDS: withDefault(integer(1, 4096), '64'),
      PAGE_SIZE: withDefault(integer(1, 1000), '50'),
    },
    environment,
  )
