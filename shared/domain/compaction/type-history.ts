import { canonicalJson, compareBytes } from '../canonical-json.ts'
import type { Entries, Entry } from '../entity.ts'
import { isSame } from './same.ts'

/**
 * The history of one type of one entity: what each batch added, deleted and repeated is read back into what was ever
 * imported, `I(B,T)`, then the recurrence of refine §2.1 is run again over all batches.
 */

/** What is known of the type in one batch before this compaction. */
export type PastReading = {
  added: Entries | undefined
  deleted: readonly string[]
  /** Hashes that the batch imported and that the state before it already had; kept for types that were not stock. */
  repeated: readonly string[]
  /** The type was read as stock when the document was written. */
  stock: boolean
}

/** What this compaction knows of the type in one batch. `dropped`: a newer run took back all that the batch had said (refine §2.4). */
export type NewReading = {
  incoming: readonly Entries[]
  dropped: boolean
  stock: boolean
}

/** The difference that a batch makes; `held` says whether the type has entries after it. */
export type Difference = {
  added: Entries | undefined
  deleted: string[]
  repeated: string[]
  held: boolean
}

const NONE: Difference = {
  added: undefined,
  deleted: [],
  repeated: [],
  held: false,
}

/**
 * Differences of the type in each batch, in the same order as `past` and `news` (one place per known batch, ascending).
 * Batches before the first change are taken over as they are unless `rebuild` asks for all (documents of another writer).
 */
export const rebuildType = (past: readonly PastReading[], news: readonly NewReading[], rebuild: boolean): Difference[] => {
  const hasNews = news.some(({ incoming }) => incoming.length > 0)
  let contents: Contents | undefined = hasNews ? gatherContents(past, news) : undefined
  const differences: Difference[] = []
  const before = new Set<string>()
  let state = rebuild ? new Set<string>() : before
  let isClean = !rebuild
  for (const [i, old] of past.entries()) {
    const now = news[i] ?? { incoming: [], dropped: false, stock: false }
    if (isClean && isUnchanged(old, now, before)) {
      applyPast(before, old)
      differences.push(takeOver(old, contents, before.size > 0))
      continue
    }
    if (isClean) {
      isClean = false
      state = new Set(before)
    }
    applyPast(before, old)
    const imported = importedIn(old, now, before)
    contents ??= gatherContents(past, news)
    differences.push(differenceOf(state, imported, now.stock, contents.chosen))
    if (now.stock) state = imported
    else for (const hash of imported) state.add(hash)
  }
  return differences
}

/** Nothing says anything new of the batch. Entries that come again are no news when the batch already imported them. */
const isUnchanged = (old: PastReading, now: NewReading, before: ReadonlySet<string>): boolean => {
  if (now.dropped) return false
  // only a stock reading deletes, and one that left nothing is not remembered otherwise
  const wasStock = old.stock || old.deleted.length > 0
  if (wasStock !== now.stock && (before.size > 0 || old.added !== undefined || now.incoming.length > 0)) return false
  if (now.incoming.length === 0) return true
  const repeated = new Set(old.repeated)
  const deleted = new Set(old.deleted)
  const isKnown = (hash: string) =>
    (old.added !== undefined && Object.hasOwn(old.added, hash)) || repeated.has(hash) || (now.stock && before.has(hash) && !deleted.has(hash))
  return now.incoming.every((entries) => Object.keys(entries).every(isKnown))
}

const applyPast = (state: Set<string>, old: PastReading): void => {
  for (const hash of old.deleted) state.delete(hash)
  for (const hash in old.added) state.add(hash)
}

/** `I(B,T)`: all that was ever imported for the batch. `after` is the state of the document after it. */
const importedIn = (old: PastReading, now: NewReading, after: ReadonlySet<string>): Set<string> => {
  const imported = new Set<string>()
  if (!now.dropped) {
    if (old.stock) for (const hash of after) imported.add(hash)
    for (const hash in old.added) imported.add(hash)
    for (const hash of old.repeated) imported.add(hash)
  }
  for (const entries of now.incoming) for (const hash in entries) imported.add(hash)
  return imported
}

const differenceOf = (state: ReadonlySet<string>, imported: ReadonlySet<string>, isStock: boolean, chosen: ReadonlyMap<string, Entry>): Difference => {
  const fresh: string[] = []
  const repeated: string[] = []
  for (const hash of imported) {
    if (!state.has(hash)) fresh.push(hash)
    else if (!isStock) repeated.push(hash)
  }
  const deleted: string[] = []
  if (isStock) for (const hash of state) if (!imported.has(hash)) deleted.push(hash)
  const held = imported.size > 0 || (!isStock && state.size > 0)
  if (fresh.length === 0 && deleted.length === 0 && repeated.length === 0) return held ? { ...NONE, held } : NONE
  return {
    added: fresh.length === 0 ? undefined : pick(fresh.sort(), chosen),
    deleted: deleted.sort(),
    repeated: repeated.sort(),
    held,
  }
}

/** The difference of a batch that did not change, its entries replaced when a smaller content of the same hash came (refine §2.3 step 2). */
const takeOver = (old: PastReading, contents: Contents | undefined, held: boolean): Difference => ({
  added: old.added === undefined || !contents?.replaced ? old.added : pick(Object.keys(old.added), contents.chosen),
  deleted: [...old.deleted],
  repeated: [...old.repeated],
  held,
})

const pick = (hashes: readonly string[], chosen: ReadonlyMap<string, Entry>): Entries => {
  const entries: Entries = {}
  for (const hash of hashes) {
    const entry = chosen.get(hash)
    if (entry !== undefined) entries[hash] = entry
  }
  return entries
}

type Contents = { chosen: ReadonlyMap<string, Entry>; replaced: boolean }

/**
 * One content per hash for the whole document: null and 0 hash alike, so two contents can meet, and the one whose canonical
 * JSON is smallest is kept, whatever came first. `replaced`: an entry of the document gave way to a new one.
 */
const gatherContents = (past: readonly PastReading[], news: readonly NewReading[]): Contents => {
  const chosen = new Map<string, Entry>()
  let replaced = false
  for (const { added } of past) {
    if (added === undefined) continue
    for (const hash in added) replaced = offer(chosen, hash, added[hash]) || replaced
  }
  for (const { incoming } of news) {
    for (const entries of incoming) for (const hash in entries) replaced = offer(chosen, hash, entries[hash]) || replaced
  }
  return { chosen, replaced }
}

/** True when `entry` takes the place of another content. */
const offer = (chosen: Map<string, Entry>, hash: string, entry: Entry | undefined): boolean => {
  if (entry === undefined) return false
  const known = chosen.get(hash)
  if (known === undefined) {
    chosen.set(hash, entry)
    return false
  }
  if (isSame(known, entry) || compareBytes(canonicalJson(known), canonicalJson(entry)) <= 0) return false
  chosen.set(hash, entry)
  return true
}
