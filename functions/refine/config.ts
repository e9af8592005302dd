import * as z from 'zod'
import { integer, readConfig, withDefault } from '../../shared/runtime/config.ts'

/**
 * Variables of the function. `RULES` are the rules of the variables (refine §5); `PAGE_SIZE` counts SIRENs; `PAGE_DOCUMENTS` bounds the memory: the
 * documents of RawData that are held at a time, one of ImportedData counting for a quarter.
 */
export const refineConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      MONGODB_URI: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      REFINE_QUEUE_URL: z.string(),
      DETECT_QUEUE_URL: z.string(),
      PUBLISH_QUEUE_URL: z.string(),
      SQS_ENDPOINT: z.string().optional(),
      SHARDS: withDefault(integer(1, 4096), '64'),
      PAGE_SIZE: withDefault(integer(1, 1000), '50'),
      PAGE_DOCUMENTS: withDefault(integer(50, 100_000), '500'),
      RULES: withDefault(z.enum(['default', '2023', '2026']), 'default'),
    },
    environment,
  )
