/**
 * Where each stored entry comes from: the deposit and the line that brought it. Kept beside RawData and never part of it, so that neither the hashes
 * nor the comparison of entries know of it.
 *
 * Only the batch that adds an entry to RawData says where it comes from: a stock file that repeats it every month adds nothing, here either. So this is
 * bounded by RawData, not by what was imported.
 */
import { isSame } from '../compaction/same.ts'
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

/** One SIREN of a pass: the documents that it consumed, and its entities once merged. */
export type Pass = {
  siren: string
  seq: number
  consumed: readonly ImportedDocument[]
  merged: readonly { key: string; value: RawValue }[]
}

type Brought = { key: string; siren: string; batch: string; seq: number; value: RawValue; documents: ImportedDocument[] }

/** Records where the entries of these documents come from, before they are deleted. To be done after RawData is written: a crash in between does it again. */
export const recordProvenance = async (store: ProvenanceStore | undefined, passes: readonly Pass[]): Promise<void> => {
  if (store === undefined) return
  const brought = passes.flatMap(broughtBy)
  if (brought.length === 0) return
  const known = new Map((await store.of(brought)).map((document) => [placeOf(document), document]))
  const changed: ProvenanceDocument[] = []
  for (const place of brought) {
    const { key, siren, batch, seq, value, documents } = place
    const before = known.get(placeOf(place))?.types ?? {}
    const types = mergeTypes(value, batch, before, documents)
    if (!isSame(before, types)) changed.push({ key, siren, batch, seq, types })
  }
  if (changed.length > 0) await store.put(changed)
}

const placeOf = ({ key, batch }: { key: string; batch: string }): string => `${key}:${batch}`

const broughtBy = ({ siren, seq, consumed, merged }: Pass): Brought[] => {
  if (consumed.length === 0) return []
  const values = new Map(merged.map(({ key, value }) => [key, value]))
  return [...Map.groupBy(consumed, placeOf).values()].flatMap((documents) => {
    const [first] = documents
    const value = first && values.get(first.key)
    return first === undefined || value === undefined ? [] : [{ key: first.key, siren, batch: first.batch, seq, value, documents }]
  })
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
