import { expect, test } from 'vitest'
import { compactDocuments } from './conformance.ts'

const PARAM = { date_debut: new Date('2016-01-01T00:00:00Z'), date_fin: new Date('2018-11-01T00:00:00Z') }
const imported = (key: string, batch: string) => ({
  _id: `${key} ${batch}`,
  value: { key, scope: 'entreprise', batch: { [batch]: { effectif_ent: { h: { periode: new Date('2018-01-01T00:00:00Z'), effectif: 10 } } } } },
})

test('an entity that speaks of an unknown batch fails alone: the others are compacted, and it stays as it was', () => {
  const refused: string[] = []
  const input = {
    batches: [{ key: '1810', complete_types: [], param: PARAM }],
    since: '1810',
    importedData: [imported('111111111', '1810'), imported('222222222', '1809'), imported('333333333', '1810')],
    rawData: [],
  } as unknown as Parameters<typeof compactDocuments>[0]
  const documents = compactDocuments(input, ({ code, message }) => void refused.push(`${code} ${message}`))
  expect(documents.map(({ _id }) => _id)).toEqual(['111111111', '333333333'])
  expect(refused).toEqual(['BATCH_UNKNOWN L’entité 222222222 porte des données de lots inconnus : 1809'])
  expect(() => compactDocuments(input)).toThrow('1809')
})
