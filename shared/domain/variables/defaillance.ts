import type { Entry } from '../entity.ts'
import { monthIndex } from '../month.ts'
import { documented } from './documentation-types.ts'
import { type Columns, columnOf, type EntriesOfType, type Frame, fill, isDate, periodeAt } from './frame.ts'
import { etatName, etatsAt, type ProcolEvent } from './procol-siren.ts'

export const DEFAILLANCE_VARIABLES = documented('defaillances', [
  [
    'etat_proc_collective',
    'string',
    '-',
    'always',
    '-',
    'last state known at the end of the month, in_bonis by default (2026: state of the SIREN on the first of the month)',
  ],
  ['date_proc_collective', 'date', 'day', 'an event happened (2026: a proceeding stands)', '-', 'date_effet of that event'],
  ['tag_failure', 'true', '-', 'an event other than in_bonis happened in the month or before', '-', 'only ever true'],
])

/** State after an event by the rule of 2023, nothing for an event that says nothing (refine §3.10). The two names of sauvegarde look swapped: they are kept. */
export const etat2023 = (action: unknown, stade: unknown): string | undefined => {
  if (action === 'liquidation' && stade !== 'abandon_procedure') return 'liquidation'
  if (stade === 'abandon_procedure' || stade === 'fin_procedure') return 'in_bonis'
  if (action === 'redressement') return stade === 'plan_continuation' ? 'continuation' : 'plan_redressement'
  if (action === 'sauvegarde') return stade === 'plan_continuation' ? 'sauvegarde' : 'plan_sauvegarde'
  return undefined
}

type Transition = { date: Date; etat: string }

const transitionsOf = (events: Iterable<{ action: unknown; stade: unknown; date: unknown }>): Transition[] => {
  const transitions: Transition[] = []
  for (const { action, stade, date } of events) {
    const etat = etat2023(action, stade)
    if (etat !== undefined && date instanceof Date && !Number.isNaN(date.getTime())) transitions.push({ date, etat })
  }
  return transitions.sort((a, b) => a.date.getTime() - b.date.getTime())
}

const eventOf = (entry: Entry) => ({ action: entry['action_procol'], stade: entry['stade_procol'], date: entry['date_effet'] })

/** Proceedings of the établissement (2023), or of its whole SIREN (2026, refine §5.3); the training tag always stays once set. */
export const writeDefaillances = (columns: Columns, frame: Frame, entries: EntriesOfType, siren: readonly ProcolEvent[]): void => {
  fill(columns, frame, 'etat_proc_collective', 'in_bonis')
  if (frame.rules.procols === '2026') {
    writeStanding(columns, frame, siren)
    writeFailures(columns, frame, transitionsOf(siren))
    return
  }
  const transitions = transitionsOf([...(entries?.values() ?? [])].map(eventOf))
  for (const { date, etat } of transitions) {
    const from = Math.max(0, monthIndex(date) - frame.first)
    if (from >= frame.count) continue
    columnOf(columns, 'etat_proc_collective', frame.count).fill(etat, from)
    columnOf(columns, 'date_proc_collective', frame.count).fill(date, from)
  }
  writeFailures(columns, frame, transitions)
}

const writeFailures = (columns: Columns, frame: Frame, transitions: readonly Transition[]): void => {
  const first = transitions.find(({ etat }) => etat !== 'in_bonis')
  if (first === undefined) return
  const from = Math.max(0, monthIndex(first.date) - frame.first)
  if (from < frame.count) columnOf(columns, 'tag_failure', frame.count).fill(true, from)
}

/** On the first of each month, so that a month never shows what happened later in it (T14). */
const writeStanding = (columns: Columns, frame: Frame, siren: readonly ProcolEvent[]): void => {
  const standing = etatsAt(
    siren,
    Array.from({ length: frame.count }, (_, place) => periodeAt(frame, place)),
  )
  for (const [place, event] of standing.entries()) {
    if (event === undefined || !isDate(event.date)) continue
    columnOf(columns, 'etat_proc_collective', frame.count)[place] = etatName(event)
    columnOf(columns, 'date_proc_collective', frame.count)[place] = event.date
  }
}
