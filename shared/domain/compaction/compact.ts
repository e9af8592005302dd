import type { CompactMarker, Entries, ImportedValue, RawBatch, RawValue } from '../entity.ts'
import { AppError } from '../errors.ts'
import type { Scope } from '../siren.ts'
import { completeReporder } from './reporder.ts'
import { isSame } from './same.ts'
import { addedIn, addedTypes, batchKeys, deletedIn, isInPerimetre, markerOf, REPORDER } from './state.ts'
import { type Difference, type NewReading, type PastReading, rebuildType } from './type-history.ts'

export type { EntityState } from './state.ts'
export { purgeFrom, stateAt } from './state.ts'

/**
 * How a known batch is to be read. `complete`: types that the batch gives as stock. `touched`: the entity counts as named by the batch
 * even when no document says so, which the pipeline says for every batch where a type is effective (refine §2.2).
 * `closedRuns`: by type, the run whose files are all imported; what an older run said is taken back (refine §2.4). Absent = 1.
 */
export type BatchReading = {
  key: string
  complete: readonly string[]
  touched: boolean
  closedRuns?: Readonly<Record<string, number>>
  window: { dateDebut: Date; dateFin: Date }
}

/** `reporder: false` leaves the `reporder` entries of the document alone and draws none. */
export type CompactInput = {
  key: string
  scope: Scope
  old?: RawValue | undefined
  news: readonly ImportedValue[]
  batches: readonly BatchReading[]
  reporder?: boolean
}

/**
 * Merges what was imported for one entity into its document: minimal differences from batch to batch, whatever the order, splitting
 * or repetition of the imports (refine §2). Nothing given is modified; entries are shared, never copied.
 * `changed` compares contents, so that an unchanged document need not be written.
 * @throws AppError `BATCH_UNKNOWN` when the document or an import speaks of a batch that `batches` does not list.
 */
export const compactEntity = (input: CompactInput): { value: RawValue; changed: boolean } => {
  const { key, scope, old } = input
  const batches = [...input.batches].sort((a, b) => (a.key < b.key ? -1 : 1))
  refuseUnknown(input, new Set(batches.map((batch) => batch.key)))
  // a document without `stock` was not written here: nothing says how its batches were read (refine §2.3 step 1)
  const isForeign = old !== undefined && old.stock === undefined
  const news = acceptNews(old, input.news, batches)
  const touched = batches.map((batch) => batch.touched || news.named.has(batch.key) || (old !== undefined && wasTouched(old, batch.key, isForeign)))

  const differences = new Map<string, Difference[]>()
  for (const type of typesOf(old, news)) {
    const past = batches.map((batch) => pastReading(old, batch, type, isForeign))
    const readings = batches.map((batch, i): NewReading => {
      const reading = news.byType.get(type)?.get(batch.key)
      return {
        incoming: reading?.incoming ?? [],
        dropped: reading?.dropped ?? false,
        stock: touched[i] === true && batch.complete.includes(type),
      }
    })
    differences.set(type, rebuildType(past, readings, isForeign))
  }

  const value = assemble(input, batches, touched, differences, news.runs)
  if (scope === 'etablissement' && input.reporder !== false) {
    const windows = new Map(batches.map((batch) => [batch.key, batch.window]))
    completeReporder(key, value.batch, (batch) => windows.get(batch) ?? unknownBatch(key, [batch]))
  }
  value.batch = inOrder(value.batch)
  return {
    value,
    changed: old === undefined ? saysSomething(value) : !isSame(old, value),
  }
}

/** An entity of which nothing is left needs no document: the one that never had any has none. */
const saysSomething = (value: RawValue): boolean => Object.keys({ ...value.batch, ...value.stock, ...value.runs }).length > 0

const refuseUnknown = ({ key, old, news }: CompactInput, known: ReadonlySet<string>): void => {
  const named = [old?.batch, old?.stock, old?.runs, old?.repeated, ...news.map((document) => document.batch)].flatMap((byBatch) => Object.keys(byBatch ?? {}))
  const unknown = [...new Set(named.filter((batch) => !known.has(batch)))].sort()
  if (unknown.length > 0) unknownBatch(key, unknown)
}

const unknownBatch = (key: string, batches: string[]): never => {
  throw new AppError('BATCH_UNKNOWN', `L’entité ${key} porte des données de lots inconnus : ${batches.join(', ')}`, { details: { key, batches } })
}

/** Imports that count, by type and batch, once older runs are set aside. `named`: batches that a document names. `runs`: as the new document must say them. */
type AcceptedNews = {
  byType: Map<string, Map<string, { incoming: Entries[]; dropped: boolean }>>
  named: Set<string>
  runs: Record<string, Record<string, number>>
}

