import type { FeaturesDocument, ImportedDocument, RawDocument } from './documents.ts'

/** How much the entities of a SIREN hold, counted in documents: what a page of workers must fit in memory. */
export type Volume = { raws: number; imported: number }

/** A document of RawData without its content. `algo2`: it is in the perimeter (refine §2.5). */
export type RawHead = { key: string; seq: number; version: string; algo2: boolean }

/** The first pass over the établissements of a SIREN up to `after`, and what it found. `fingerprint` names what it is a pass over. */
export type SurveyDocument = { siren: string; fingerprint: string; after: string; found: unknown }

/**
 * What refine needs for a SIREN whose établissements do not fit in memory together (refine §6.4): the same collections as `EntityStore`, looked at
 * entity by entity.
 */
export type LargeStore = {
  /** A SIREN without documents may be left out. */
  volumes(sirens: readonly string[]): Promise<Map<string, Volume>>
  /** Ascending. */
  rawHeads(siren: string): Promise<RawHead[]>
  /** How many documents of ImportedData each key has. */
  importedCounts(siren: string): Promise<Map<string, number>>
  importedOf(siren: string, keys: readonly string[]): Promise<ImportedDocument[]>
  rawsOf(keys: readonly string[]): Promise<RawDocument[]>
  /** `$max` on the seq of these documents of RawData. */
  raiseRawSeqOf(keys: readonly string[], seq: number): Promise<void>
  survey(siren: string): Promise<SurveyDocument | undefined>
  putSurvey(document: SurveyDocument): Promise<void>
  deleteSurvey(siren: string): Promise<void>
}

/** What detect needs for a SIREN whose variables do not fit in memory together: the collection of `FeaturesStore`, looked at entity by entity. */
export type LargeFeatures = {
  /** Documents of Features by SIREN; one that has none may be left out. */
  counts(sirens: readonly string[]): Promise<Map<string, number>>
  /** Ascending. */
  keys(siren: string): Promise<string[]>
  /** Without any other column than those of `names`, when they are given. Ascending. */
  featuresOf(keys: readonly string[], names?: readonly string[]): Promise<FeaturesDocument[]>
}
