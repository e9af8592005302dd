import { compareBytes } from '../canonical-json.ts'
import type { ImportDocument } from './documents.ts'

/** Order of completion, as `settle` recorded it; equal: by sha256 (architecture §4), then by id. */
export const byCompletion = (a: ImportDocument, b: ImportDocument): number =>
  a.completedAt.getTime() - b.completedAt.getTime() || compareBytes(a.sha256, b.sha256) || compareBytes(a.deposit, b.deposit)

/**
 * The deposits of one (batch, source) that count: not withdrawn, not failed, and not named in `replaces` by a deposit of
 * the same partner that counts. Computed when needed, never stored. Only a deposit completed later can replace another,
 * so that two deposits naming each other have one winner. In order of completion.
 */
export const countingDeposits = (documents: readonly ImportDocument[]): ImportDocument[] => {
  const latestFirst = documents.toSorted((a, b) => byCompletion(b, a))
  const replaced = new Set<string>()
  const counting: ImportDocument[] = []
  for (const document of latestFirst) {
    if (document.withdrawn || document.failed !== undefined || replaced.has(replacementKey(document.owner, document.deposit))) continue
    counting.push(document)
    for (const deposit of document.replaces) replaced.add(replacementKey(document.owner, deposit))
  }
  return counting.reverse()
}

const replacementKey = (owner: string, deposit: string): string => `${owner}\n${deposit}`

/** The deposits of `source` among those of a batch. */
export const ofSource = (documents: readonly ImportDocument[], source: string): ImportDocument[] => documents.filter((document) => document.source === source)
