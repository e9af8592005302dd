import { expect, test } from 'vitest'
import { newRecord } from './record.ts'
import { type MarkFacts, sweepAction, sweepLimits } from './sweep.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')
const HOUR = 3_600_000
const record = {
  ...newRecord({ id: 'a'.repeat(32), size: 10, owner: 'user1', sub: 's', email: null, metadata: {} }, new Date(NOW - HOUR)),
  completedAt: new Date(NOW).toISOString(),
}
const facts = (changes: Partial<MarkFacts>): MarkFacts => ({
  record,
  received: 3,
  markedAt: NOW,
  dataWrittenAt: NOW,
  recordWrittenAt: NOW,
  isLocked: false,
  ...changes,
})
const action = (changes: Partial<MarkFacts>) => sweepAction(facts(changes), NOW, sweepLimits(168))

test('a mark without a record is left for a day', () => {
  expect([action({ record: undefined, markedAt: NOW - 23 * HOUR }), action({ record: undefined, markedAt: NOW - 25 * HOUR })]).toEqual(['leave', 'clear'])
})
test.each(['complete', 'scanned', 'placed'] as const)('%s is rung after two minutes', (state) => {
  const at = (age: number) => action({ record: { ...record, state }, recordWrittenAt: NOW - age })
  expect([at(119_000), at(121_000)]).toEqual(['leave', 'ring'])
})
test('blocked is rung every hour', () => {
  const at = (age: number) => action({ record: { ...record, state: 'blocked' }, recordWrittenAt: NOW - age })
  expect([at(HOUR - 1), at(HOUR + 1)]).toEqual(['leave', 'ring'])
})
test.each(['announced', 'quarantined', 'expired'] as const)('%s is over', (state) => expect(action({ record: { ...record, state } })).toBe('unmark'))
test('an upload expires by its last write', () => {
  const old = { ...record, createdAt: new Date(NOW - 200 * HOUR).toISOString() }
  expect(action({ record: old, dataWrittenAt: NOW - 167 * HOUR })).toBe('leave')
  expect(action({ record: old, dataWrittenAt: NOW - 169 * HOUR })).toBe('expire')
  expect(action({ record: old, received: undefined, dataWrittenAt: undefined })).toBe('expire')
})
test('what is whole is completed, never expired', () => {
  const old = { ...record, createdAt: new Date(NOW - 2000 * HOUR).toISOString() }
  expect(action({ record: old, received: 10, dataWrittenAt: NOW - 2000 * HOUR })).toBe('complete')
})
test('what is locked is left', () => expect(action({ received: 10, isLocked: true })).toBe('leave'))
