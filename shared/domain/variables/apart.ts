import type { Entry, EntryValue } from '../entity.ts'
import type { FeatureValue } from '../features.ts'
import { firstOfMonth, monthIndex } from '../month.ts'
import { documented } from './documentation-types.ts'
import { amountOf, type Columns, columnOf, type EntriesOfType, exactMonth, type Frame, intervalOf, write } from './frame.ts'

const BOTH = 'types apconso and apdemande present (2026: one of them)'

export const APART_VARIABLES = [
  ...documented('apart', [
    [
      'apart_heures_autorisees',
      'number',
      'hours',
      `${BOTH}, and a demande covers the month`,
      '-',
      'hta of the demande: the whole authorisation, not a monthly share (2026: sum over the demandes)',
    ],
    ['apart_heures_consommees', 'number', 'hours', `${BOTH}, and consos of known demandes in the month (2026: any conso)`, '-', 'sum of heure_consomme'],
    [
      'apart_heures_consommees_cumulees',
      'number',
      'hours',
      `${BOTH}, and a demande with consos covers the month`,
      '-',
      'running sum within the demande (2026: within uninterrupted covered months)',
    ],
    ['apart_motif_recours', 'integer', 'code 1..7', `${BOTH}, and consos of known demandes in the month`, '-', 'motif_recours_se of the demande'],
  ]),
  ...documented('cross', [
    [
      'ratio_apart',
      'number',
      'ratio',
      'the row has at least one apart_* variable',
      'no hours consumed, or effectif null or 0',
      'apart_heures_consommees / (effectif x 157.67)',
    ],
  ]),
]

/** Hours of a month of work, as the reference counts them. */
const HOURS = 157.67

type Month = { autorisees?: EntryValue | undefined; consommees?: number; cumulees?: number; motif?: EntryValue | undefined }
type Slot = { demande: Entry; start: number; end: number; consos: Entry[] }

/** Partial activity of the establishment. Gives the places that received something, which is where `ratio_apart` exists (refine §3.13, §5.2). */
export const writeApart = (columns: Columns, frame: Frame, consos: EntriesOfType, demandes: EntriesOfType): ReadonlySet<number> => {
  const is2026 = frame.rules.apart === '2026'
  const places = new Set<number>()
  if (is2026 ? consos === undefined && demandes === undefined : consos === undefined || demandes === undefined) return places
  const months = is2026 ? months2026(consos, demandes) : months2023(consos, demandes)
  for (const [index, month] of months) {
    const place = index - frame.first
    if (place < 0 || place >= frame.count) continue
    places.add(place)
    write(columns, frame, 'apart_heures_autorisees', place, scalar(month.autorisees))
    write(columns, frame, 'apart_heures_consommees', place, month.consommees)
    write(columns, frame, 'apart_heures_consommees_cumulees', place, month.cumulees)
    write(columns, frame, 'apart_motif_recours', place, scalar(month.motif))
  }
  return places
}

const scalar = (value: EntryValue | undefined): FeatureValue => (typeof value === 'object' && value !== null && !(value instanceof Date) ? undefined : value)

/** Demande and consos are matched on the first 9 characters of their identifier; the slot of a demande keeps the place of the first of its name. */
const months2023 = (consos: EntriesOfType, demandes: EntriesOfType): Map<number, Month> => {
  const months = new Map<number, Month>()
  const slots = new Map<string, Slot>()
  for (const demande of demandes?.values() ?? []) {
    const interval = intervalOf(demande)
    if (interval === undefined) continue
    const [start, end] = [monthIndex(interval.start), monthIndex(interval.end) + 1]
    const id = shortId(demande['id_demande'])
    const slot = slots.get(id)
    if (slot === undefined) slots.set(id, { demande, start, end, consos: [] })
    else Object.assign(slot, { demande, start, end })
    for (let month = start; month < end; month++) at(months, month).autorisees = demande['hta']
  }
  for (const conso of consos?.values() ?? []) slots.get(shortId(conso['id_conso']))?.consos.push(conso)
  for (const slot of slots.values()) {
    if (slot.consos.length > 0) consume(months, slot)
  }
  return months
}

/** Hours of the slot by month, then their running sum over its months, as the months stand at that moment: overlapping slots see each other in order. */
const consume = (months: Map<number, Month>, slot: Slot): void => {
  for (const conso of slot.consos) {
    const month = exactMonth(conso['periode'])
    if (month === undefined) continue
    const row = at(months, month)
    row.consommees = (row.consommees ?? 0) + amountOf(conso['heure_consomme'])
    row.motif = slot.demande['motif_recours_se']
  }
  let sum = 0
  for (let month = slot.start; month < slot.end; month++) {
    const row = at(months, month)
    sum += row.consommees ?? 0
    row.cumulees = sum
  }
}

