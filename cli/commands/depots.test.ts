import { describe, expect, test } from 'vitest'
import type { DepositStatus } from '../../shared/domain/spine/status.ts'
import { depositLines } from './depots.ts'

const WAITING: DepositStatus = {
  ...{ deposit: 'abc', filename: 'debit.csv', owner: 'user1', source: 'debit', batch: '2511' },
  ...{ state: 'waiting', reason: null, waitingFor: ['admin_urssaf', 'effectif_ent'], report: null },
}

describe('sf depots show', () => {
  test('says what a deposit waits for', () => {
    expect(depositLines(WAITING)).toEqual(['debit.csv (debit, lot 2511) : waiting', 'attend admin_urssaf et effectif_ent'])
  })

  test('says that a source or a batch is unknown', () => {
    const refused: DepositStatus = { ...WAITING, source: '', batch: '', state: 'rejected', reason: 'Type inconnu.', waitingFor: [] }
    expect(depositLines(refused)).toEqual(['debit.csv (type inconnu, lot inconnu) : rejected', 'Type inconnu.'])
  })

  test('adds up the records, and names those that were rejected', () => {
    const report = {
      read: 3,
      imported: 1,
      filtered: 1,
      rejected: 1,
      ignored: 0,
      firstRejected: [{ line: 4, column: 'siret', value: '12', reason: 'Trop court.' }],
    }
    expect(depositLines({ ...WAITING, state: 'imported', waitingFor: [], report }).slice(1)).toEqual([
      '3 lus = 1 importés + 1 filtrés + 1 rejetés + 0 ignorés',
      'ligne 4, siret = « 12 » : Trop court.',
    ])
  })
})
