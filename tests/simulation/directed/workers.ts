/** Workers of a shard: what they read, in which order, what they fail on, and what they leave. */

import { POISON } from '../../spine/invented.ts'
import type { Directed } from '../director.ts'
import { rows, SIRENS } from '../scenario.ts'
import { importValue } from './late-passes.ts'
import { openMonth } from './months.ts'

const [A, B, C] = SIRENS

export const WORKER_SCHEDULES: readonly Directed[] = [
  {
    // the corrected SIREN is done by then: three old failures would set it aside
    name: 'three late workers record failures of a file that was withdrawn since',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', POISON.refine)
      const late = []
      for (const _ of [1, 2, 3]) {
        const worker = await director.receive('refine', '', { until: 'ledger.recordFailure' })
        director.giveUp(worker)
        late.push(worker)
      }
      await director.withdraw('p1')
      await director.drain()
      for (const worker of late) await director.goOn(worker)
    },
  },
  {
    name: 'a SIREN that was set aside fails again after a touch',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', POISON.refine)
      await director.drain()
      await importValue(director, 'p2', 2)
    },
  },
  {
    // C is in the perimeter of 2510 alone: no opening touches it, and a flux file owes no touch of those who hold it
    name: 'a slow producer touches for the batch of before a SIREN that the opening did not know',
    async play(director) {
      director.deposit({ deposit: 'f2510', batch: '2510', source: 'filter', rows: rows([A, C], () => 20) })
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'p1', batch: '2510', source: 'paydex', rows: rows([C], () => 1) })
      const slow = await director.receive('import', 'p1', { until: 'ledger.touch' })
      director.lose('import', 'p1')
      await importValue(director, 'p2', 2, '2512')
      await director.open('2512')
      await director.drain()
      await director.goOn(slow)
    },
  },
  {
    name: 'a worker has no time left after the first of two pages',
    sweeps: false,
    world: { settings: { pageSize: 1 } },
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A, B], () => 1) })
      await director.receive('import', 'p1')
      const worker = await director.receive('refine', '', { until: 'ledger.advance' })
      director.runOut(worker)
      await director.goOn(worker)
    },
  },
  {
    name: 'a shard is rung while its worker is on the way',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.receive('refine', '', { until: 'entities.putRaws' })
      await importValue(director, 'p2', 2)
      await director.drain()
    },
  },
  {
    // at the same seq: what the late one writes of its Features, the next stage reads
    name: 'another worker moves what was imported to RawData between the two reads of a late one',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      const late = await director.receive('refine', '', { until: ['entities.imported', 'entities.raws'], nth: 2 })
      director.giveUp(late)
      await director.receive('refine')
      await director.goOn(late)
    },
  },
  {
    name: 'a worker whose RawData is refused has read an import more than the one that wrote',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      const late = await director.receive('refine', '', { until: 'entities.putRaws' })
      director.giveUp(late)
      director.deposit({ deposit: 'p2', batch: '2511', source: 'paydex', rows: rows([A], () => 2) })
      const importing = await director.receive('import', 'p2', { until: 'ledger.touch' })
      const refused = await director.receive('refine', '', { until: 'entities.putRaws' })
      await director.goOn(late)
      await director.goOn(refused)
      await director.goOn(importing)
    },
  },
  {
    name: 'a producer stops between its documents and its touch',
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      const producer = await director.receive('import', 'p1', { until: ['ledger.touch', 'entities.putImported'], nth: 2 })
      await director.sweep()
      director.lose('import', 'p1')
      await director.drain()
      await director.goOn(producer)
    },
  },
  {
    name: 'a month is opened when a worker is about to read its page',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      const worker = await director.receive('refine', '', { until: 'ledger.page' })
      await importValue(director, 'p2', 2, '2512')
      await director.open('2512')
      await director.goOn(worker)
    },
  },
  {
    name: 'who closed a corrected file dies before the touches of those whom it leaves out',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 's2511b', batch: '2511', source: 'sirene', rows: rows([A], () => 7), completedAt: 5, replaces: ['s2511'] })
      director.kill(await director.receive('import', 's2511b', { until: 'entities.importedBelowRun' }))
    },
  },
]
