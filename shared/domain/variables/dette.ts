import type { Entry } from '../entity.ts'
import { monthIndex } from '../month.ts'
import { documented } from './documentation-types.ts'
import { amountOf, type Columns, columnOf, type EntriesOfType, exactSeries, type Frame, fill, intervalOf, isDate } from './frame.ts'

const LAGS = [1, 2, 3, 6, 12] as const
const BOTH = 'types cotisation and debit present (2026: one of them)'

export const DETTE_VARIABLES = documented('cotisationsdettes', [
  ['cotisation', 'number', '€/month', `${BOTH}, and something due that month`, '-', 'sum of the monthly shares of du'],
  ['montant_part_ouvriere', 'number', '€', BOTH, '-', 'open debts, employee share'],
  ['montant_part_patronale', 'number', '€', BOTH, '-', 'open debts, employer share'],
  ['montant_part_ouvriere_past_N', 'number', '€', 'the month N months before is in the window', '-', 'montant_part_ouvriere N months before', LAGS],
  ['montant_part_patronale_past_N', 'number', '€', 'the month N months before is in the window', '-', 'montant_part_patronale N months before', LAGS],
  [
    'interessante_urssaf',
    'boolean',
    '-',
    'always',
    '-',
    'false when a debt above 0 exists at the month or in the 5 months before, inside the window; else true',
  ],
])

/** Contributions, debts and their past (refine §3.7). Gives false, and writes the default only, when a type that it needs is missing. */
export const writeDettes = (columns: Columns, frame: Frame, cotisations: EntriesOfType, debits: EntriesOfType): boolean => {
  fill(columns, frame, 'interessante_urssaf', true)
  const runs = frame.rules.dettes === '2026' ? cotisations !== undefined || debits !== undefined : cotisations !== undefined && debits !== undefined
  if (!runs) return false
  const due = monthlyCotisations(cotisations, frame)
  if (due.some((value) => value !== undefined)) columns['cotisation'] = due
  const { ouvriere, patronale } = openDebts(debits, frame)
  columns['montant_part_ouvriere'] = ouvriere
  columns['montant_part_patronale'] = patronale
  for (const lag of LAGS) {
    if (lag >= frame.count) continue
    columns[`montant_part_ouvriere_past_${lag}`] = shifted(ouvriere, lag)
    columns[`montant_part_patronale_past_${lag}`] = shifted(patronale, lag)
  }
  const interesting = columnOf(columns, 'interessante_urssaf', frame.count)
  for (let place = 0; place < frame.count; place++) {
    if ((ouvriere[place] ?? 0) + (patronale[place] ?? 0) > 0) interesting.fill(false, place, Math.min(frame.count, place + 6))
  }
  return true
}

const shifted = (values: readonly number[], lag: number): (number | undefined)[] => values.map((_, place) => (place < lag ? undefined : values[place - lag]))

/** Each month of a contribution receives an equal share of what is due, divided by its whole length; absent where nothing was received. */
export const monthlyCotisations = (entries: EntriesOfType, frame: Frame): (number | undefined)[] => {
  const due = new Array<number | undefined>(frame.count).fill(undefined)
  for (const entry of entries?.values() ?? []) {
    const interval = intervalOf(entry)
    if (interval === undefined) continue
    const { months, length } = exactSeries(interval.start, interval.end)
    const share = amountOf(entry['du']) / length
    for (const month of months) {
      const place = month - frame.first
      if (place >= 0 && place < frame.count) due[place] = (due[place] ?? 0) + share
    }
  }
  return due
}

/** Accounting month of a date: its own until the 20th, else the next one (refine §3.7 `acc`, §5.1). */
export const accountingMonth = (date: Date): number => monthIndex(date) + (date.getUTCDate() <= 20 ? 0 : 1)

type OpenEntry = { entry: Entry; from: number; to: number }

/** Amounts of the debts open at each month, by share; 0 when none (refine §3.7, or §5.1 under the rule of 2026). */
export const openDebts = (entries: EntriesOfType, frame: Frame): { ouvriere: number[]; patronale: number[] } => {
  const ouvriere = new Array<number>(frame.count).fill(0)
  const patronale = new Array<number>(frame.count).fill(0)
  if (entries === undefined) return { ouvriere, patronale }
  for (const { entry, from, to } of frame.rules.debits === '2026' ? openByAccountingMonth(entries, frame) : openByHistory(entries, frame)) {
    const [employee, employer] = [amountOf(entry['part_ouvriere']), amountOf(entry['part_patronale'])]
    const last = Math.min(frame.count, to - frame.first)
    for (let place = Math.max(0, from - frame.first); place < last; place++) {
      ouvriere[place] = (ouvriere[place] ?? 0) + employee
      patronale[place] = (patronale[place] ?? 0) + employer
    }
  }
  return { ouvriere, patronale }
}

/** 2023: an entry is open until the accounting month of the next one of its history, the last until that of the end of the window. In document order. */
const openByHistory = (entries: NonNullable<EntriesOfType>, frame: Frame): OpenEntry[] => {
  const until = new Map<Entry, number>()
  const end = accountingMonth(frame.dateFin)
  for (const group of groupsOf(entries)) {
    group.sort((a, b) => historyOf(a) - historyOf(b))
    for (const [i, entry] of group.entries()) {
      const successor = group[i + 1] ?? namedSuccessor(entry, entries)
      until.set(entry, isDate(successor?.['date_traitement']) ? accountingMonth(successor['date_traitement']) : end)
    }
  }
  const open: OpenEntry[] = []
  for (const entry of entries.values()) {
    const treated = entry['date_traitement']
    if (isDate(treated)) open.push({ entry, from: accountingMonth(treated), to: until.get(entry) ?? end })
  }
  return open
}

/** 2026: at each month the entry of the latest accounting month, of those the highest in the history. Accounts stay apart (refine §5.1). */
const openByAccountingMonth = (entries: NonNullable<EntriesOfType>, frame: Frame): OpenEntry[] => {
  const open: OpenEntry[] = []
  for (const group of groupsOf(entries)) {
    const dated = group.flatMap((entry) => (isDate(entry['date_traitement']) ? [{ entry, from: accountingMonth(entry['date_traitement']) }] : []))
    dated.sort((a, b) => a.from - b.from || historyOf(a.entry) - historyOf(b.entry))
    for (const [i, { entry, from }] of dated.entries()) open.push({ entry, from, to: dated[i + 1]?.from ?? frame.first + frame.count })
  }
  return open
}

/** Entries of one debt: same period, écart and account. */
const groupsOf = (entries: NonNullable<EntriesOfType>): Entry[][] => {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries.values()) {
    const interval = intervalOf(entry)
    const key = `${interval?.start.getTime()}|${interval?.end.getTime()}|${String(entry['numero_ecart_negatif'])}|${String(entry['numero_compte'])}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  return [...groups.values()]
}

const historyOf = (entry: Entry): number => {
  const history = entry['numero_historique']
  return typeof history === 'number' ? history : 0
}

/** Old documents may name the next entry by its hash. */
const namedSuccessor = (entry: Entry, entries: NonNullable<EntriesOfType>): Entry | undefined => {
  const hash = entry['debit_suivant']
  return typeof hash === 'string' && hash !== '' ? entries.get(hash) : undefined
}
