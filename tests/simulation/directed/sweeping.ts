import type { Directed } from '../director.ts'
import { byCompte, debits, headcounts, mapping, registers, rows, SIRENS } from '../scenario.ts'
import { drainBut, openMonth } from './months.ts'

const [A, B, C] = SIRENS

/** What a sweep alone can mend, since every message is lost or every process died. */
export const SWEEPING_SCHEDULES: readonly Directed[] = [
  {
    name: 'the command that declares a flux dies after its first write',
    // B holds a debt of 2510 that the whole delivery of 2511 took away; a partial one leaves it
    async play(director) {
      await openMonth(director, '2510', [A, B])
      await openMonth(director, '2511', [A, B], { debtors: [A] })
      director.kill(await director.flux('2511', 'debit', { until: 'admin.batches' }))
    },
  },
  {
    name: 'the command that declares a flux dies, and a later batch is to be judged again',
    // 2512 names one of the four of 2511, but one of the two of 2510
    async play(director) {
      await openMonth(director, '2510', [A, B])
      await openMonth(director, '2511', SIRENS.slice(0, 4))
      director.deposit(mapping('2512', [A]), debits('2512', [A]))
      await director.rest()
      director.kill(await director.flux('2511', 'debit', { until: 'admin.batches' }))
    },
  },
  {
    name: 'the command that declares a flux dies, and a stranger pays what it owed',
    // as above, but the import of another source finds the token before a sweep does
    async play(director) {
      await openMonth(director, '2510', [A, B])
      await openMonth(director, '2511', SIRENS.slice(0, 4))
      director.deposit(mapping('2512', [A]), debits('2512', [A]))
      await director.rest()
      director.kill(await director.flux('2511', 'debit', { until: 'admin.batches' }))
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.drain()
    },
  },
  {
    name: 'the bells of a shard are lost',
    async play(director) {
      await openMonth(director, '2511', [A])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.receive('import', 'p1')
      director.lose('refine')
    },
  },
  {
    name: 'the message of a withdrawal is lost',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.rest()
      await director.withdraw('p1')
      director.lose('import', 'p1')
    },
  },
  {
    name: 'the import of a second file dies once its file is closed',
    // the run was closed by the first file, which names too few; both together pass the guard
    async play(director) {
      await openMonth(director, '2511', [A, B, C])
      director.deposit(mapping('2512', [A, B, C]), debits('2512', [A]))
      await director.rest()
      director.deposit({ deposit: 'd2512b', batch: '2512', source: 'debit', rows: byCompte([B], () => 5), completedAt: 1 })
      const importing = await director.receive('import', 'd2512b', { until: 'imports.raise' })
      await director.goOn(importing, { until: 'admin.batches' })
      director.kill(importing)
    },
  },
  {
    name: 'the worker that takes a deposit back dies once the run is raised',
    // no deposit of the source is left, so that nobody else closes the run
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.rest()
      await director.withdraw('p1')
      const importing = await director.receive('import', 'p1', { until: 'admin.updateBatch' })
      await director.goOn(importing, { until: 'imports.find' })
      director.kill(importing)
    },
  },
  {
    name: 'the worker that takes a deposit back dies before its touches',
    async play(director) {
      await openMonth(director, '2511', [A, B])
      director.deposit({ deposit: 'p1', batch: '2511', source: 'paydex', rows: rows([A], () => 1) })
      await director.rest()
      await director.withdraw('p1')
      director.kill(await director.receive('import', 'p1', { until: 'entities.importedBelowRun' }))
    },
  },
  {
    name: 'the message of a confirmation is lost',
    async play(director) {
      await openMonth(director, '2511', [A, B, C])
      director.deposit(mapping('2512', [A, B, C]), debits('2512', [A]))
      await director.rest()
      await director.confirm('d2512')
      director.lose('import', 'd2512')
    },
  },
  {
    name: 'a worker marks a deposit as waiting after others have read it, and dies',
    async play(director) {
      director.deposit(headcounts('2511', [A]))
      await director.drain()
      director.deposit(debits('2511', [A]))
      const late = await director.receive('import', 'd2511', { until: 'imports.park' })
      director.giveUp(late)
      director.deposit(mapping('2511', [A]))
      await director.rest()
      await director.goOn(late, { until: 'admin.batches' })
      director.kill(late)
    },
  },
  {
    name: 'the command that opens a batch dies once the batch is current',
    // nothing is left to be read, and those of the lower batch keep the bell of the opening from being rung
    async play(director) {
      director.deposit(headcounts('2511', [A]), registers('2511', [A]))
      await director.rest()
      director.kill(await director.open('2511', { until: 'lists.createList' }))
    },
  },
  {
    name: 'the command that opens a batch dies before its touches',
    async play(director) {
      director.deposit(headcounts('2511', [A]), registers('2511', [A]))
      await director.rest()
      director.kill(await director.open('2511', { until: 'ledger.touch' }))
    },
  },
  {
    name: 'the bells of a complete list are lost',
    async play(director) {
      director.deposit(headcounts('2511', [A]), mapping('2511', [A]), debits('2511', [A]))
      await drainBut(director, 'list')
      director.lose('publish', 'list')
    },
  },
]
