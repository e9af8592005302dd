import { describe, expect, it } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { type MaintenanceStore, maintain } from './core.ts'

const settings = { journalRetentionMonths: 24, journalMonthsAhead: 3, feuilletRetentionDays: 30 }
const at = new Date('2026-03-31T05:00:00Z')

describe('maintain', () => {
  it('asks for the months to come, and removes what is past its retention', async () => {
    const asked: unknown[] = []
    const store: MaintenanceStore = {
      ensurePartitions: async (day, months) => {
        asked.push([day, months])
        return 4
      },
      dropJournalBefore: async (before) => {
        asked.push(before)
        return ['requete_202402']
      },
      purgeExpiredSheets: async (before) => {
        asked.push(before)
        return 2
      },
    }
    expect(await maintain(store, settings, at, silentLog)).toEqual({ partitions: 4, dropped: ['requete_202402'], purged: 2, users: 0, failed: [] })
    expect(asked).toEqual([[at, 3], new Date('2024-03-31T05:00:00Z'), new Date('2026-03-01T05:00:00Z')])
  })

  it('a step that fails is named and does not keep the others from being done', async () => {
    const store: MaintenanceStore = {
      ensurePartitions: () => Promise.reject(new Error('away')),
      dropJournalBefore: async () => [],
      purgeExpiredSheets: async () => 5,
      refreshUsers: () => Promise.reject(new Error('away')),
    }
    expect(await maintain(store, settings, at, silentLog)).toMatchObject({ purged: 5, failed: ['partitions', 'users'] })
  })
})
