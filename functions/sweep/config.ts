import * as z from 'zod'
import { integer, list, readConfig, timeScale, withDefault } from '../../shared/runtime/config.ts'
import { MOST_SHARDS } from '../../shared/runtime/worker-variables.ts'

/** Variables of the function. `IDLE_SECONDS`: work that nobody touched for as long is rung again; `LOCAL_TIME_SCALE` shortens the delays of the local run. */
export const sweepConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      UPLOAD_BACKEND: withDefault(z.enum(['posix', 's3']), 'posix'),
      STORAGE_ROOT: withDefault(z.string(), ''),
      STORAGE_BUCKET: withDefault(z.string(), ''),
      S3_ENDPOINT: withDefault(z.string(), ''),
      IDENTITY_PASSWD: z.string(),
      IDENTITY_GROUP: z.string(),
      STORAGE_PROFILE: withDefault(z.enum(['seed', 'strict']), 'seed'),
      UPLOAD_EXPIRE_AFTER_HOURS: withDefault(integer(1), '168'),
      MONGODB_URI: z.string(),
      SETTLE_QUEUE_URL: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      REFINE_QUEUE_URL: z.string(),
      DETECT_QUEUE_URL: z.string(),
      PUBLISH_QUEUE_URL: z.string(),
      SQS_ENDPOINT: z.string().optional(),
      SHARDS: withDefault(integer(1, MOST_SHARDS), '64'),
      IDLE_SECONDS: withDefault(integer(1), '180'),
      LOCAL_TIME_SCALE: timeScale,
      REQUIRED_IN_BATCH: withDefault(list, 'debit,cotisation'),
      REQUIRED_EVER: withDefault(list, 'effectif_ent,effectif,sirene,sirene_ul'),
    },
    environment,
  )
