import { describe, expect, test } from 'vitest'
import { deadLetterDepths } from '../../shared/adapters/queue-depths.ts'
import { linesOf, type OperatorStatus } from './status.ts'

const QUIET: OperatorStatus = {
  idle: true,
  current: { batch: '2511', opened: true },
  batches: [{ key: '2511', phase: 'current', sentence: '2511 est le lot courant : liste publiée', effective: [], held: [] }],
  deposits: [],
  rows: { read: 4, imported: 1, filtered: 1, rejected: 1, ignored: 1 },
  stages: { refine: 0, detect: 0, publish: 0, done: 40, failed: 0 },
  failed: [],
  failedAt: { refine: 0, detect: 0, publish: 0 },
  oldest: {},
  lists: [{ key: '2511', libelle: 'Novembre 2025', state: 'published', announced: true, publishedAt: new Date('2025-12-01T08:00:00Z') }],
  held: [],
  unregistered: [],
  deadLetters: [{ queue: 'import', messages: 0 }],
  postgres: { ok: true },
}
const NOW = new Date('2025-12-02T08:00:00Z')

describe('sf status', () => {
  test('says in a few lines that nothing is wrong', () => {
    expect(linesOf(QUIET, NOW)).toEqual([
      '2511 est le lot courant : liste publiée',
      'entreprises : refine 0, detect 0, publish 0, done 40, failed 0',
      'enregistrements : 4 lus = 1 importés + 1 filtrés + 1 rejetés + 1 ignorés',
      'liste 2511 (Novembre 2025) : published',
      'messages mis de côté : aucun',
    ])
  })

  test('tells the oldest work and the failures by stage, deposits not imported, lists held, messages set aside', () => {
    const lines = linesOf(
      {
        ...QUIET,
        stages: { refine: 3, detect: 0, publish: 1, done: 30, failed: 6 },
        failedAt: { refine: 4, detect: 2, publish: 0 },
        oldest: { refine: new Date('2025-12-02T07:59:00Z'), publish: new Date('2025-12-02T05:00:00Z') },
        held: [{ key: '2511', libelle: 'Novembre 2025', reason: 'Source « debit » trop ancienne' }],
        lists: [{ key: '2511', libelle: 'Novembre 2025', state: 'building', announced: false, publishAt: new Date('2025-12-05T07:00:00Z') }],
        unregistered: [{ deposit: 'abc', filename: 'debit.csv', owner: 'user1', state: 'blocked', completedAt: null, reason: 'le dossier manque' }],
        deadLetters: [
          { queue: 'import', messages: 2 },
          { queue: 'refine', messages: 0 },
        ],
      },
      NOW,
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        'plus ancien travail : refine 60 s, publish 3 h',
        'en échec : 4 à refine, 2 à detect',
        'abc (debit.csv) : blocked, pas encore importé, le dossier manque',
        'liste 2511 (Novembre 2025) : building, visible à partir du 2025-12-05 à 08:00',
        'liste 2511 retenue : Source « debit » trop ancienne',
        'messages mis de côté : import 2, refine 0',
      ]),
    )
  })

  test('tells what does not answer beside what does', () => {
    const lines = linesOf(
      { ...QUIET, deadLetters: [{ queue: 'import', error: 'la file de rebut ne répond pas' }], postgres: { ok: false, error: 'refusé' } },
      NOW,
    )
    expect(lines.slice(-3)).toEqual([
      'messages mis de côté : inconnu, aucune file n’est nommée ou ne répond',
      'file import : la file de rebut ne répond pas',
      'PostgreSQL ne répond pas : refusé',
    ])
  })

  test('a queue that does not answer is told, one by one', async () => {
    const depths = await deadLetterDepths({
      urls: { import: 'http://127.0.0.1:9/000000000000/import', refine: 'http://127.0.0.1:9/000000000000/refine' },
      endpoint: 'http://127.0.0.1:9',
      region: 'eu-west-3',
    })
    expect(depths).toEqual([
      { queue: 'import', error: expect.stringMatching(/^la file de rebut ne répond pas : ./) },
      { queue: 'refine', error: expect.stringMatching(/^la file de rebut ne répond pas : ./) },
    ])
  })
})
