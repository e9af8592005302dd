import { POISON } from '../../spine/invented.ts'
import type { WorldOptions } from '../../spine/world.ts'
import type { Directed } from '../director.ts'
import { byCompte, debits, headcounts, mapping, rows, SIRENS } from '../scenario.ts'
import { openMonth } from './months.ts'

const [A, B, C] = SIRENS

/** Two documents of RawData weigh too much: those of the entreprise and of its établissement are taken one after the other. */
const world: WorldOptions = { large: { budget: 1.5, piece: 1 } }

export const LARGE_SCHEDULES: readonly Directed[] = [
  {
    name: 'a large SIREN that the rules cannot bear shares a page with another',
    world,
    // both are known already, so that both are large; A and C are of one shard
    async play(director) {
      await openMonth(director, '2511', [A, B, C])
      director.deposit(headcounts('2512', [A, B, C]), mapping('2512', [A, B, C]), {
        ...debits('2512', [A, B, C]),
        rows: byCompte([A, B, C], (siren) => (siren === A ? POISON.refine : 3)),
      })
    },
  },
  {
    name: 'a large SIREN loses its stock without any new document',
    world,
    async play(director) {
      await openMonth(director, '2510', [A, B])
      await openMonth(director, '2511', [A, B], { debtors: [A] })
      await director.flux('2511', 'debit')
    },
  },
  {
    name: 'the time of a worker runs out between two pieces of a large SIREN',
    world,
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.receive('import', 'p1')
      const hurried = await director.receive('refine', '', { until: 'large.raiseRawSeqOf' })
      director.runOut(hurried)
      await director.goOn(hurried)
    },
  },
  {
    name: 'a late worker keeps the survey of a large SIREN that has changed since, and dies',
    world,
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.receive('import', 'p1')
      const late = await director.receive('refine', '', { until: 'large.putSurvey' })
      director.giveUp(late)
      await director.drain()
      await director.goOn(late, { until: 'features.putFeatures' })
      director.kill(late)
      director.deposit({ deposit: 'p2', batch: '2511', source: 'paydex', rows: rows([A], () => 2) })
    },
  },
]
