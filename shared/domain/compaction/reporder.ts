import { hash } from 'node:crypto'
import type { Entries, RawBatch, RawValue } from '../entity.ts'
import { formatDay, monthSeries } from '../month.ts'
import { addedIn, batchKeys, REPORDER } from './state.ts'

/**
 * A stable draw in [0, 1[ for one établissement and month: the first 52 bits of SHA-256 of `siret|AAAA-MM-JJ` (refine §2.6).
 * It needs no state, so that a recomputation draws the same.
 */
export const randomOrder = (siret: string, day: string): number => Number.parseInt(hash('sha256', `${siret}|${day}`, 'hex').slice(0, 13), 16) / 2 ** 52

/**
 * Exactly one `reporder` entry per month of the window of the last batch of the document: the first one met stays as it is,
 * missing ones are drawn, others go. Entries that we drew (their key is the day of their month) stand in the last batch,
 * so that arrival order cannot be seen; those of another writer stay where they were, with their value.
 */
export const completeReporder = (siret: string, batches: RawValue['batch'], windowOf: (batch: string) => { dateDebut: Date; dateFin: Date }): void => {
  const kept = takeOut(batches)
  const last = batchKeys(batches).at(-1)
  if (last === undefined) return
  const window = windowOf(last)
  const drawn: Entries = {}
  const foreign = new Map<string, Entries>()
  for (const { periode, day } of daysOf(window)) {
    const known = kept.get(periode.getTime())
    if (known === undefined) drawn[day] = { periode, random_order: randomOrder(siret, day), siret }
    else if (known.key === day) drawn[day] = known.entry
    else {
      const entries = foreign.get(known.batch) ?? {}
      entries[known.key] = known.entry
      foreign.set(known.batch, entries)
    }
  }
  for (const [key, entries] of foreign) put(batches, key, entries)
  if (Object.keys(drawn).length > 0) put(batches, last, { ...addedIn(batches[last], REPORDER), ...drawn })
}

/** Months of a window and their names: the same for every établissement of a page, so they are made once. */
const daysOf = (window: { dateDebut: Date; dateFin: Date }): readonly { periode: Date; day: string }[] => {
  const known = daysByWindow.get(window)
  if (known !== undefined) return known
  const days = monthSeries(window.dateDebut, window.dateFin).map((periode) => ({ periode, day: formatDay(periode) }))
  daysByWindow.set(window, days)
  return days
}

const daysByWindow = new WeakMap<object, readonly { periode: Date; day: string }[]>()

type Kept = { batch: string; key: string; entry: Entries[string] }

/** Removes every `reporder` of the document and gives the first entry of each month. Batches left empty go. */
const takeOut = (batches: RawValue['batch']): Map<number, Kept> => {
  const kept = new Map<number, Kept>()
  for (const batch of batchKeys(batches)) {
    const content = batches[batch]
    const entries = addedIn(content, REPORDER)
    if (content === undefined || entries === undefined) continue
    for (const [key, entry] of Object.entries(entries)) {
      const periode = entry['periode']
      if (periode instanceof Date && !kept.has(periode.getTime())) kept.set(periode.getTime(), { batch, key, entry })
    }
    const { [REPORDER]: _removed, ...rest } = content
    if (Object.keys(rest).length === 0) delete batches[batch]
    else batches[batch] = rest as RawBatch
  }
  return kept
}

const put = (batches: RawValue['batch'], key: string, entries: Entries): void => {
  batches[key] = { ...batches[key], [REPORDER]: entries }
}
