/**
 * Documents of the spine: what MongoDB holds of the progress of the platform (architecture §§2, 4). Everything that can
 * be computed from files and openings is computed, never stored, so that order cannot matter.
 */
import type { ImportedValue, RawValue } from '../entity.ts'
import type { ComputedPerimetre } from '../perimetre.ts'

/** Where a SIREN stands. `done` and `failed` are at rest; the others are the stage that has work to do. */
export type Stage = 'refine' | 'detect' | 'publish'
export type LedgerStage = Stage | 'done' | 'failed'

/** One small document per SIREN. `stock` names, for each source, the greatest batch whose file named this SIREN. */
export type LedgerDocument = {
  siren: string
  shard: number
  stage: LedgerStage
  seq: number
  attempts: number
  /** The batch that was current when the SIREN was last touched; empty before the first opening. */
  batch: string
  stock: Record<string, string>
  lastError?: string
  failedAt?: Stage
}

/** Inputs of a run: what the import of a (batch, source) depends on. Ids of deposits. */
export type RunInputs = { mapping: string[]; perimetre: string[]; removed: string[] }
export type Run = RunInputs & { n: number }

/** Verdict of the guard on a stock source of a batch (architecture §4). Counts of SIRENs. */
export type Verdict = { effective: boolean; named: number; holders: number; kept: number }

/** The batch object of `Admin`. Changed only by compare-and-set on `version`. */
export type BatchDocument = {
  key: string
  version: number
  name?: string
  readonly?: boolean
  /** Dates set by a person; the others are computed. First days of months. */
  param?: { date_debut?: Date; date_fin?: Date; date_fin_effectif?: Date }
  runs: Record<string, Run>
  closedRun: Record<string, number>
  verdicts: Record<string, Verdict>
  /** Tokens of consequences (touches) that are still to be made, by source. */
  owed: Record<string, string>
  /** Sources declared flux for this batch: a partial delivery. */
  flux: string[]
}

/** Which batch is current; `opened` once all its SIRENs were touched. */
export type CurrentDocument = { batch: string; opened: boolean }

/** A range of a deposit: bytes [start, end) of its plain CSV. */
export type RangePlan = { start: number; end: number; firstRecord: number; firstLine: number }

/** What the first pass over a deposit learnt. `work` names the converted file when the deposit was no plain CSV. */
export type DepositPlan = {
  header: string[]
  records: number
  bytes: number
  ranges: RangePlan[]
  work?: string
  encoding?: string
  /** What its partner should know of it, though it is read: sentences in French. */
  remarks?: string[]
  /** The file names its employers by compte: it needs the mapping. */
  needsMapping: boolean
  /** How many SIRENs the file keeps in the perimeter (`effectif_ent`, `filter`); the SIRENs are a document of their own. */
  perimetre?: number
  /** How that perimeter was computed, and how many entreprises each step left out (`effectif_ent`). The black list is that of `detect`. */
  computed?: Pick<ComputedPerimetre, 'parameters' | 'removed'>
  /** Last month with a headcount (`effectif`). */
  dateFinEffectif?: Date
}

/** What import knows of a deposit. Its results are documents of their own. */
export type ImportDocument = {
  deposit: string
  batch: string
  source: string
  owner: string
  filename: string
  completedAt: Date
  sha256: string
  size: number
  replaces: string[]
  /** The partner said that the file is complete, by metadata or by confirmation. */
  confirmed: boolean
  withdrawn: boolean
  /** Refused as a whole: sentence for the partner. */
  failed?: string
  plan?: DepositPlan
  /** Parked: what it waits for, under which run. */
  waiting?: { run: number; for: string[] }
  /** Highest run under which every range has its result. */
  closedRun: number
  /** Highest run whose closing had all its consequences. */
  settledRun: number
  registeredAt: Date
}

/** A rejected record as the report shows it: `line` is that of the whole file, header = 1; `reason` a sentence in French (upload §4.7). */
export type RejectedRecord = { line: number; record: number; reason: string; column?: string; value?: string }

/** The four disjoint counts, which add up to the records read (raw-formats §1.7). */
export type RecordCounts = { imported: number; filtered: number; rejected: number; ignored: number }

/** The result of one range under one run, written whole. `named` are the SIRENs that the range named, ascending. */
export type RangeResult = { deposit: string; run: number; range: number; counts: RecordCounts; rejected: RejectedRecord[]; named: Uint32Array }

/** A document of ImportedData. `id` is its natural key. */
export type ImportedDocument = {
  id: string
  siren: string
  key: string
  batch: string
  source: string
  run: number
  deposit: string
  value: ImportedValue
  /** Line of the deposit that brought each entry, by hash: provenance. */
  lines?: Record<string, number>
}

/** A document of RawData. `version` is a new text at every write; `held` names what it holds as `batch:type:run`. */
export type RawDocument = { key: string; siren: string; seq: number; version: string; value: RawValue; held: string[] }

/**
 * A document of Features: one per établissement, for the batch that was current when it was computed. `columns` is the stored form of its
 * variables; without it the document is a tombstone. `fingerprint` names everything it was computed from.
 */
export type FeaturesDocument = { siret: string; siren: string; seq: number; batch: string; fingerprint: string; columns?: unknown }

/** A document of Scores: one per (list, siren). `key` names everything it was computed from; without `content` it is a tombstone. */
export type ScoresDocument = { list: string; siren: string; seq: number; key: string; content?: unknown; excluded?: string }

export type ListState = 'building' | 'published' | 'closed'
export type ListCounts = { scored: number; strong: number; red: number; orange: number; outOfPerimeter: number; failed: number }

/**
 * A list that is computed anew (`sf recompute --list`): hidden from agents since `at`. `id` names this attempt. `as`: the list of the current batch is
 * scored by the functions, a closed one by the command. `ready`: all of it was asked for, what is left is the work of the functions.
 */
export type Recomputing = { id: string; at: Date; as: 'current' | 'closed'; ready: boolean }

/** A list is a month. `reason` holds it in `building`. */
export type ListDocument = {
  key: string
  libelle: string
  state: ListState
  publishedAt?: Date
  /** A later date chosen by an operator: agents see the list from then on. */
  publishAt?: Date
  /** `publie_le` is written in PostgreSQL. */
  announced: boolean
  reason?: string
  artefact?: string
  algo?: string
  ruleset?: string
  thresholds?: { F1: number; F2: number }
  periode?: Date
  dataDates?: Record<string, string>
  counts?: ListCounts
  description?: string
  recomputing?: Recomputing
  /** When it was last computed anew, once it is published again: agents are told. */
  recomputed?: Date
}
