import type { Scope } from './siren.ts'

/** Value of a field of an entry, as stored by MongoDB. Dates are instants at midnight UTC; amounts are in euros unless a source says otherwise. */
export type EntryValue = string | number | boolean | null | Date | EntryValue[] | { [field: string]: EntryValue }

/** One parsed row, without the key of its entity (raw-formats §1.6). */
export type Entry = { [field: string]: EntryValue }

/** What a source makes of a row: an entry, where it belongs, and the hash of its content (raw-formats §1.12). */
export type Tuple = { type: string; scope: Scope; key: string; hash: string; value: Entry }

/** Entries of one entity, batch and type, by hash. */
export type Entries = Record<string, Entry>

/** What one import says of one entity for one batch (refine §1.1). `run` is the run of its source, absent = 1 (refine §2.4). */
export type ImportedValue = { key: string; scope: Scope; batch: Record<string, Record<string, Entries>>; run?: number }

/** What a batch removes from what earlier batches said, and which types were stock in it (refine §1.2, §2.3 step 4). */
export type CompactMarker = { delete?: Record<string, string[]>; stock?: string[] }

/** A batch of a RawData document: only the difference with the state before it. */
export type RawBatch = { [type: string]: Entries | CompactMarker } & { compact?: CompactMarker }

/** The state of one entity, batch by batch (refine §1.2). What compaction must remember stands beside `batch`. */
export type RawValue = {
  key: string
  scope: Scope
  index: { algo2: boolean }
  batch: Record<string, RawBatch>
  runs?: Record<string, Record<string, number>>
  stock?: Record<string, string[]>
  repeated?: Record<string, Record<string, string[]>>
}
