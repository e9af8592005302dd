/** Why an entity says what it says at a batch: each entry with the batch, the file, the line and the date that brought it (issue of agents and partners). */
import { addedIn, addedTypes, batchKeys, deletedIn, REPORDER } from '../compaction/state.ts'
import type { Entry, RawValue } from '../entity.ts'
import { countingDeposits, ofSource } from '../spine/counting.ts'
import type { ImportDocument } from '../spine/documents.ts'
import type { SourceFacts } from '../spine/spine.ts'
import type { ProvenanceDocument } from './provenance.ts'

/** A file that brought an entry. `line` is that of the file as it was sent, null when only the file is known. */
export type Origin = { deposit: string; filename: string; owner: string; source: string; completedAt: Date; line: number | null }

/** `batch` added the entry; `origins` is empty when nothing is known any more (a base taken over, a deposit that is gone). */
export type ExplainedEntry = { type: string; hash: string; entry: Entry; batch: string; origins: Origin[] }

export type ExplainRequest = {
  value: RawValue
  /** Batches after it are ignored. */
  at: string
  type?: string | undefined
  provenance: readonly ProvenanceDocument[]
  imports: readonly ImportDocument[]
  sources: SourceFacts
}

export const explainEntity = ({ value, at, type: only, provenance, imports, sources }: ExplainRequest): ExplainedEntry[] => {
  const state = new Map<string, ExplainedEntry>()
  const byBatch = new Map(provenance.map((document) => [document.batch, document]))
  const wanted = (type: string): boolean => type !== REPORDER && (only === undefined || only === type)
  for (const batch of batchKeys(value.batch)) {
    if (batch > at) break
    const content = value.batch[batch]
    if (content === undefined) continue
    for (const [type, hashes] of Object.entries(deletedIn(content))) for (const hash of hashes) state.delete(`${type}:${hash}`)
    for (const type of addedTypes(content).filter(wanted)) {
      for (const [hash, entry] of Object.entries(addedIn(content, type) ?? {})) {
        state.set(`${type}:${hash}`, { type, hash, entry, batch, origins: originsOf({ type, hash, batch }, byBatch.get(batch), imports, sources) })
      }
    }
  }
  return [...state.values()].sort((a, b) => (a.type === b.type ? firstLine(a) - firstLine(b) : a.type < b.type ? -1 : 1))
}

const firstLine = ({ origins }: ExplainedEntry): number => origins[0]?.line ?? 0

/** The lines that were recorded; else, when a single file can have said it, that file. */
const originsOf = (
  { type, hash, batch }: { type: string; hash: string; batch: string },
  recorded: ProvenanceDocument | undefined,
  imports: readonly ImportDocument[],
  sources: SourceFacts,
): Origin[] => {
  const lines = Object.entries(recorded?.types[type]?.from ?? {}).flatMap(([deposit, byHash]) =>
    byHash[hash] === undefined ? [] : [{ deposit, line: byHash[hash] }],
  )
  const known = lines.flatMap(({ deposit, line }) => {
    const document = imports.find((candidate) => candidate.deposit === deposit)
    // entries of a table of comptes have no line of their own, and are recorded under the line 0
    return document === undefined ? [] : [originOf(document, line === 0 ? null : line)]
  })
  if (known.length > 0) return known
  const candidates = [...new Set(imports.map(({ source }) => source))]
    .filter((source) => sources.typeOf(source) === type)
    .flatMap((source) => countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch && document.closedRun > 0)))
  const [one] = candidates
  return candidates.length === 1 && one !== undefined ? [originOf(one, null)] : []
}

const originOf = ({ deposit, filename, owner, source, completedAt }: ImportDocument, line: number | null): Origin => ({
  deposit,
  filename,
  owner,
  source,
  completedAt,
  line,
})
