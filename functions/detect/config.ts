import * as z from 'zod'
import { integer, readConfig, withDefault } from '../../shared/runtime/config.ts'

/** Variables of the function. `MODELS_ROOT` holds the artefacts and the pointer to the active one. */
export const detectConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      MODELS_ROOT: z.string(),
      MONGODB_URI: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      REFINE_QUEUE_URL: z.string(),
      DETECT_QUEUE_URL: z.string(),
      PUBLISH_QUEUE_URL: z.string(),
      SQS_ENDPOINT: z.string().optional(),
      SHARDS: withDefault(integer(1, 4096), '64'),
      PAGE_SIZE: withDefault(integer(1, 1000), '50'),
    },
    environment,
  )
