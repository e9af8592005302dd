import type { Entry, EntryValue } from '../entity.ts'
import type { BatchWindow, FeatureValue } from '../features.ts'
import { addMonths, firstOfMonth, monthFromIndex, monthIndex } from '../month.ts'
import type { Rules } from './rules.ts'

/** The months of a computation: places 0 to `count` − 1, place 0 being the month number `first` (see `monthIndex`). */
export type Frame = {
  first: number
  count: number
  dateFin: Date
  /** Months from `dateFin` to `dateFinEffectif`, normally negative (refine §3.1). */
  offsetEffectif: number
  rules: Rules
}

/** `[from, to)`: both first days of months. */
export const frameOf = (window: BatchWindow, rules: Rules): Frame => {
  const first = monthIndex(window.dateDebut)
  const end = monthIndex(window.dateFin)
  return { first, count: Math.max(0, end - first), dateFin: window.dateFin, offsetEffectif: monthIndex(window.dateFinEffectif) - end, rules }
}

/** The month of a place, whose value is known at its end. */
export const periodeAt = (frame: Frame, place: number): Date => monthFromIndex(frame.first + place)

export const periodesOf = (frame: Frame): Date[] => Array.from({ length: frame.count }, (_, place) => periodeAt(frame, place))

/** Values by variable, one per place; `undefined` is absent. */
export type Columns = Record<string, FeatureValue[]>

/** The column of that name, made of absent values the first time. */
export const columnOf = (columns: Columns, name: string, count: number): FeatureValue[] => {
  const known = columns[name]
  if (known !== undefined) return known
  const created = new Array<FeatureValue>(count).fill(undefined)
  columns[name] = created
  return created
}

/** Writes at a place of the window; other places are thrown away. */
export const write = (columns: Columns, frame: Frame, name: string, place: number, value: FeatureValue): void => {
  if (place >= 0 && place < frame.count) columnOf(columns, name, frame.count)[place] = value
}

export const fill = (columns: Columns, frame: Frame, name: string, value: FeatureValue): void => {
  columns[name] = new Array<FeatureValue>(frame.count).fill(value)
}

/** Number of the month of an instant that is exactly the first of a month at midnight UTC; nothing for any other instant (refine §0.3). */
export const exactMonth = (value: EntryValue | undefined): number | undefined => {
  if (!(value instanceof Date)) return undefined
  const month = monthIndex(value)
  return monthFromIndex(month).getTime() === value.getTime() ? month : undefined
}

/** The month in which that instant falls. */
export const monthOf = (value: EntryValue | undefined): number | undefined => (isDate(value) ? monthIndex(value) : undefined)

export const isDate = (value: EntryValue | undefined): value is Date => value instanceof Date && !Number.isNaN(value.getTime())

/** Both ends of the field `periode` when it is an interval. */
export const intervalOf = (entry: Entry): { start: Date; end: Date } | undefined => {
  const periode = entry['periode']
  if (typeof periode !== 'object' || periode === null || periode instanceof Date || Array.isArray(periode)) return undefined
  const { start, end } = periode
  return isDate(start) && isDate(end) ? { start, end } : undefined
}

/** A number of an entry as sums take it: null counts 0, a missing one makes the sum NaN (refine §0.2, T19). */
export const amountOf = (value: EntryValue | undefined): number => (typeof value === 'number' ? value : value === null ? 0 : Number.NaN)

/** Not null, not absent, not 0, not NaN, not the empty string (refine §0.2). */
export const isTruthy = (value: EntryValue | undefined): boolean => Boolean(value)

/**
 * Month numbers that `series(start, end)` meets exactly, and the length of the whole series (refine §0.3): a start at the end of a month
 * drifts when months are shorter (T3), which only a walk can tell.
 */
export const exactSeries = (start: Date, end: Date): { months: number[]; length: number } => {
  const first = exactMonth(start)
  if (first !== undefined) {
    const last = monthIndex(end) + (end.getTime() > firstOfMonth(end).getTime() ? 1 : 0)
    const length = Math.max(0, last - first)
    return { months: Array.from({ length }, (_, i) => first + i), length }
  }
  const months: number[] = []
  let length = 0
  for (let at = start; at < end; at = addMonths(at, 1)) {
    length += 1
    const month = exactMonth(at)
    if (month !== undefined) months.push(month)
  }
  return { months, length }
}

/** Entries of a type in document order; empty when the type is absent. */
export type EntriesOfType = ReadonlyMap<string, Entry> | undefined

export const lastOf = (entries: EntriesOfType): Entry | undefined => {
  let last: Entry | undefined
  for (const entry of entries?.values() ?? []) last = entry
  return last
}
