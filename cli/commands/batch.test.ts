import { describe, expect, test } from 'vitest'
import { emptyBatch } from '../../shared/domain/spine/batches.ts'
import type { DepositStatus } from '../../shared/domain/spine/status.ts'
import { checkedWindow, shownBatch, shownLines } from './batch.ts'

const deposit = (id: string, batch: string, source: string): DepositStatus => ({
  deposit: id,
  filename: `${source}.csv`,
  owner: 'user1',
  source,
  batch,
  state: 'imported',
  reason: null,
  waitingFor: [],
  report: null,
})
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const WINDOW = { dateDebut: day('2016-01-01'), dateFin: day('2025-11-01'), dateFinEffectif: day('2025-09-01') }

test('a batch is shown as the reference writes it: name, files by type, complete types, parameters, whether it is closed to new files', () => {
  const batch = { ...emptyBatch('2511'), name: 'Novembre', readonly: true, flux: ['procol'] }
  const status = {
    batches: [{ key: '2511', phase: 'current' as const, sentence: '2511 est le lot courant', effective: ['debit'], held: [] }],
    deposits: [deposit('a', '2511', 'debit'), deposit('b', '2511', 'debit'), deposit('c', '2510', 'debit'), deposit('d', '2511', 'filter')],
  }
  const shown = shownBatch(batch, status, WINDOW, ['d'])
  expect(shown).toMatchObject({
    _id: { key: '2511', type: 'batch' },
    name: 'Novembre',
    readonly: true,
    files: { debit: ['a', 'b'], filter: ['d'] },
    complete_types: ['debit'],
    flux: ['procol'],
    param: { date_debut: '2016-01-01', date_fin: '2025-11-01', date_fin_effectif: '2025-09-01' },
  })
  expect(shownLines(shown)).toEqual([
    '2511 est le lot courant (Novembre)',
    'n’accepte plus de fichier',
    'livraisons partielles : procol',
    'fenêtre : 2016-01-01 à 2025-11-01 (exclu), effectifs jusqu’à 2025-09-01',
    'périmètre : d',
  ])
})

describe('sf batch edit', () => {
  const from = (debut: string, fin: string) => () => checkedWindow({ dateDebut: new Date(debut), dateFin: new Date(fin) })

  test('accepts a window of one month', () => {
    expect(from('2025-09-01', '2025-10-01')).not.toThrow()
  })

  test('refuses a window without any month, and one of a mistyped century', () => {
    expect(from('2025-10-01', '2025-10-01')).toThrow('La fenêtre irait du 2025-10-01 au 2025-10-01 (exclu) : elle ne contient aucun mois. Rien n’est modifié.')
    expect(from('2030-01-01', '2025-10-01')).toThrow('elle ne contient aucun mois')
    expect(from('0216-01-01', '2025-10-01')).toThrow('600 au plus sont permis')
  })
})
