/** Publication of a list: by whom, when, and announced. */
import type { Directed } from '../director.ts'
import { monthFiles, rows, SIRENS } from '../scenario.ts'
import { importValue } from './late-passes.ts'
import { drainBut, openMonth } from './months.ts'

const [A, B] = SIRENS

export const LIST_SCHEDULES: readonly Directed[] = [
  {
    // B is in the perimeter and nowhere else: the Ledger does not know it yet, and nobody is in progress
    name: 'a forced opening stops between two touches, when those that it touched are done',
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'f2512', batch: '2512', source: 'filter', rows: rows([A, B], () => 20) })
      await director.drain()
      await importValue(director, 'p1', 1)
      const opening = await director.open('2512', { until: 'ledger.touch', nth: 2 })
      await director.receive('refine')
      await director.receive('detect')
      await director.receive('publish', 'shard')
      await director.receive('publish', 'list')
      await director.goOn(opening)
    },
  },
  {
    name: 'a late worker publishes the list of a month that is closed',
    async play(director) {
      director.deposit(...monthFiles('2511', [A]))
      await drainBut(director, 'list')
      const late = await director.receive('publish', 'list', { until: 'lists.markPublished' })
      director.giveUp(late)
      await director.drain()
      await openMonth(director, '2512', [A])
      await director.goOn(late)
    },
  },
  {
    name: 'a worker dies between the publication of a list and its announcement',
    async play(director) {
      director.deposit(...monthFiles('2511', [A]))
      await drainBut(director, 'list')
      director.crash(await director.receive('publish', 'list', { until: 'postgres.announce' }))
    },
  },
]
