import type { ImportedDocument, RawDocument } from './documents.ts'

/** How much the entities of a SIREN hold, counted in documents: what a page of workers must fit in memory. */
export type Volume = { raws: number; imported: number }

/** A document of RawData without its content. `algo2`: it is in the perimeter (refine §2.5). */
export type RawHead = { key: string; seq: number; version: string; algo2: boolean }

/**
 * What refine needs for a SIREN whose établissements do not fit in memory together (refine §6.4): the same collections as `EntityStore`, looked at
 * entity by entity.
 */
export type LargeStore = {
  /** A SIREN without documents may be left out. */
  volumes(sirens: readonly string[]): Promise<Map<string, Volume>>
  /** Ascending. */
  rawHeads(siren: string): Promise<RawHead[]>
  /** Keys that have documents in ImportedData. */
  importedKeys(siren: string): Promise<string[]>
  importedOf(siren: string, keys: readonly string[]): Promise<ImportedDocument[]>
  rawsOf(keys: readonly string[]): Promise<RawDocument[]>
  /** `$max` on the seq of these documents of RawData. */
  raiseRawSeqOf(keys: readonly string[], seq: number): Promise<void>
}
