import type { Directed } from '../director.ts'
import { rows, SIRENS } from '../scenario.ts'
import { FINGERPRINT_SCHEDULES } from './fingerprints.ts'
import { LATE_PASSES } from './late-passes.ts'
import { LIST_SCHEDULES } from './lists.ts'
import { openMonth } from './months.ts'
import { WORKER_SCHEDULES } from './workers.ts'

const [A] = SIRENS

export const DERIVED_SCHEDULES: readonly Directed[] = [
  {
    name: 'two workers read the same seq, and different imports',
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.receive('import', 'p1')
      const slow = await director.receive('refine', '', { until: 'entities.putRaws' })
      director.deposit({ deposit: 'p2', batch: '2511', source: 'paydex', rows: rows([A], () => 2) })
      const importing = await director.receive('import', 'p2', { until: 'ledger.touch' })
      director.giveUp(slow)
      await director.receive('refine')
      await director.goOn(slow)
      await director.goOn(importing)
    },
  },
  ...LATE_PASSES,
  ...WORKER_SCHEDULES,
  ...FINGERPRINT_SCHEDULES,
  ...LIST_SCHEDULES,
]
