import { createLog } from '../../shared/adapters/log.ts'
import { connectPostgres, type Pool } from '../../shared/adapters/postgres/connect.ts'
import { dropJournalBefore, ensureJournalPartitions, purgeExpiredSheets } from '../../shared/adapters/postgres/maintenance.ts'
import { maintenanceConfig } from './config.ts'
import { maintain } from './core.ts'

const config = maintenanceConfig()
const log = createLog('maintenance')
let pool: Pool | undefined

/** Rung by a schedule, once a day. Fails when a step failed, so that the alarm on errors sees it. */
export const handler = async (): Promise<void> => {
  pool ??= connectPostgres(config.POSTGRES_URL, { max: 1, applicationName: 'maintenance' })
  const db = pool
  const report = await maintain(
    {
      ensurePartitions: (at, months) => ensureJournalPartitions(db, at, months),
      dropJournalBefore: (before) => dropJournalBefore(db, before),
      purgeExpiredSheets: (before) => purgeExpiredSheets(db, before),
    },
    {
      journalRetentionMonths: config.JOURNAL_RETENTION_MONTHS,
      journalMonthsAhead: config.JOURNAL_MONTHS_AHEAD,
      feuilletRetentionDays: config.FEUILLET_RETENTION_DAYS,
    },
    new Date(),
    log,
  )
  if (report.failed.length > 0) throw new Error(`steps that failed: ${report.failed.join(', ')}`)
}
