import type { Entry } from '../entity.ts'
import { addMonths, formatMonth } from '../month.ts'
import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, isDate, periodeAt } from './frame.ts'

export const PROCOL_VARIABLES = documented(
  'platform_entreprise',
  [
    [
      'procol_etat',
      'string',
      '-',
      'always',
      '-',
      'state of the SIREN on the last day of the month, ends and abandonments included: in_bonis, sauvegarde, plan_sauvegarde, redressement, plan_continuation, liquidation',
    ],
    [
      'procol_ouvertures',
      'object',
      'months',
      'always',
      '-',
      'by action (liquidation, redressement, sauvegarde), the months of the events of stade ouverture, in order; not one value per month',
    ],
  ],
  { addition: true },
)

/** From the least to the most serious. */
export const ACTIONS = ['sauvegarde', 'redressement', 'liquidation'] as const
export type Action = (typeof ACTIONS)[number]

/** One step of a proceeding, of the SIREN: the same step told by several établissements is one event. */
export type ProcolEvent = { action: Action; stade: string; date: Date }

/** Stages after which the proceeding no longer stands (refine §5.3 step 2; abandonment is treated as an end too). */
const CLOSING: readonly string[] = ['fin_procedure', 'inclusion_autre_procedure', 'abandon_procedure']

/** A plan ends by itself after ten years, without any event. */
const PLAN_MONTHS = 120

const isAction = (value: unknown): value is Action => ACTIONS.some((action) => action === value)

/** Adds the events of an établissement to those of its SIREN, by content: only distinct events are held, however many établissements tell them. */
export const collectProcols = (events: Map<string, ProcolEvent>, entries: EntriesOfType): void => {
  for (const entry of entries?.values() ?? []) {
    const event = eventOf(entry)
    if (event !== undefined) events.set(procolKey(event), event)
  }
}

/** The same step told by another établissement has the same key. */
export const procolKey = ({ date, action, stade }: ProcolEvent): string => `${date.getTime()}|${action}|${stade}`

/** `solde_procedure` is an administrative closing whose date differs between établissements: it says nothing of the proceeding. */
const eventOf = (entry: Entry): ProcolEvent | undefined => {
  const { action_procol: action, stade_procol: stade, date_effet: date } = entry
  if (!isAction(action) || typeof stade !== 'string' || stade === 'solde_procedure' || !isDate(date)) return undefined
  return { action, stade, date }
}

/** By date; on the same day the closing step comes last, so that it decides; then by name, for one order whatever came first. */
export const inOrder = (events: Iterable<ProcolEvent>): ProcolEvent[] =>
  [...events].sort(
    (a, b) =>
      a.date.getTime() - b.date.getTime() ||
      Number(CLOSING.includes(a.stade)) - Number(CLOSING.includes(b.stade)) ||
      (`${a.action}|${a.stade}` < `${b.action}|${b.stade}` ? -1 : 1),
  )

/**
 * The event that decides the state of the SIREN at each date: of the proceedings that stand, the last step of the gravest; nothing when in
 * bonis (refine §5.3). `events` as `inOrder` gives them, `dates` ascending.
 */
export const etatsAt = (events: readonly ProcolEvent[], dates: readonly Date[]): (ProcolEvent | undefined)[] => {
  const last = new Map<Action, ProcolEvent>()
  let known = 0
  return dates.map((date) => {
    for (let event = events[known]; event !== undefined && event.date.getTime() <= date.getTime(); event = events[++known]) last.set(event.action, event)
    let gravest: ProcolEvent | undefined
    for (const action of ACTIONS) {
      const event = last.get(action)
      if (event !== undefined && stands(event, date)) gravest = event
    }
    return gravest
  })
}

const stands = (event: ProcolEvent, date: Date): boolean => {
  if (CLOSING.includes(event.stade)) return false
  return event.stade !== 'plan_continuation' || addMonths(event.date, PLAN_MONTHS).getTime() > date.getTime()
}

/** The six states of a SIREN. */
export const etatName = (event: ProcolEvent | undefined): string => {
  if (event === undefined) return 'in_bonis'
  const isPlan = event.stade === 'plan_continuation'
  if (event.action === 'redressement') return isPlan ? 'plan_continuation' : 'redressement'
  if (event.action === 'sauvegarde') return isPlan ? 'plan_sauvegarde' : 'sauvegarde'
  return 'liquidation'
}

/** The state as agents read it (refine §5.3 step 3). */
export const etatLabel = (event: ProcolEvent | undefined): string => LABELS[etatName(event)] ?? 'In bonis'

const LABELS: Readonly<Record<string, string>> = {
  liquidation: 'Liquidation judiciaire',
  plan_continuation: 'Plan de redressement',
  redressement: 'Redressement judiciaire',
  plan_sauvegarde: 'Plan de sauvegarde',
  sauvegarde: 'Sauvegarde',
}

/** States on the last day of each month, for labels and strong signals (refine §3.20). */
export const writeProcolEtat = (columns: Columns, frame: Frame, events: readonly ProcolEvent[]): void => {
  const ends = Array.from({ length: frame.count }, (_, place) => new Date(periodeAt(frame, place + 1).getTime() - 1))
  columns['procol_etat'] = etatsAt(events, ends).map(etatName)
}

/** Months of the openings by action, `AAAA-MM`, each once, in order. */
export const ouverturesOf = (events: readonly ProcolEvent[]): Record<Action, string[]> => {
  const months = (action: Action): string[] => [
    ...new Set(events.filter((event) => event.action === action && event.stade === 'ouverture').map((event) => formatMonth(event.date))),
  ]
  return { liquidation: months('liquidation'), redressement: months('redressement'), sauvegarde: months('sauvegarde') }
}
