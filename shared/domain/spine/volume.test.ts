import { expect, test } from 'vitest'
import { partition, piecesOf } from './volume.ts'

const weight = (item: number): number => item

test('pieces keep the order and weigh at most their size; an item above it stands alone', () => {
  expect([...piecesOf([1, 2, 3, 9, 1, 1], 4, weight)]).toEqual([[1, 2], [3], [9], [1, 1]])
  expect([...piecesOf(['a', 'b', 'c'], 2)]).toEqual([['a', 'b'], ['c']])
  expect([...piecesOf([], 2)]).toEqual([])
})

test('what does not fit in the budget alone is set apart from the groups', () => {
  expect(partition([2, 5, 2, 1], 4, weight)).toEqual({ groups: [[2, 2], [1]], alone: [5] })
})
