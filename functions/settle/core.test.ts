import { expect, test } from 'vitest'
import { newRecord } from '../../shared/domain/deposit/record.ts'
import { nextStep } from './core.ts'

const base = { ...newRecord({ id: 'a'.repeat(32), size: 10, owner: 'user1', sub: 's', email: null, metadata: {} }, new Date(0)), state: 'complete' as const }
const SHA = 'a'.repeat(64)
const clean = { result: 'clean', reason: null } as const
/** `received` null: there is no data. */
const step = (changes: object, received: number | null = 10, tooLarge: 'announce' | 'block' = 'announce') =>
  nextStep({ ...base, ...changes }, received ?? undefined, tooLarge).do

test.each([
  [{ state: 'created' }, 'nothing'],
  [{ state: 'expired' }, 'nothing'],
  [{}, 'hash'],
  [{ sha256: SHA }, 'scan'],
  [{ sha256: SHA, scan: clean }, 'describe'],
  [{ sha256: SHA, scan: clean, state: 'scanned' }, 'place'],
  [{ sha256: SHA, scan: clean, state: 'placed', placedAt: 'x' }, 'announce'],
  [{ sha256: SHA, scan: clean, state: 'announced', placedAt: 'x' }, 'finish'],
  [{ sha256: SHA, scan: { result: 'infected', reason: null } }, 'quarantine'],
  [{ state: 'quarantined' }, 'finish'],
  [{ state: 'blocked' }, 'hash'],
  [{ state: 'blocked', sha256: SHA, scan: clean }, 'describe'],
  [{ state: 'blocked', sha256: SHA, scan: clean, placedAt: 'x' }, 'announce'],
])('%j is followed by %s', (changes, expected) => {
  expect(step(changes)).toBe(expected)
})

test('data of another length blocks, until it is placed: then import verifies it', () => {
  expect([step({}, 9), step({}, null), step({ sha256: SHA, scan: clean, state: 'placed', placedAt: 'x' }, 9)]).toEqual(['block', 'block', 'announce'])
})

test('a file too large for the scanner blocks only where the configuration says so', () => {
  const scan = { result: 'not-scanned', reason: 'too-large' }
  expect([step({ sha256: SHA, scan }), step({ sha256: SHA, scan }, 10, 'block')]).toEqual(['describe', 'block'])
})
