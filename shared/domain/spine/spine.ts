import type { Clock, Log, Queue } from '../../ports.ts'
import type { JournalStore } from '../journal/events.ts'
import type { ProvenanceStore } from '../provenance/provenance.ts'
import type { SpineStore } from './store.ts'

/** What the spine knows of a source; the registry gives it. */
export type SourceFacts = {
  /** Each stock delivery replaces what earlier batches said; a flux one adds. */
  isStock(source: string): boolean
  /** Type of the tuples that files of this source give. */
  typeOf(source: string): string
  usesPerimetre(source: string): boolean
  usesMapping(source: string): boolean
}

export type SpineSettings = {
  /** Fixed for the life of a deployment. */
  shards: number
  /** Sources that must be effective in a batch before it opens by itself. */
  requiredInBatch: readonly string[]
  /** Sources that must be effective in it or before. */
  requiredEver: readonly string[]
  /** A stock file that names a smaller share of the holders waits for a confirmation. */
  guardShare: number
  /** SIRENs per page of a worker. */
  pageSize: number
  /** SIRENs per bulk of touches. */
  touchSize: number
  /** First month of the window of every batch. */
  dateDebut: Date
}

export const DEFAULT_SETTINGS: SpineSettings = {
  shards: 64,
  requiredInBatch: ['debit', 'cotisation'],
  requiredEver: ['effectif_ent', 'effectif', 'sirene', 'sirene_ul'],
  guardShare: 0.5,
  pageSize: 50,
  touchSize: 1000,
  dateDebut: new Date(Date.UTC(2016, 0, 1)),
}

/**
 * Everything that the cores of the spine receive. `bellId` gives a new text at every call: bells carry it as deduplication
 * id, or SQS would drop a ring that comes while a worker is finishing and the shard would sleep (architecture §2).
 */
export type Spine = {
  store: SpineStore
  queue: Queue
  clock: Clock
  log: Log
  sources: SourceFacts
  settings: SpineSettings
  bellId: () => string
  /** One report per closed file. */
  journal?: JournalStore
  /** Where each entry comes from; nothing depends on it. */
  provenance?: ProvenanceStore
}

/** The mapping of comptes is the source `admin_urssaf`, the headcounts of entreprises `effectif_ent`; `filter` is an explicit perimeter. */
export const MAPPING_SOURCE = 'admin_urssaf'
export const HEADCOUNT_SOURCE = 'effectif_ent'
export const FILTER_SOURCE = 'filter'
