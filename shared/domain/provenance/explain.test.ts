import { describe, expect, test } from 'vitest'
import { sourceFacts } from '../../sources/facts.ts'
import type { RawValue } from '../entity.ts'
import type { ImportDocument } from '../spine/documents.ts'
import { explainEntity } from './explain.ts'
import type { ProvenanceDocument } from './provenance.ts'

const KEY = '30100000100011'
const deposit = (id: string, batch: string, source: string): ImportDocument => ({
  deposit: id,
  batch,
  source,
  owner: 'user1',
  filename: `${id}.csv`,
  completedAt: new Date('2025-11-20T08:00:00Z'),
  sha256: id,
  size: 1,
  replaces: [],
  confirmed: false,
  withdrawn: false,
  closedRun: 1,
  settledRun: 1,
  registeredAt: new Date('2025-11-20T08:00:00Z'),
})
const value: RawValue = {
  key: KEY,
  scope: 'etablissement',
  index: { algo2: true },
  batch: {
    '2510': { debit: { a: { part_ouvriere: 1 }, b: { part_ouvriere: 2 } }, compte: { c: { numero_compte: '1' } } },
    '2511': { debit: { d: { part_ouvriere: 3 } }, compact: { delete: { debit: ['a'] } } },
  },
}
const provenance: ProvenanceDocument[] = [
  {
    key: KEY,
    siren: '301000001',
    batch: '2510',
    seq: 1,
    types: { debit: { run: 1, from: { d1: { a: 2, b: 3 } } }, compte: { run: 1, from: { m1: { c: 0 } } } },
  },
]
const imports = [deposit('d1', '2510', 'debit'), deposit('d2', '2511', 'debit'), deposit('m1', '2510', 'admin_urssaf')]
const explained = (at: string, type?: string, known = imports) =>
  explainEntity({ value, at, type, provenance, imports: known, sources: sourceFacts }).map(({ hash, batch, origins }) => [
    hash,
    batch,
    origins.map(({ deposit: id, line }) => [id, line]),
  ])

describe('where the figures of an entity come from', () => {
  test('each with the batch that added it, the file and the line that brought it, at any batch', () => {
    expect(explained('2510', 'debit')).toEqual([
      ['a', '2510', [['d1', 2]]],
      ['b', '2510', [['d1', 3]]],
    ])
  })
  test('without a line, the file that alone can have said it; with several, none', () => {
    expect(explained('2511', 'debit')).toEqual([
      ['d', '2511', [['d2', null]]],
      ['b', '2510', [['d1', 3]]],
    ])
    expect(explained('2511', 'debit', [...imports, deposit('d3', '2511', 'debit')])[0]).toEqual(['d', '2511', []])
  })
  test('an account comes from a file as a whole, which has lines in another order', () => {
    expect(explained('2510', 'compte')).toEqual([['c', '2510', [['m1', null]]]])
  })
})