const acceptNews = (old: RawValue | undefined, documents: readonly ImportedValue[], batches: readonly BatchReading[]): AcceptedNews => {
  const byType: AcceptedNews['byType'] = new Map()
  const named = new Set<string>()
  const runs: Record<string, Record<string, number>> = {}
  for (const { key, closedRuns } of batches) {
    const mine = documents.filter((document) => document.batch[key] !== undefined)
    if (mine.some((document) => Object.keys(document.batch[key] ?? {}).length === 0)) named.add(key)
    const types = new Set([
      ...Object.keys(old?.runs?.[key] ?? {}),
      ...Object.keys(closedRuns ?? {}),
      ...mine.flatMap((document) => Object.keys(document.batch[key] ?? {})),
    ])
    for (const type of types) {
      const saying = mine.filter((document) => document.batch[key]?.[type] !== undefined)
      const known = old?.runs?.[key]?.[type] ?? 1
      const closed = closedRuns?.[type] ?? 1
      const run = Math.max(known, closed, ...saying.map((document) => document.run ?? 1))
      const incoming = saying.filter((document) => (document.run ?? 1) === run).map((document) => document.batch[key]?.[type] ?? {})
      if (incoming.length > 0) named.add(key)
      if (run > known || incoming.length > 0)
        setIn(byType, type, key, {
          incoming: incoming.filter((entries) => Object.keys(entries).length > 0),
          dropped: run > known,
        })
      if (run > 1) runs[key] = { ...runs[key], [type]: run }
    }
  }
  return { byType, named, runs }
}

const setIn = <T>(byType: Map<string, Map<string, T>>, type: string, batch: string, value: T): void => {
  const known = byType.get(type)
  if (known === undefined) byType.set(type, new Map([[batch, value]]))
  else known.set(batch, value)
}

const typesOf = (old: RawValue | undefined, news: AcceptedNews): string[] => {
  const types = new Set(news.byType.keys())
  for (const content of Object.values(old?.batch ?? {})) {
    for (const type of addedTypes(content)) types.add(type)
    for (const type of Object.keys(deletedIn(content))) types.add(type)
  }
  for (const byType of Object.values(old?.repeated ?? {})) for (const type of Object.keys(byType)) types.add(type)
  types.delete(REPORDER)
  return [...types].sort()
}

/** The entity was already read as named by this batch. Of a document of another writer, every batch that it holds named it. */
const wasTouched = (old: RawValue, batch: string, isForeign: boolean): boolean =>
  isForeign ? old.batch[batch] !== undefined : (old.stock?.[batch]?.length ?? 0) > 0

const pastReading = (old: RawValue | undefined, batch: BatchReading, type: string, isForeign: boolean): PastReading => {
  const content = old?.batch[batch.key]
  const stock = isForeign
    ? (content !== undefined && batch.complete.includes(type)) || (markerOf(content)?.stock?.includes(type) ?? false)
    : (old?.stock?.[batch.key]?.includes(type) ?? false)
  return {
    added: addedIn(content, type),
    deleted: deletedIn(content)[type] ?? [],
    repeated: old?.repeated?.[batch.key]?.[type] ?? [],
    stock,
  }
}

const assemble = (
  { key, scope, old }: CompactInput,
  batches: readonly BatchReading[],
  touched: readonly boolean[],
  differences: ReadonlyMap<string, Difference[]>,
  newRuns: Record<string, Record<string, number>>,
): RawValue => {
  const byBatch: RawValue['batch'] = {}
  const runs: Record<string, Record<string, number>> = {}
  const stock: Record<string, string[]> = {}
  const repeated: Record<string, Record<string, string[]>> = {}
  for (const [i, batch] of batches.entries()) {
    const content: Record<string, Entries | CompactMarker> = {}
    const deletions: Record<string, string[]> = {}
    const repetitions: Record<string, string[]> = {}
    const reporder = addedIn(old?.batch[batch.key], REPORDER)
    for (const [type, byIndex] of differences) {
      const difference = byIndex[i]
      if (difference?.added !== undefined) content[type] = difference.added
      if (difference !== undefined && difference.deleted.length > 0) deletions[type] = difference.deleted
      if (difference !== undefined && difference.repeated.length > 0) repetitions[type] = difference.repeated
    }
    if (Object.keys(deletions).length > 0) content['compact'] = { delete: deletions }
    if (reporder !== undefined && scope === 'etablissement') content[REPORDER] = reporder
    // `compact` holds a marker and every other property entries, which an index signature cannot say
    if (Object.keys(content).length > 0) byBatch[batch.key] = content as RawBatch
    if (Object.keys(repetitions).length > 0) repeated[batch.key] = repetitions
    const stockTypes = touched[i] === true ? rememberedStock(batch, differences, i) : []
    if (stockTypes.length > 0) stock[batch.key] = stockTypes
    const named = Object.entries(newRuns[batch.key] ?? {}).filter(
      ([type, run]) => run > (batch.closedRuns?.[type] ?? 1) || differences.get(type)?.[i]?.held === true,
    )
    if (named.length > 0) runs[batch.key] = Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return {
    key,
    scope,
    index: { algo2: isInPerimetre(scope, byBatch) },
    batch: byBatch,
    ...(Object.keys(runs).length > 0 ? { runs } : {}),
    stock,
    ...(Object.keys(repeated).length > 0 ? { repeated } : {}),
  }
}

/**
 * Stock types of the batch that must be remembered (refine §2.3 step 4). Where the caller says by itself that the entity is touched, a
 * type of which nothing is left need not be: its imports are empty, read as stock or not. That keeps documents small.
 */
const rememberedStock = (batch: BatchReading, differences: ReadonlyMap<string, Difference[]>, i: number): string[] => {
  const types = batch.touched ? batch.complete.filter((type) => differences.get(type)?.[i]?.held === true) : batch.complete
  return [...new Set(types)].sort()
}

/** Batches in ascending order, and in each the types in theirs, `compact` and `reporder` last. */
const inOrder = (batches: RawValue['batch']): RawValue['batch'] => Object.fromEntries(batchKeys(batches).map((key) => [key, batches[key] ?? {}]))
