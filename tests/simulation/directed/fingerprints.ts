/** What moves, or does not, of what Features are computed from. */
import type { Directed } from '../director.ts'
import { headcounts, rows, SIRENS } from '../scenario.ts'
import { importValue } from './late-passes.ts'
import { openMonth } from './months.ts'

const [A, B] = SIRENS

export const FINGERPRINT_SCHEDULES: readonly Directed[] = [
  {
    name: 'a value comes when there are Features',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
    },
  },
  {
    name: 'a value comes a second time',
    async play(director) {
      await openMonth(director, '2511', [A])
      await importValue(director, 'p1', 1)
      await director.drain()
      await importValue(director, 'p2', 1)
    },
  },
  {
    name: 'an explicit perimeter comes in two files, the second after the opening',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      for (const siren of [B, A]) {
        director.deposit({ deposit: `f${siren}`, batch: '2511_01', source: 'filter', rows: rows([siren], () => 20) })
        await director.rest()
      }
    },
  },
  {
    name: 'headcounts of a later month come after the opening, and are the same',
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ ...headcounts('2511', [A]), deposit: 'h2511b', completedAt: 5, lastMonth: '2510' })
    },
  },
]
