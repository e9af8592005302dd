/**
 * What the spine needs from its database. Every method is at most one atomic write per document: nothing here relies on
 * a transaction over several documents. Tests and the simulation implement it in memory.
 */
import type {
  BatchDocument,
  CurrentDocument,
  FeaturesDocument,
  ImportDocument,
  ImportedDocument,
  LedgerDocument,
  LedgerStage,
  ListDocument,
  RangeResult,
  RawDocument,
  ScoresDocument,
  Stage,
} from './documents.ts'

/** `siren` read at (`stage`, `seq`): every transition is a compare-and-set on them. */
export type LedgerMark = { siren: string; stage: Stage; seq: number }

export type TouchOptions = { batch: string; stock?: Record<string, string> }

export type LedgerStore = {
  /** Creates what is missing; stage := refine, seq + 1, attempts := 0, `batch` and `stock` raised, never lowered. Returns the shards concerned. */
  touch(sirens: readonly string[], options: TouchOptions): Promise<void>
  /** Same for the SIRENs of the page after `after` that hold `source`. Returns the last SIREN touched, nothing at the end. */
  touchHolders(source: string, batch: string, after: string | undefined, limit: number): Promise<string | undefined>
  /** Same for those whose batch is lower than `batch`. */
  touchBehind(batch: string, after: string | undefined, limit: number): Promise<string | undefined>
  page(stage: Stage, shard: number, after: string | undefined, limit: number): Promise<LedgerDocument[]>
  /** Returns how many were still where they had been read. */
  advance(marks: readonly LedgerMark[], next: LedgerStage): Promise<number>
  /** Puts a SIREN that stands at a lower batch back to refine, seq + 1, attempts 0. */
  raiseBatch(mark: LedgerMark, batch: string): Promise<boolean>
  /** attempts + 1; `failed` at the third, and then true. */
  recordFailure(mark: LedgerMark, error: string): Promise<boolean>
  /** Shards that have work at a stage, touched before `before`. */
  shardsWithWork(before: Date): Promise<{ stage: Stage; shard: number }[]>
  /** Is any SIREN at refine, detect or publish, or at a lower batch than `batch` (failed ones left out)? */
  hasUnfinished(batch: string): Promise<boolean>
  shardHasWork(stage: Stage, shard: number): Promise<boolean>
}

export type AdminStore = {
  current(): Promise<CurrentDocument | undefined>
  /** Compare-and-set from the batch that was read (nothing: none yet). */
  setCurrent(from: string | undefined, to: string): Promise<boolean>
  markOpened(batch: string): Promise<void>
  /** In ascending order of keys. */
  batches(): Promise<BatchDocument[]>
  batch(key: string): Promise<BatchDocument | undefined>
  /** Creates it if it is missing. */
  ensureBatch(key: string): Promise<void>
  /** Replaces it if `batch.version` is still the stored one; the stored version becomes greater by one. */
  updateBatch(batch: BatchDocument): Promise<boolean>
  /** Removes the token if it is still that one, without changing the version. */
  settleOwed(key: string, source: string, token: string): Promise<void>
}

export type ImportStore = {
  /** Inserts if the deposit is unknown. */
  register(document: ImportDocument): Promise<void>
  find(deposit: string): Promise<ImportDocument | undefined>
  ofBatch(batch: string): Promise<ImportDocument[]>
  all(): Promise<ImportDocument[]>
  /** `perimetre`: SIRENs that the file keeps in the perimeter, ascending. */
  setPlan(deposit: string, plan: NonNullable<ImportDocument['plan']>, perimetre?: Uint32Array): Promise<void>
  perimetre(deposit: string): Promise<Uint32Array>
  fail(deposit: string, sentence: string): Promise<void>
  park(deposit: string, waiting: NonNullable<ImportDocument['waiting']> | null): Promise<void>
  /** Raised with `$max`. */
  raise(deposit: string, field: 'closedRun' | 'settledRun', run: number): Promise<void>
  set(deposit: string, flag: 'confirmed' | 'withdrawn'): Promise<void>
  putResult(result: RangeResult): Promise<void>
  results(deposit: string, run: number): Promise<RangeResult[]>
  /** Which ranges have their result. */
  resultRanges(deposit: string, run: number): Promise<number[]>
  /** Results and documents of a deposit that failed or of lower runs. */
  deleteResults(deposit: string, belowRun: number): Promise<void>
}

export type EntityStore = {
  putImported(documents: readonly ImportedDocument[]): Promise<void>
  imported(sirens: readonly string[]): Promise<ImportedDocument[]>
  deleteImported(ids: readonly string[]): Promise<void>
  /** SIRENs that have documents of (batch, source) under a lower run, in ImportedData. Ascending, after `after`. */
  importedBelowRun(batch: string, source: string, run: number, after: string | undefined, limit: number): Promise<string[]>
  /** The same in RawData; `type` is the type of the tuples. */
  rawBelowRun(batch: string, type: string, run: number, after: string | undefined, limit: number): Promise<string[]>
  raws(sirens: readonly string[]): Promise<RawDocument[]>
  /** Each is written if the stored version is still `read` (nothing: there was none) and the stored seq is not greater. Returns the keys refused. */
  putRaws(documents: readonly { document: RawDocument; read: string | undefined }[]): Promise<Set<string>>
  /** `$max` on the seq of every RawData document of these SIRENs. */
  raiseRawSeq(seqs: readonly { siren: string; seq: number }[]): Promise<void>
}

export type FeaturesStore = {
  /** Without their columns. */
  heads(sirens: readonly string[]): Promise<FeaturesDocument[]>
  features(sirens: readonly string[]): Promise<FeaturesDocument[]>
  /** Each is replaced whole unless the stored seq is greater. */
  putFeatures(documents: readonly FeaturesDocument[]): Promise<void>
  raiseFeaturesSeq(seqs: readonly { siren: string; seq: number }[]): Promise<void>
}

export type ScoresStore = {
  /** Of every list. */
  scores(sirens: readonly string[]): Promise<ScoresDocument[]>
  putScores(documents: readonly ScoresDocument[]): Promise<void>
  /** In every list, the older ones included: that seals them against a worker that wakes late. */
  raiseScoresSeq(seqs: readonly { siren: string; seq: number }[]): Promise<void>
}

export type ListFields = { [Field in keyof ListDocument]?: ListDocument[Field] | undefined }

export type ListStore = {
  list(key: string): Promise<ListDocument | undefined>
  lists(): Promise<ListDocument[]>
  /** Inserts if missing. */
  createList(list: ListDocument): Promise<void>
  /** Closes every list that is older than `key`. */
  closeBefore(key: string): Promise<void>
  /** building → published; false when it was not building, or when its date, its reason or a recomputation changed since `read`. */
  markPublished(read: ListDocument, at: Date): Promise<boolean>
  /** Unless it was published at another date since `read`. */
  markAnnounced(read: ListDocument): Promise<void>
  /** Changes the fields (an undefined one is removed) if the list is where it was read: state, date, reason, recomputation. */
  changeList(read: ListDocument, fields: ListFields): Promise<boolean>
  /** An undefined field is removed. */
  updateList(key: string, fields: ListFields): Promise<void>
}

export type SpineStore = {
  ledger: LedgerStore
  admin: AdminStore
  imports: ImportStore
  entities: EntityStore
  lists: ListStore
  features: FeaturesStore
  scores: ScoresStore
}
