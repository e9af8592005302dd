import { addMonths } from '../../shared/domain/month.ts'
import type { Log } from '../../shared/ports.ts'

/** What maintenance does to the database. `users`: absent where no identity provider is configured. */
export type MaintenanceStore = {
  ensurePartitions(at: Date, monthsAhead: number): Promise<number>
  dropJournalBefore(before: Date): Promise<string[]>
  purgeExpiredSheets(before: Date): Promise<number>
  refreshUsers?: () => Promise<number>
}

export type MaintenanceSettings = { journalRetentionMonths: number; journalMonthsAhead: number; feuilletRetentionDays: number }

/** What one run did. `failed`: names of the steps that did not succeed. */
export type MaintenanceReport = { partitions: number; dropped: string[]; purged: number; users: number; failed: string[] }

const DAY_MS = 86_400_000

/** The daily work. Each step stands alone: one that fails is reported and does not keep the others from being done. */
export const maintain = async (store: MaintenanceStore, settings: MaintenanceSettings, at: Date, log: Log): Promise<MaintenanceReport> => {
  const report: MaintenanceReport = { partitions: 0, dropped: [], purged: 0, users: 0, failed: [] }
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      report.failed.push(name)
      log.error('maintenance.step-failed', error, { step: name })
    }
  }
  await step('partitions', async () => {
    report.partitions = await store.ensurePartitions(at, settings.journalMonthsAhead)
  })
  await step('retention', async () => {
    report.dropped = await store.dropJournalBefore(addMonths(at, -settings.journalRetentionMonths))
  })
  await step('purge', async () => {
    report.purged = await store.purgeExpiredSheets(new Date(at.getTime() - settings.feuilletRetentionDays * DAY_MS))
  })
  await step('users', async () => {
    report.users = (await store.refreshUsers?.()) ?? 0
  })
  log.info('maintenance.done', {
    partitions: report.partitions,
    dropped: report.dropped.length,
    purged: report.purged,
    users: report.users,
    failed: report.failed,
  })
  return report
}
