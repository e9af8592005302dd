/** Which deposits are read, under which run: registration, parking, withdrawals, ranges, what a closed run takes back. */
import type { InventedFile } from '../../spine/invented.ts'
import type { Directed } from '../director.ts'
import { byCompte, compteOf, headcounts, mapping, rows, SIRENS } from '../scenario.ts'
import { openMonth } from './months.ts'

const [A, B] = SIRENS

const correction: InventedFile = {
  deposit: 'm2511b',
  batch: '2511',
  source: 'admin_urssaf',
  rows: [{ compte: compteOf(B), siren: A, value: 1 }],
  completedAt: 5,
}

/** Debts by SIREN, which need no mapping. */
const extra = (fields: Partial<InventedFile> = {}): InventedFile => ({
  deposit: 'extra',
  batch: '2511',
  source: 'debit',
  rows: rows([A, B], () => 50),
  completedAt: 6,
  ...fields,
})

export const INPUT_SCHEDULES: readonly Directed[] = [
  {
    // nobody is rung for a deposit that is not registered: it has to see the raised run by itself
    name: 'a mapping is corrected before a deposit registers',
    sweeps: false,
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit(extra())
      const late = await director.receive('import', 'extra', { until: 'imports.register' })
      director.deposit(correction)
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    // the run that it reads under is the one that took it back
    name: 'a deposit is withdrawn between the look at what counts and the look at the run',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit(extra())
      const late = await director.receive('import', 'extra', { until: 'imports.ofBatch' })
      await director.goOn(late, { until: 'admin.batch' })
      await director.withdraw('extra')
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    // the perimeter comes between the look and the parking: the mark names a run that is no longer, and would hold the new one open
    name: 'a deposit is parked late, under a run that was raised since',
    sweeps: false,
    async play(director) {
      director.deposit({ deposit: 'waits', batch: '2511', source: 'debit', rows: byCompte([A], () => 5) })
      const late = await director.receive('import', 'waits', { until: 'imports.park' })
      director.deposit(headcounts('2511', [A, B]))
      await director.drain()
      await director.goOn(late)
      director.deposit(extra())
    },
  },
  {
    // a flux source has no holders to touch
    name: 'a flux file is withdrawn',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.rest()
      await director.withdraw('p1')
    },
  },
  {
    // a pass that read Admin before the closing carries what was withdrawn from the one to the other
    name: 'a flux file is withdrawn while what it said goes from ImportedData to RawData',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.receive('import', 'p1')
      const carrying = await director.receive('refine', '', { until: 'entities.putRaws' })
      await director.withdraw('p1')
      const closing = await director.receive('import', 'p1', { until: 'entities.importedBelowRun' })
      await director.goOn(carrying)
      await director.goOn(closing)
    },
  },
  {
    // the touches of the second change are only owed: whoever made the change is dead
    name: 'two withdrawals, and who pays for the first ends after the second is decided',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      for (const [deposit, siren] of [
        ['p1', A],
        ['p2', B],
      ] as const)
        director.deposit({ deposit, batch: '2511', source: 'paydex', rows: rows([siren], () => 1) })
      await director.rest()
      await director.withdraw('p1')
      await director.receive('import', 'p1')
      const first = await director.receive('import', 'p2', { until: 'admin.settleOwed' })
      await director.drain()
      await director.withdraw('p2')
      director.crash(await director.receive('import', 'p2', { until: 'entities.importedBelowRun' }))
      await director.goOn(first)
    },
  },
  {
    // its ranges are still in the queue when it is withdrawn
    name: 'the ranges of a withdrawn deposit are received after the run that takes it back',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit(extra({ cut: 1 }))
      await director.receive('import', 'extra')
      await director.withdraw('extra')
      await director.receive('import', '"deposit":"extra"}')
    },
  },
  {
    // its message comes back: what is read is read, and only the closing is left
    name: 'a worker dies between the result of a range and the closing of its file',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit(extra({ cut: 1 }))
      await director.receive('import', 'extra')
      director.crash(await director.receive('import', '"range":1', { until: 'imports.putResult' }))
      const dying = await director.receive('import', '"range":0', { until: 'imports.putResult' })
      await director.goOn(dying, { until: 'queue.send' })
      director.crash(dying)
    },
  },
  {
    // nothing is new: nothing is to be imported again
    name: 'the mapping and the headcounts of a month are sent again under other names',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit(
        { ...mapping('2511', [A, B]), deposit: 'm2511again', completedAt: 7 },
        { ...headcounts('2511', [A, B]), deposit: 'h2511again', completedAt: 8 },
      )
    },
  },
  {
    // with its closing lowered, the file would hold nobody for the guard of the next month
    name: 'a worker closes a file under a run that was raised since',
    sweeps: false,
    async play(director) {
      director.deposit(headcounts('2511', [A, B]), extra(), extra({ deposit: 'small', rows: rows([A], () => 60) }))
      await director.receive('import', 'h2511')
      const late = await director.receive('import', 'extra', { until: 'imports.raise' })
      await director.drain()
      await director.withdraw('small')
      await director.drain()
      await director.goOn(late)
      await director.drain()
      director.deposit({ deposit: 'd2512', batch: '2512', source: 'debit', rows: [] })
    },
  },
]
