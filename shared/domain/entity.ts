import type { Scope } from './siren.ts'

/** Value of a field of an entry, as stored by MongoDB. Dates are instants at midnight UTC; amounts are in euros unless a source says otherwise. */
export type EntryValue = string | number | boolean | null | Date | EntryValue[] | { [field: string]: EntryValue }

/** One parsed row, without the key of its entity (raw-formats §1.6). */
export type Entry = { [field: string]: EntryValue }

/** What a source makes of a row: an entry, where it belongs, and the hash of its content (raw-formats §1.12). */
export type Tuple = { type: string; scope: Scope; key: string; hash: string; value: Entry }

/** Entries of one entity, batch and type, by hash. */
export type Entries = Record<string, Entry>

/**
 * A document of `ImportedData`: what one range of one deposit says of one entity, for one batch and type
 * (refine §1.1, architecture §4). `run` is the run of the source, absent = 1. `lines` tells, by hash, the line of the
 * deposit that brought the entry: provenance, which is no part of the hash.
 */
export type ImportedValue = {
  key: string
  scope: Scope
  batch: { [batch: string]: { [type: string]: Entries } }
  run?: number
}

/** Batches of a RawData document: each holds only the difference with the state before it (refine §1.2). */
export type RawBatch = { compact?: { delete?: Record<string, string[]>; stock?: string[] }; [type: string]: Entries | RawBatch['compact'] | undefined }
