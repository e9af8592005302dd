/** Evaluations that cross, verdicts that stand, holders of the guard, the perimeter and the months of headcounts that batches share. */
import type { InventedFile } from '../../spine/invented.ts'
import type { Directed } from '../director.ts'
import { byCompte, headcounts, mapping, rows, SIRENS } from '../scenario.ts'
import { drainBut, openMonth } from './months.ts'

const [A, B, C] = SIRENS

/** Debts by SIREN, which need no mapping: only verdicts and runs are in play. */
const debts = (deposit: string, sirens: readonly string[], fields: Partial<InventedFile> = {}): InventedFile => ({
  deposit,
  batch: deposit.slice(1, 5),
  source: 'debit',
  rows: rows(sirens, () => 5),
  ...fields,
})

export const VERDICT_SCHEDULES: readonly Directed[] = [
  {
    // for a moment, the files of 2511 name three holders and the one of 2512 is cut; who saw that wakes when the moment is over
    name: 'an evaluation that changes nothing comes between the look and the write of another one',
    async play(director) {
      director.deposit(headcounts('2511', [A, B, C]), debts('d2511', [A]))
      await director.rest()
      director.deposit(debts('d2512', [A]))
      await director.rest()
      director.deposit(debts('e2511', [B, C], { completedAt: 1 }))
      const late = await director.receive('import', 'e2511', { until: 'imports.results', nth: 3 })
      await director.goOn(late, { until: 'admin.updateBatch' })
      await director.withdraw('e2511')
      await director.drain()
      await director.goOn(late)
    },
  },
  {
    // the file that makes the stock whole closes while another one is judged
    name: 'two files of a month close, and the evaluation of the one reads Admin after that of the other',
    async play(director) {
      director.deposit(headcounts('2511', [A, B, C]), debts('d2511', [A, B, C]))
      await director.rest()
      director.deposit(debts('d2512', [A]))
      await director.rest()
      director.deposit(debts('e2512', [A], { completedAt: 1 }), debts('f2512', [B, C], { completedAt: 2 }))
      const late = await director.receive('import', 'e2512', { until: 'imports.raise' })
      await director.goOn(late, { until: 'admin.batches', nth: 2 })
      await director.receive('import', 'f2512')
      await director.goOn(late)
    },
  },
  {
    // without its verdict, 2511 would have no holders: the cut file of 2512 would pass, and its month open
    name: 'a month is imported again while the next one has a cut file',
    async play(director) {
      director.deposit(headcounts('2511', [A, B, C]), debts('d2511', [A, B, C]), debts('e2511', [A], { completedAt: 1 }), debts('d2512', [A]))
      await director.rest()
      await director.withdraw('e2511')
      await director.receive('import', 'e2511')
      await drainBut(director, '"deposit":"d2511"')
      await director.rest()
      if (director.world.data.current?.batch !== '2511') throw new Error('a cut file has opened its month')
    },
  },
  {
    // the perimeter is an explicit one, so that nothing is imported again and B is not touched otherwise
    name: 'a second headcount file moves the last month, and names one SIREN only',
    async play(director) {
      director.deposit(
        { deposit: 'f2511', batch: '2511', source: 'filter', rows: rows([A, B], () => 20) },
        { ...headcounts('2511', [A, B]), lastMonth: '2508' },
        debts('d2511', [A, B]),
      )
      await director.rest()
      director.deposit({ ...headcounts('2511', [A]), deposit: 'h2511b', lastMonth: '2509', completedAt: 5 })
    },
  },
  {
    // A holds no headcount, and its debts are those of a month that keeps its own perimeter
    name: 'a headcount file that comes after the opening leaves out a SIREN that holds no headcount',
    async play(director) {
      director.deposit({ deposit: 'f2510', batch: '2510', source: 'filter', rows: rows([A, B], () => 20) }, debts('d2510', [A, B]))
      await director.open('2510')
      await director.rest()
      director.deposit({ deposit: 'p2511', batch: '2511', source: 'paydex', rows: rows([B], () => 1) })
      await director.rest()
      await director.open('2511')
      await director.rest()
      director.deposit(headcounts('2511', [A, B], [B]))
    },
  },
  {
    // each month has another perimeter and another last month of headcounts
    name: 'a month without headcounts has the perimeter and the last month of the latest month that has them',
    async play(director) {
      director.deposit({ ...headcounts('2510', [A, B], [A]), lastMonth: '2507' }, debts('d2510', [A, B]))
      await director.rest()
      director.deposit({ ...headcounts('2511', [A, B], [B]), lastMonth: '2509' }, debts('d2511', [A, B]))
      await director.rest()
      director.deposit(debts('d2512', [A, B]))
    },
  },
  {
    // it waits again, and whom an older run had read in it are no holders any more
    name: 'a file that lost its mapping is followed by a month that names others',
    async play(director) {
      director.deposit(headcounts('2511', [A, B]), mapping('2511', [A, B]), debts('d2511', []))
      director.deposit(debts('e2511', [], { rows: byCompte([B], () => 5), completedAt: 1 }))
      await director.rest()
      await director.withdraw('m2511')
      await director.rest()
      director.deposit(debts('d2512', [A]))
    },
  },
  {
    // what an older run had read of it would pass the guard, and take everybody's debts away
    name: 'the only file of a month loses its mapping',
    async play(director) {
      director.deposit(headcounts('2511', [A, B]), debts('d2511', [A, B]))
      await director.rest()
      director.deposit(mapping('2512', [A, B]), debts('d2512', [], { rows: byCompte([A, B], () => 6) }))
      await director.rest()
      await director.withdraw('m2512')
    },
  },
  {
    // B and C are named by the file of 2511 and outside its perimeter: they are holders all the same
    name: 'a cut file follows one that names SIRENs outside the perimeter',
    async play(director) {
      director.deposit(headcounts('2511', [A, B, C], [A]), debts('d2511', [A, B, C]))
      await director.rest()
      director.deposit(debts('d2512', [A]))
    },
  },
  {
    // the file of 2512 keeps one of the four of 2510, and the only one of 2511
    name: 'a cut file is confirmed when the next month waits for its confirmation too',
    async play(director) {
      await openMonth(director, '2510', SIRENS.slice(0, 4))
      director.deposit(debts('d2511', [A]), debts('d2512', [A]))
      await director.rest()
      await director.confirm('d2511')
    },
  },
]
