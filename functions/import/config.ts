import * as z from 'zod'
import { integer, list, readConfig, timeScale, withDefault } from '../../shared/runtime/config.ts'
import { MOST_SHARDS } from '../../shared/runtime/worker-variables.ts'

/** Variables of the function. `RANGE_CUT_BYTES` is the length of a range, `WORK_QUOTA_BYTES` the room of the copies under `work/`; the sources required are those of the opening of a batch (architecture §4). */
export const importConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      UPLOAD_BACKEND: withDefault(z.enum(['posix', 's3']), 'posix'),
      STORAGE_ROOT: withDefault(z.string(), ''),
      STORAGE_BUCKET: withDefault(z.string(), ''),
      S3_ENDPOINT: withDefault(z.string(), ''),
      MONGODB_URI: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      REFINE_QUEUE_URL: z.string(),
      PUBLISH_QUEUE_URL: z.string().optional(),
      SQS_ENDPOINT: z.string().optional(),
      LOCAL_TIME_SCALE: timeScale,
      SHARDS: withDefault(integer(1, MOST_SHARDS), '64'),
      RANGE_CUT_BYTES: withDefault(integer(1), '67108864'),
      WORK_QUOTA_BYTES: withDefault(integer(1), String(100 * 1024 ** 3)),
      REQUIRED_IN_BATCH: withDefault(list, 'debit,cotisation'),
      REQUIRED_EVER: withDefault(list, 'effectif_ent,effectif,sirene,sirene_ul'),
    },
    environment,
  )
