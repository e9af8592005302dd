/**
 * Where each stored entry comes from: the deposit and the line that brought it. Kept beside RawData and never part of it, so that neither the hashes
 * nor the comparison of entries know of it.
 *
 * Only the batch that adds an entry to RawData says where it comes from: a stock file that repeats it every month adds nothing, here either. So this is
 * bounded by RawData, not by what was imported.
 */
import type { RawValue } from '../entity.ts'
import type { ImportedDocument } from '../spine/documents.ts'

/** Lines by hash, by deposit. */
export type Lines = Record<string, Record<string, number>>

/** What one batch brought to one entity, by type. `run` is the run of the source that brought it. */
export type ProvenanceDocument = {
  key: string
  siren: string
  batch: string
  seq: number
  types: Record<string, { run: number; from: Lines }>
}

export type ProvenanceStore = {
  of(places: readonly { key: string; batch: string }[]): Promise<ProvenanceDocument[]>
  ofKey(key: string): Promise<ProvenanceDocument[]>
  /** Each is replaced whole unless the stored seq is greater. */
  put(documents: readonly ProvenanceDocument[]): Promise<void>
}

/** An entity once merged: its state, and the seq of the pass. */
export type Merged = { key: string; siren: string; seq: number; value: RawValue }

/** Records where the entries of these documents come from, before they are deleted. To be done after RawData is written. */
export const recordProvenance = async (
  store: ProvenanceStore | undefined,
  seq: number,
  consumed: readonly ImportedDocument[],
  merged: readonly { key: string; siren: string; value: RawValue }[],
): Promise<void> => {
  if (store === undefined || consumed.length === 0) return
  const raws = new Map(merged.map((document) => [document.key, document]))
  const byPlace = Map.groupBy(
    consumed.filter(({ key, lines }) => lines !== undefined && raws.has(key)),
    ({ key, batch }) => `${key}:${batch}`,
  )
  const places = [...byPlace.values()].flatMap(([first]) => (first === undefined ? [] : [{ key: first.key, batch: first.batch }]))
  if (places.length === 0) return
  const known = new Map((await store.of(places)).map((document) => [`${document.key}:${document.batch}`, document]))
  const changed: ProvenanceDocument[] = []
  for (const [place, documents] of byPlace) {
    const [first] = documents
    const raw = first && raws.get(first.key)
    if (raw === undefined || first === undefined) continue
    const before = known.get(place)
    const types = mergeTypes(raw.value, first.batch, before?.types ?? {}, documents)
    if (before === undefined ? Object.keys(types).length > 0 : !sameTypes(before.types, types)) {
      changed.push({ key: first.key, siren: raw.siren, batch: first.batch, seq, types })
    }
  }
  if (changed.length > 0) await store.put(changed)
}

type Types = ProvenanceDocument['types']

/** What a batch adds is listed; a run takes the place of a lower one. */
const mergeTypes = (raw: RawValue, batch: string, before: Types, documents: readonly ImportedDocument[]): Types => {
  const gathered: Types = structuredClone(before)
  for (const { run, deposit, value, lines = {} } of documents) {
    for (const [type, entries] of Object.entries(value.batch[batch] ?? {})) {
      const known = gathered[type]
      if (known !== undefined && known.run > run) continue
      const from: Lines = known !== undefined && known.run === run ? known.from : {}
      const own: Record<string, number> = from[deposit] ?? {}
      from[deposit] = own
      for (const hash of Object.keys(entries)) {
        const line = lines[hash]
        if (line !== undefined && (own[hash] === undefined || line < own[hash])) own[hash] = line
      }
      gathered[type] = { run, from }
    }
  }
  return onlyAdded(raw, batch, gathered)
}

const onlyAdded = (raw: RawValue, batch: string, gathered: Types): Types => {
  const kept: Types = {}
  for (const type of Object.keys(gathered).sort()) {
    const added = raw.batch[batch]?.[type] ?? {}
    const from: Lines = {}
    for (const deposit of Object.keys(gathered[type]?.from ?? {}).sort()) {
      const lines = Object.entries(gathered[type]?.from[deposit] ?? {}).filter(([hash]) => Object.hasOwn(added, hash))
      if (lines.length > 0) from[deposit] = Object.fromEntries(lines)
    }
    if (Object.keys(from).length > 0) kept[type] = { run: gathered[type]?.run ?? 1, from }
  }
  return kept
}

const sameTypes = (a: Types, b: Types): boolean => textOf(a) === textOf(b)

const textOf = (types: Types): string =>
  JSON.stringify(
    Object.entries(types)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, { run, from }]) => [type, run, Object.entries(from).map(([deposit, lines]) => [deposit, Object.entries(lines).sort()])]),
  )
