import type { CompactMarker, Entries, Entry, RawBatch, RawValue } from '../entity.ts'

/** Valid entries of an entity, by type then hash, in document order (refine §0.4). A type is present as soon as a batch names it, even if nothing is left of it. */
export type EntityState = ReadonlyMap<string, ReadonlyMap<string, Entry>>

/** The type that compaction makes itself, for establishments only (refine §2.6). */
export const REPORDER = 'reporder'

/** The name under which a batch keeps what it deletes: never a type. */
const MARKER = 'compact'

/** Keys of batches in their own order, which is that of strings: objects enumerate `1901` before `1810_01` (refine §0.4). */
export const batchKeys = (batch: Readonly<Record<string, unknown>>): string[] => Object.keys(batch).sort()

/** Types that a batch adds entries to, `reporder` included. */
export const addedTypes = (batch: RawBatch): string[] => Object.keys(batch).filter((type) => type !== MARKER)

/** What a batch adds to a type, in document order; nothing when it does not name the type. */
export const addedIn = (batch: RawBatch | undefined, type: string): Entries | undefined => {
  if (batch === undefined || type === MARKER) return undefined
  // the type `compact` is excluded just above: every other property of a batch holds entries
  return batch[type] as Entries | undefined
}

/** What a batch removes, by type. */
export const deletedIn = (batch: RawBatch | undefined): Record<string, string[]> => markerOf(batch)?.delete ?? {}

export const markerOf = (batch: RawBatch | undefined): CompactMarker | undefined => batch?.[MARKER]

/** The entity as it stands at `batch`: batches up to it in ascending order, in each the deletions first (refine §1.2, §3.2). Later batches are ignored. */
export const stateAt = (value: RawValue, batch: string): EntityState => {
  const state = new Map<string, Map<string, Entry>>()
  const entriesOf = (type: string): Map<string, Entry> => {
    const known = state.get(type)
    if (known) return known
    const created = new Map<string, Entry>()
    state.set(type, created)
    return created
  }
  for (const key of batchKeys(value.batch)) {
    if (key > batch) break
    const content = value.batch[key]
    if (content === undefined) continue
    for (const [type, hashes] of Object.entries(deletedIn(content))) {
      const entries = entriesOf(type)
      for (const hash of hashes) entries.delete(hash)
    }
    for (const type of addedTypes(content)) {
      const entries = entriesOf(type)
      for (const [hash, entry] of Object.entries(addedIn(content, type) ?? {})) entries.set(hash, entry)
    }
  }
  return state
}

/** An entreprise is always in the perimeter of variables; an établissement as soon as one batch holds a headcount above 0 (refine §2.5). */
export const isInPerimetre = (scope: RawValue['scope'], batches: RawValue['batch']): boolean => {
  if (scope === 'entreprise') return true
  return Object.values(batches).some((batch) =>
    Object.values(addedIn(batch, 'effectif') ?? {}).some((entry) => typeof entry['effectif'] === 'number' && entry['effectif'] > 0),
  )
}

/** The entity without its batches from `batch` on, nor what compaction remembered of them (refine §2.8). A document left without batch stays, empty. */
export const purgeFrom = (value: RawValue, batch: string): RawValue => {
  const batches = before(value.batch, batch)
  const { batch: _batch, index: _index, runs, stock, repeated, ...identity } = value
  return {
    ...identity,
    index: { algo2: isInPerimetre(value.scope, batches) },
    batch: batches,
    ...(runs === undefined ? {} : nonEmpty('runs', before(runs, batch))),
    ...(stock === undefined ? {} : { stock: before(stock, batch) }),
    ...(repeated === undefined ? {} : nonEmpty('repeated', before(repeated, batch))),
  }
}

const before = <T>(byBatch: Record<string, T>, limit: string): Record<string, T> => Object.fromEntries(Object.entries(byBatch).filter(([key]) => key < limit))

const nonEmpty = <K extends string, T extends object>(name: K, value: T): { [name in K]?: T } =>
  // a computed key widens to an index signature; the only key is `name`
  Object.keys(value).length === 0 ? {} : ({ [name]: value } as { [name in K]: T })
