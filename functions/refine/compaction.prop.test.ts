import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entries } from '../../shared/domain/entity.ts'
import type { ImportedDocument } from '../../shared/domain/spine/documents.ts'
import { compactEntities } from './compaction.ts'

const SIREN = '552100554'
const BATCHES = ['1901', '1902'] as const
const window = { dateDebut: new Date('2018-01-01T00:00:00Z'), dateFin: new Date('2018-03-01T00:00:00Z') }

const documents = fc.array(
  fc
    .record({
      number: fc.nat(2),
      batch: fc.constantFrom(...BATCHES),
      type: fc.constantFrom('effectif', 'ccsf'),
      hashes: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    })
    .map(({ number, batch, type, hashes }): ImportedDocument => {
      const key = `${SIREN}0000${number}`
      const entries: Entries = Object.fromEntries(hashes.map((hash) => [hash, { effectif: hash.length, siege: hash }]))
      const value = { key, scope: 'etablissement' as const, batch: { [batch]: { [type]: entries } } }
      return { id: `${batch}:${type}:${key}:${hashes.join('')}`, siren: SIREN, key, batch, source: type, run: 1, deposit: 'd', value }
    }),
  { maxLength: 8 },
)
const readings = fc
  .tuple(fc.boolean(), fc.boolean())
  .map((stock) => BATCHES.map((key, i) => ({ key, complete: stock[i] ? ['effectif'] : [], touched: stock[i] ?? false, window })))

test('isolation: compacting an entity never depends on another', () =>
  fc.assert(
    fc.property(documents, documents, readings, (first, second, batches) => {
      const compacted = (news: readonly ImportedDocument[], old: readonly ImportedDocument[]) => {
        const context = { newVersion: () => 'v' }
        const before = compactEntities(context, { siren: SIREN, seq: 1 }, { readings: batches }, old, []).documents
        return compactEntities(context, { siren: SIREN, seq: 2 }, { readings: batches }, news, before).documents
      }
      const together = compacted(second, first)
      const apart = [0, 1, 2].flatMap((number) => {
        const isMine = ({ key }: ImportedDocument): boolean => key.endsWith(String(number))
        return compacted(second.filter(isMine), first.filter(isMine))
      })
      expect(apart).toEqual(together)
    }),
    { numRuns: 200 },
  ))
