import type { Directed } from '../director.ts'
import { debits, headcounts, mapping, registers, rows, SIRENS } from '../scenario.ts'
import { drainBut, openMonth } from './months.ts'

const [A, B] = SIRENS

export const OPENING_SCHEDULES: readonly Directed[] = [
  {
    name: 'a person opens a month while a worker that saw no current one is about to open a later one',
    // for the worker there is no list to wait for
    async play(director) {
      director.deposit(headcounts('2511', [A]), registers('2511', [A]))
      await director.drain()
      director.deposit(mapping('2512', [A]))
      await director.drain()
      director.deposit(debits('2512', [A]))
      const opening = await director.receive('import', 'd2512', { until: 'admin.settleOwed' })
      await director.goOn(opening, { until: 'admin.current' })
      await director.goOn(opening, { until: 'imports.all' })
      await director.open('2511')
      await director.goOn(opening)
    },
  },
  {
    name: 'a worker is about to open a month when a person opens a later one',
    async play(director) {
      director.deposit(registers('2512', [A]))
      await director.drain()
      director.deposit(headcounts('2511', [A]), mapping('2511', [A]), debits('2511', [A]))
      await director.receive('import', 'h2511')
      await director.receive('import', 'm2511')
      const opening = await director.receive('import', 'd2511', { until: 'admin.setCurrent' })
      await director.open('2512')
      await director.goOn(opening)
    },
  },
  {
    name: 'a perimeter names an enterprise that no file says anything of',
    async play(director) {
      director.deposit({ deposit: 'f2511', batch: '2511', source: 'filter', rows: rows([A, B], () => 20) })
      await director.drain()
      director.deposit(headcounts('2511', [A]), mapping('2511', [A]), debits('2511', [A]))
    },
  },
  {
    name: 'a person opens a month that is older than the current one',
    async play(director) {
      await openMonth(director, '2511', [A])
      await openMonth(director, '2512', [A])
      await director.open('2511')
    },
  },
  {
    name: 'a person opens a month while the list of the current one is computed',
    // it lacks a debit file, and so never opens by itself
    async play(director) {
      director.deposit(headcounts('2511', [A]), mapping('2511', [A]), debits('2511', [A]), registers('2512', [A]))
      await drainBut(director, 'list')
      await director.open('2512')
    },
  },
  {
    name: 'the command that opens a month makes its list after a later month was opened',
    async play(director) {
      director.deposit(headcounts('2511', [A]), mapping('2511', [A]), registers('2512', [A]))
      await director.drain()
      const opening = await director.open('2511', { until: 'lists.createList' })
      await director.open('2512')
      await director.goOn(opening)
    },
  },
  {
    name: 'a person opens a month while a worker opens an older one',
    async play(director) {
      director.deposit(registers('2511', [A]), headcounts('2511', [A]), mapping('2511', [A]), registers('2512', [A]))
      await director.drain()
      director.deposit(debits('2511', [A]))
      const opening = await director.receive('import', 'd2511', { until: 'admin.setCurrent' })
      const command = await director.open('2512', { until: 'admin.setCurrent' })
      await director.goOn(opening)
      await director.goOn(command)
    },
  },
]
