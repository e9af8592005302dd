import { describe, expect, test } from 'vitest'
import { newRecord } from '../../shared/domain/deposit/record.ts'
import { registrationOf } from './registration.ts'

const register = (metadata: Record<string, string>, completedAt = '2025-11-30T23:30:00.000Z', owner = 'user1') => {
  const record = newRecord({ id: '0'.repeat(32), size: 10, owner, sub: 's', email: 'p@example.org', metadata }, new Date(0))
  return registrationOf({ ...record, completedAt, sha256: 'a'.repeat(64) }, new Date('2026-01-01T00:00:00Z'))
}

describe('what a deposit says of itself', () => {
  test('its source by the name of the file, its batch by the month of completion in Paris', () => {
    expect(register({ filename: 'sigfaible_debits.csv.gz' })).toMatchObject({ document: { source: 'debit', batch: '2512', confirmed: false, replaces: [] } })
    expect(register({ filename: 'FICHIER.csv' }, undefined, 'bdf')).toMatchObject({ document: { source: 'bdf' } })
  })
  test('the metadata come first', () => {
    const metadata = { filename: 'sigfaible_debits.csv', typeSignauxFaibles: 'procol', batch: '2511_01', complete: 'true', replaces: 'a, b,' }
    expect(register(metadata)).toMatchObject({ document: { source: 'procol', batch: '2511_01', confirmed: true, replaces: ['a', 'b'] } })
  })
  test('without a known type it is refused, with a sentence and the type that is unknown', () => {
    expect(register({ filename: 'coco.csv' })).toMatchObject({ refused: expect.stringContaining('coco.csv'), unknownType: '', document: { source: '' } })
    expect(register({ filename: 'sigfaible_debits.csv', typeSignauxFaibles: 'reporder' })).toMatchObject({
      refused: 'Le type de fichier « reporder » est inconnu.',
      unknownType: 'reporder',
      document: { source: '', batch: '2512' },
    })
  })
  test.each(['2513', '251', '2511_1', '2511_001', '25-11'])('« %s » is no batch', (batch) => {
    const registration = register({ filename: 'sigfaible_debits.csv', batch })
    expect(registration).toMatchObject({ refused: expect.stringContaining(batch), document: { source: 'debit', batch: '' } })
    expect(registration).not.toHaveProperty('unknownType')
  })
})
