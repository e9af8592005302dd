import { describe, expect, test } from 'vitest'
import { depositStatus } from './fixtures/deposit-status.ts'
import { progressSentence, stagesSentence } from './sentences.ts'

const STAGES = { refine: 0, detect: 0, publish: 0, done: 0, failed: 0 }
describe('the progress is told in French', () => {
  test('before anything is read', () => {
    expect(progressSentence({ deposits: [], stages: STAGES })).toBe('aucun dépôt lu')
  })

  test('with the states that there are, and their number', () => {
    const deposits = [depositStatus('imported'), depositStatus('importing'), depositStatus('imported')]
    expect(progressSentence({ deposits, stages: { ...STAGES, done: 2, refine: 1 } })).toBe(
      'dépôts : 2 importés, 1 en lecture ; entreprises : 1 à calculer, 2 publiées',
    )
  })

  test('and says what was set aside', () => {
    expect(stagesSentence({ ...STAGES, done: 19, failed: 1 })).toBe('19 publiées, 1 mise de côté')
  })
})
