import { handle } from 'hono/aws-lambda'
import { createLog } from '../../shared/adapters/log.ts'
import { mongoAdmin } from '../../shared/adapters/mongo/admin.ts'
import { connectMongo } from '../../shared/adapters/mongo/connect.ts'
import { mongoDeposits } from '../../shared/adapters/mongo/deposits.ts'
import { mongoImports } from '../../shared/adapters/mongo/imports.ts'
import { tokenVerifier } from '../../shared/adapters/oidc.ts'
import { sqsQueue } from '../../shared/adapters/sqs.ts'
import { readAccounts } from '../../shared/adapters/storage/identity-files.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { type DepotsStore, depotsApp } from './app.ts'
import { depotsConfig } from './config.ts'

const config = depotsConfig()
const log = createLog('depots')
const queue = sqsQueue({ urls: { import: config.IMPORT_QUEUE_URL }, endpoint: config.SQS_ENDPOINT || undefined })

let connection: Promise<DepotsStore> | undefined

const open = async (): Promise<DepotsStore> => {
  const { db } = await connectMongo(config.MONGODB_URI)
  const deposits = mongoDeposits(db)
  await deposits.ensureIndexes()
  return { deposits, imports: mongoImports(db), admin: mongoAdmin(db) }
}

/** One connection per container; one that failed is tried again by the next request. */
const store = async (): Promise<DepotsStore> => {
  connection ??= open()
  try {
    return await connection
  } catch (error) {
    connection = undefined
    throw error
  }
}

/** HTTP API: the three routes under `/api/depots`. */
export const handler = handle(
  depotsApp({
    verify: tokenVerifier({ issuer: config.OIDC_ISSUER, clients: config.OIDC_CLIENTS, audience: config.OIDC_AUDIENCE || undefined }),
    accounts: readAccounts(config.IDENTITY_PASSWD, config.IDENTITY_GROUP, config.STORAGE_PROFILE),
    profile: config.STORAGE_PROFILE,
    store,
    sources: sourceFacts,
    ring: async (id) => {
      await queue.send('import', { v: 1, deposit: id })
    },
    log,
  }),
)
