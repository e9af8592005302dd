import { expect, test } from 'vitest'
import { batchKeyAt, compareBatchKeys, dateFinOf, isSubBatch, isTolerantBatchKey, monthKeyOf, parseBatchKey } from './batch-key.ts'

test('a key is a month, with two digits more for a sub-batch', () => {
  expect(parseBatchKey('1802')).toEqual({ key: '1802', year: 2018, month: 2 })
  expect(parseBatchKey('1802_01')).toEqual({
    key: '1802_01',
    year: 2018,
    month: 2,
    sub: '01',
  })
  expect(['1800', '1813', '180', '18020', '1802_1', '1802_', '1802_001', ' 1802', 'abcd', '1802\n'].map(parseBatchKey)).toEqual(Array(10).fill(undefined))
})
test('the conformance commands accept any suffix', () => {
  expect(['2210_1', '2210', '2210_x y'].every(isTolerantBatchKey)).toBe(true)
  expect(['2213_1', '221', '2210-1'].some(isTolerantBatchKey)).toBe(false)
})
test('keys are treated in the order of their texts', () => {
  expect(['2001', '1912_01', '1912_10', '1912', '1912_02'].sort(compareBatchKeys)).toEqual(['1912', '1912_01', '1912_02', '1912_10', '2001'])
})
test('a sub-batch completes the batch of its month', () => {
  expect([monthKeyOf('1802_01'), monthKeyOf('1802'), isSubBatch('1802'), isSubBatch('1802_01')]).toEqual(['1802', '1802', false, true])
})
test('a batch ends with the first day of its month', () => {
  expect(dateFinOf('1802_03').toISOString()).toBe('2018-02-01T00:00:00.000Z')
})
test('a file belongs to the month, in Paris, in which it was complete', () => {
  expect(batchKeyAt(new Date('2026-01-31T22:59:59Z'))).toBe('2601')
  expect(batchKeyAt(new Date('2026-01-31T23:00:00Z'))).toBe('2602')
  expect(batchKeyAt(new Date('2026-06-30T22:00:00Z'))).toBe('2607')
})
