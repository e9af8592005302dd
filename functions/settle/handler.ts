import { createLog } from '../../shared/adapters/log.ts'
import { smtpMailer } from '../../shared/adapters/mail.ts'
import { connectMongo } from '../../shared/adapters/mongo/connect.ts'
import { type Deposits, mongoDeposits } from '../../shared/adapters/mongo/deposits.ts'
import { sqsPostpone, sqsQueue } from '../../shared/adapters/sqs.ts'
import { openSettleStorage } from '../../shared/adapters/storage/backend.ts'
import { ownership } from '../../shared/adapters/storage/efs/ownership.ts'
import { readAccounts } from '../../shared/adapters/storage/identity-files.ts'
import { scannerOf } from '../../shared/adapters/storage/scanner.ts'
import { SettleMessage } from '../../shared/domain/messages.ts'
import { sqs } from '../../shared/runtime/sqs.ts'
import { settleConfig } from './config.ts'
import { noticeOf } from './notice.ts'
import { type SettleDeps, settleDeposit } from './settle.ts'

const config = settleConfig()
const log = createLog('settle')
const postpone = sqsPostpone(config)
const accounts = readAccounts(config.IDENTITY_PASSWD, config.IDENTITY_GROUP, config.STORAGE_PROFILE)
const queue = sqsQueue({ urls: { import: config.IMPORT_QUEUE_URL }, endpoint: config.SQS_ENDPOINT || undefined })

const mailer = config.SMTP_URL ? smtpMailer(config.SMTP_URL, config.MAIL_FROM) : undefined

let connection: Promise<Deposits> | undefined

/** One connection per container; one that failed is tried again by the next summary. */
const deposits = async (): Promise<Deposits> => {
  connection ??= connectMongo(config.MONGODB_URI).then(({ db }) => mongoDeposits(db))
  try {
    return await connection
  } catch (error) {
    connection = undefined
    throw error
  }
}

// Said once at start, and again for each deposit that it concerns (upload §2.5).
if (config.UPLOAD_BACKEND === 'posix' && !ownership(config.STORAGE_OWNERSHIP).enforced) log.warn('settle.owners-not-enforced')

const deps: SettleDeps = {
  storage: await openSettleStorage({
    backend: config.UPLOAD_BACKEND,
    root: config.STORAGE_ROOT,
    bucket: config.STORAGE_BUCKET,
    endpoint: config.S3_ENDPOINT,
    accounts,
    profile: config.STORAGE_PROFILE,
    publicOwner: config.PUBLIC_DIR_OWNER,
    ownership: config.STORAGE_OWNERSHIP,
    onIntended: (deposit) => log.warn('settle.owner-not-set', { deposit }),
  }),
  scan: scannerOf({ kind: config.SCANNER, clamd: config.CLAMD_ADDRESS, command: config.SCANNER_COMMAND, maxBytes: config.SCANNER_MAX_BYTES }),
  scanTooLarge: config.SCAN_TOO_LARGE,
  announce: (id) => queue.send('import', { v: 1, deposit: id }),
  writeSummary: async (summary) => (await deposits()).write(summary),
  notify: async (notice, record) => {
    if (record.email !== null) await mailer?.({ to: record.email, ...noticeOf(notice, record) })
  },
  now: () => new Date(),
  log,
}

/** Queue `settle`: from the last byte received to the announcement of the deposit to `import`. */
export const handler = sqs(SettleMessage, { log, postpone }, async ({ deposit }, { signal }) => settleDeposit(deps, deposit, signal))
