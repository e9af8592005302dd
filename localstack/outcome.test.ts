import { describe, expect, test } from 'vitest'
import { depositStatus } from './fixtures/deposit-status.ts'
import { reasonsOf } from './outcome.ts'

const good = {
  stuck: false,
  deadLetters: { 'import-dlq': 0 },
  status: {
    failed: [],
    deposits: [depositStatus('imported'), depositStatus('withdrawn'), depositStatus('replaced')],
    lists: [{ key: '2511', state: 'published' as const }],
  },
}
const status = (more: Partial<Parameters<typeof reasonsOf>[0]['status']>) => ({ ...good, status: { ...good.status, ...more } })

describe('a run with --once is a success', () => {
  test('when every deposit is imported, taken back or replaced, and every list is published', () => {
    expect(reasonsOf(good)).toEqual([])
  })

  test.each([
    ['a message is a dead letter', { ...good, deadLetters: { 'import-dlq': 2, 'refine-dlq': 0 } }, '2 message(s) dans import-dlq'],
    ['nothing moves any more', { ...good, stuck: true }, 'le traitement s’est arrêté avant la fin'],
    ['an entreprise failed', status({ failed: [{ siren: '552100554', failedAt: 'detect', error: 'NaN' }] }), '552100554 a échoué à detect : NaN'],
    [
      'a deposit waits for another file',
      status({ deposits: [depositStatus('waiting', { waitingFor: ['admin_urssaf'] })] }),
      '2511 debit.csv : en attente d’un autre fichier, attend admin_urssaf',
    ],
    ['a deposit waits for a person', status({ deposits: [depositStatus('confirmation', { reason: 'un tiers' })] }), '2511 debit.csv : à confirmer, un tiers'],
    ['a deposit is refused', status({ deposits: [depositStatus('rejected', { reason: 'pas un débit' })] }), '2511 debit.csv : refusé, pas un débit'],
    [
      'a list does not come out',
      status({ lists: [{ key: '2511', state: 'building', reason: 'débits trop anciens' }] }),
      'liste 2511 en construction : débits trop anciens',
    ],
  ])('but not when %s: it says which', (_, idle, reason) => {
    expect(reasonsOf(idle)).toEqual([reason])
  })
})
