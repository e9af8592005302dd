import * as z from 'zod'
import { integer, readConfig, timeScale, withDefault } from '../../shared/runtime/config.ts'

const text = (value: string) => withDefault(z.string(), value)

/** Variables of the function. `SCANNER` is `none`, `clamd` (with `CLAMD_ADDRESS`) or `command` (with `SCANNER_COMMAND`). */
export const settleConfig = (environment?: Readonly<Record<string, string | undefined>>) =>
  readConfig(
    {
      UPLOAD_BACKEND: withDefault(z.enum(['posix', 's3']), 'posix'),
      STORAGE_ROOT: text(''),
      STORAGE_PROFILE: withDefault(z.enum(['seed', 'strict']), 'seed'),
      STORAGE_OWNERSHIP: withDefault(z.enum(['auto', 'root']), 'auto'),
      PUBLIC_DIR_OWNER: text('goup'),
      IDENTITY_PASSWD: z.string(),
      IDENTITY_GROUP: z.string(),
      MONGODB_URI: z.string(),
      IMPORT_QUEUE_URL: z.string(),
      SQS_ENDPOINT: text(''),
      LOCAL_TIME_SCALE: timeScale,
      SCANNER: withDefault(z.enum(['none', 'clamd', 'command']), 'none'),
      CLAMD_ADDRESS: text(''),
      SCANNER_COMMAND: text(''),
      SCANNER_MAX_BYTES: integer(1).optional(),
      SCAN_TOO_LARGE: withDefault(z.enum(['announce', 'block']), 'announce'),
      SMTP_URL: text(''),
      MAIL_FROM: text('ne-pas-repondre@localhost'),
      STORAGE_BUCKET: text(''),
      S3_ENDPOINT: text(''),
    },
    environment,
  )
