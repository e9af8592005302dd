/** Compaction of the entities of one SIREN, as documents to write (refine §2). */
import { compactEntity } from '../../shared/domain/compaction/compact.ts'
import type { RawValue } from '../../shared/domain/entity.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { ImportedDocument, LedgerDocument, RawDocument } from '../../shared/domain/spine/documents.ts'
import type { Reading } from '../../shared/domain/spine/reading.ts'

/** `newVersion` gives a new text at every call; `documentBytes` is the size of a document as the database stores it. */
export type CompactionContext = { newVersion: () => string; documentBytes?: ((document: RawDocument) => number) | undefined }

/** What is there once merged, and what of it must be written; `read` is the version that each write rests on. */
export type Compacted = { documents: RawDocument[]; writes: { document: RawDocument; read: string | undefined }[] }

/** MongoDB refuses a document of 16 MiB; one of this size fails with a clear message before (refine §6.4). */
export const MAX_DOCUMENT_BYTES = 15 * 1024 * 1024

/**
 * Merges what was imported for these entities into what is known of them.
 * Throws when one of them cannot be: an unknown batch, or a document that would be too large to store.
 */
export const compactEntities = (
  { newVersion, documentBytes }: CompactionContext,
  ledger: Pick<LedgerDocument, 'siren' | 'seq'>,
  reading: Pick<Reading, 'readings'>,
  imported: readonly ImportedDocument[],
  raws: readonly RawDocument[],
): Compacted => {
  const old = new Map(raws.map((document) => [document.key, document]))
  const news = Map.groupBy(imported, ({ key }) => key)
  const documents: RawDocument[] = []
  const writes: Compacted['writes'] = []
  for (const key of [...new Set([...old.keys(), ...news.keys()])].sort()) {
    const before = old.get(key)
    const { value, changed } = compactEntity({
      key,
      scope: isSiren(key) ? 'entreprise' : 'etablissement',
      old: before?.value,
      news: (news.get(key) ?? []).map((document) => document.value),
      batches: reading.readings,
    })
    if (before !== undefined && !changed) documents.push(before)
    if (!changed) continue
    const document = { key, siren: ledger.siren, seq: ledger.seq, version: newVersion(), value, held: heldBy(value) }
    if (documentBytes !== undefined) refuseTooLarge(key, documentBytes(document))
    documents.push(document)
    writes.push({ document, read: before?.version })
  }
  return { documents, writes }
}

const refuseTooLarge = (key: string, bytes: number): void => {
  if (bytes <= MAX_DOCUMENT_BYTES) return
  const size = (bytes / 1024 / 1024).toFixed(1)
  throw new Error(`RawData of ${key} would take ${size} MiB, more than the ${MAX_DOCUMENT_BYTES / 1024 / 1024} MiB that a document may: its imports stay`)
}

/** What a document holds, as `batch:type:run`: the closing of a run finds by it the documents that stand on a lower one. */
export const heldBy = (value: RawValue): string[] => {
  const held = new Set<string>()
  for (const byBatch of [value.batch, value.repeated ?? {}]) {
    for (const [batch, types] of Object.entries(byBatch)) {
      for (const type of Object.keys(types)) if (type !== 'compact' && type !== 'reporder') held.add(`${batch}:${type}:${value.runs?.[batch]?.[type] ?? 1}`)
    }
  }
  return [...held].sort()
}
