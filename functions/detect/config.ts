import * as z from 'zod'
import { integer, readConfig, withDefault } from '../../shared/runtime/config.ts'

/** Variables of the function. `MODELS_ROOT` holds the artefacts; `MODEL` is the active one, by the name of its file without extension. */
export const detectConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      MODELS_ROOT: z.string(),
      MODEL: z.string().optional(),
      MONGODB_URI: z.string(),
      MONGODB_DATABASE: z.string().optional(),
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
