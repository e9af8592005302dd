import { randomBytes } from 'node:crypto'
import { createLog } from '../../shared/adapters/log.ts'
import { tokenVerifier } from '../../shared/adapters/oidc.ts'
import { sqsQueue } from '../../shared/adapters/sqs.ts'
import { openUploadStorage } from '../../shared/adapters/storage/backend.ts'
import { readAccounts } from '../../shared/adapters/storage/identity-files.ts'
import { uploadApp } from './app.ts'
import { uploadConfig } from './config.ts'
import { lambdaHandler } from './lambda.ts'

const config = uploadConfig()
const log = createLog('upload')
const accounts = readAccounts(config.IDENTITY_PASSWD, config.IDENTITY_GROUP, config.STORAGE_PROFILE)
const queue = sqsQueue({ urls: { settle: config.SETTLE_QUEUE_URL }, endpoint: config.SQS_ENDPOINT || undefined })

const app = uploadApp({
  verify: tokenVerifier({ issuer: config.OIDC_ISSUER, clients: config.OIDC_CLIENTS, audience: config.OIDC_AUDIENCE || undefined }),
  storage: await openUploadStorage(
    { backend: config.UPLOAD_BACKEND, root: config.STORAGE_ROOT, bucket: config.STORAGE_BUCKET, endpoint: config.S3_ENDPOINT },
    accounts,
    (deposit) => log.warn('upload.lock-lost', { deposit }),
  ),
  accounts,
  profile: config.STORAGE_PROFILE,
  ring: async (id) => {
    await queue.send('settle', { v: 1, deposit: id })
  },
  newId: () => randomBytes(16).toString('hex'),
  now: () => new Date(),
  log,
  limits: {
    maxBytes: config.UPLOAD_MAX_BYTES,
    maxChunkBytes: config.UPLOAD_MAX_CHUNK_BYTES,
    expireAfterHours: config.UPLOAD_EXPIRE_AFTER_HOURS,
    openCount: config.UPLOAD_QUOTA_OPEN_COUNT,
    openBytes: config.UPLOAD_QUOTA_OPEN_BYTES,
  },
  origins: config.CORS_ORIGINS,
  publicOrigin: config.PUBLIC_ORIGIN.replace(/\/$/, ''),
})

/** HTTP API: every method of `/files` and `/files/{id}`. */
export const handler = lambdaHandler(app)