/** All demandes and all consos count, linked or not; hours add up. The motive is that of the last demande of the document that covers the month. */
const months2026 = (consos: EntriesOfType, demandes: EntriesOfType): Map<number, Month> => {
  const months = new Map<number, Month>()
  const covered = new Set<number>()
  for (const demande of demandes?.values() ?? []) {
    const interval = intervalOf(demande)
    if (interval === undefined) continue
    for (let month = monthIndex(interval.start); month <= monthIndex(interval.end); month++) {
      const row = at(months, month)
      row.autorisees = amountOf(row.autorisees ?? 0) + amountOf(demande['hta'] ?? 0)
      row.motif = demande['motif_recours_se']
      covered.add(month)
    }
  }
  for (const conso of consos?.values() ?? []) {
    const month = exactMonth(conso['periode'])
    if (month === undefined) continue
    const row = at(months, month)
    row.consommees = (row.consommees ?? 0) + amountOf(conso['heure_consomme'] ?? 0)
  }
  let sum = 0
  let previous: number | undefined
  for (const month of [...covered].sort((a, b) => a - b)) {
    if (previous !== month - 1) sum = 0
    const row = at(months, month)
    sum += row.consommees ?? 0
    row.cumulees = sum
    previous = month
  }
  return months
}

const at = (months: Map<number, Month>, month: number): Month => {
  const known = months.get(month)
  if (known !== undefined) return known
  const created: Month = {}
  months.set(month, created)
  return created
}

const shortId = (id: EntryValue | undefined): string => String(id ?? '').slice(0, 9)

/** Part of the working time that was not worked, on the places given; null rather than an infinite part where there is no headcount (refine §3.14). */
export const writeRatioApart = (columns: Columns, frame: Frame, places: ReadonlySet<number>): void => {
  for (const place of places) {
    const hours = columns['apart_heures_consommees']?.[place]
    const headcount = columns['effectif']?.[place]
    const ratio = typeof hours === 'number' && typeof headcount === 'number' && headcount !== 0 ? hours / (headcount * HOURS) : null
    columnOf(columns, 'ratio_apart', frame.count)[place] = ratio
  }
}

/** Legal hours of a month, by which agents read hours as full-time equivalents (refine §5.2). */
const LEGAL_HOURS = 151.67

const MOTIFS: Readonly<Record<number, string>> = {
  1: 'Conjoncture économique',
  2: "Difficultés d'approvisionnement en matières premières ou en énergie",
  3: 'Sinistre ou intempéries de caractère exceptionnel',
  4: 'Transformation, restructuration ou modernisation des installations et des bâtiments',
  5: 'Autres circonstances exceptionnelles',
  6: 'Motif inconnu',
  7: 'Motif inconnu',
}

/** One month of partial activity as agents read it. `etp_*` are full-time equivalents; a consumption of 0 also means "not known yet". */
export type ActivitePartielle = { periode: Date; etp_autorise: number; etp_consomme: number; motif_recours: string | null }

/** Months where something was asked or consumed, ascending (refine §5.2). Consumptions and requests are not linked, null hours count 0. */
export const activitePartielle = (consos: EntriesOfType, demandes: EntriesOfType): ActivitePartielle[] => {
  const months = new Map<number, { autorise: number; consomme: number; motifs: Set<string> }>()
  const monthAt = (month: number) => {
    const known = months.get(month) ?? { autorise: 0, consomme: 0, motifs: new Set<string>() }
    months.set(month, known)
    return known
  }
  for (const demande of demandes?.values() ?? []) {
    const interval = intervalOf(demande)
    if (interval === undefined) continue
    const motif = demande['motif_recours_se']
    for (let month = monthIndex(interval.start); month <= monthIndex(interval.end); month++) {
      const row = monthAt(month)
      row.autorise += amountOf(demande['hta'] ?? 0)
      const label = typeof motif === 'number' ? MOTIFS[motif] : undefined
      if (label !== undefined) row.motifs.add(label)
    }
  }
  for (const conso of consos?.values() ?? []) {
    const periode = conso['periode']
    if (periode instanceof Date && !Number.isNaN(periode.getTime()))
      monthAt(monthIndex(firstOfMonth(periode))).consomme += amountOf(conso['heure_consomme'] ?? 0)
  }
  return [...months]
    .sort(([a], [b]) => a - b)
    .map(([month, { autorise, consomme, motifs }]) => ({
      periode: new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)),
      etp_autorise: autorise / LEGAL_HOURS,
      etp_consomme: consomme / LEGAL_HOURS,
      motif_recours: motifs.size === 0 ? null : [...motifs].sort().join('; '),
    }))
}
