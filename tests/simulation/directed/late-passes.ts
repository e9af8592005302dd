/** Passes that were given up before they wrote, and that wake when a later pass has been there. */
import type { Directed, Director } from '../director.ts'
import { headcounts, rows, SIRENS } from '../scenario.ts'
import { openMonth } from './months.ts'

const [A, B] = SIRENS

/** A flux file says `value` of A, and is imported. */
export const importValue = async (director: Director, deposit: string, value: number, batch = '2511'): Promise<void> => {
  director.deposit({ deposit, batch, source: 'paydex', rows: rows([A], () => value) })
  await director.receive('import', deposit)
}

/** The headcounts of the month are sent again: A is too small, and leaves the perimeter. */
const shrink = async (director: Director): Promise<void> => {
  const smaller = rows([A, B], (siren) => (siren === A ? 5 : 20))
  director.deposit({ deposit: 'h2511b', batch: '2511', source: 'effectif_ent', rows: smaller, completedAt: 5, replaces: ['h2511'] })
  await director.drain()
}

/** An explicit perimeter for a sub-batch of 2511. */
const filter = (deposit: string, sirens: readonly string[]) => ({ deposit, batch: '2511_01', source: 'filter', rows: rows(sirens, () => 20) })

export const LATE_PASSES: readonly Directed[] = [
  {
    name: 'a late refine writes its Features between the refine and the detect of a later pass',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      const late = await director.receive('refine', '', { until: 'features.putFeatures' })
      director.giveUp(late)
      await importValue(director, 'p2', 2)
      await director.receive('refine')
      await director.goOn(late)
    },
  },
  {
    name: 'a late publish writes its rows after those of a later pass',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      await director.receive('detect')
      const late = await director.receive('publish', 'shard', { until: 'postgres.publish' })
      director.giveUp(late)
      await importValue(director, 'p2', 2)
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    // what the late pass has read is dropped by the later one, which finds nothing to write
    name: 'a late refine writes to RawData what was withdrawn since, after a pass that wrote nothing there',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      const late = await director.receive('refine', '', { until: 'entities.putRaws' })
      director.giveUp(late)
      await director.withdraw('p1')
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    // a filter brings no document: the perimeter goes and comes back without any write to RawData
    name: 'a late refine writes Features of a perimeter that was withdrawn since, after a pass that found them up to date',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit(filter('f1', [B]))
      await director.rest()
      director.deposit(filter('f2', [A]))
      await director.receive('import', 'f2')
      const late = await director.receive('refine', '', { until: 'features.putFeatures' })
      director.giveUp(late)
      await director.withdraw('f2')
      await director.receive('import', 'f2')
      await director.receive('import', 'f1')
      await director.receive('refine')
      await director.goOn(late)
    },
  },
  {
    name: 'a late detect writes its score after that of a later pass',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      const late = await director.receive('detect', '', { until: 'scores.putScores' })
      director.giveUp(late)
      await importValue(director, 'p2', 2)
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    name: 'a late detect writes the score of what was withdrawn since, after a pass that found nothing to write',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      const late = await director.receive('detect', '', { until: 'scores.putScores' })
      director.giveUp(late)
      await director.withdraw('p1')
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    name: 'a late detect scores the list of before, once its SIREN is scored in the next one',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      const late = await director.receive('detect', '', { until: 'scores.putScores' })
      director.giveUp(late)
      await importValue(director, 'p2', 2, '2512')
      await director.open('2512')
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    name: 'a late detect scores the list of before, between the two writes of the next one',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      const late = await director.receive('detect', '', { until: 'scores.putScores' })
      director.giveUp(late)
      await importValue(director, 'p2', 2, '2512')
      await director.open('2512')
      await director.receive('refine')
      const next = await director.receive('detect', '', { until: ['scores.raiseScoresSeq', 'scores.putScores'], nth: 2 })
      await director.goOn(late)
      await director.goOn(next)
    },
  },
  {
    // B has nothing in that list whose seq could be raised
    name: 'a late detect adds to the list of before a SIREN that is scored in the next one',
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ ...headcounts('2511', [A, B]), deposit: 'h2511b', completedAt: 5, replaces: ['h2511'] })
      await director.receive('import', 'h2511b')
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([B], () => 1) })
      await director.receive('import', 'p1')
      await director.receive('refine')
      const late = await director.receive('detect', '', { until: 'scores.putScores' })
      director.giveUp(late)
      await importValue(director, 'p2', 2, '2512')
      await director.open('2512')
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    name: 'a late refine writes the Features of a SIREN that has left',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      await importValue(director, 'p1', 1)
      const late = await director.receive('refine', '', { until: 'features.putFeatures' })
      director.giveUp(late)
      await shrink(director)
      await director.goOn(late)
    },
  },
  {
    name: 'a late detect writes the score of a SIREN that has left',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      const late = await director.receive('detect', '', { until: 'scores.putScores' })
      director.giveUp(late)
      await shrink(director)
      await director.goOn(late)
    },
  },
  {
    name: 'a late publish shows a SIREN that has left',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      await importValue(director, 'p1', 1)
      await director.receive('refine')
      await director.receive('detect')
      const late = await director.receive('publish', 'shard', { until: 'postgres.publish' })
      director.giveUp(late)
      await shrink(director)
      await director.goOn(late)
    },
  },
]
