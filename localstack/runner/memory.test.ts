import { describe, expect, test } from 'vitest'
import { heapLimits } from './memory.ts'

describe('limits of the heap', () => {
  test('the old generation of a container has nine tenths of the memory of its function, as on AWS', () => {
    expect(heapLimits(1024, 1)).toContain('--max-old-space-size=921')
  })

  test('the containers of a process share the memory of one', () => {
    expect(heapLimits(1024, 2)).toContain('--max-old-space-size=460')
    expect(heapLimits(2048, 2)).toContain('--max-old-space-size=921')
  })

  test('the young generation has a tenth, in two halves, and no more than V8 needs', () => {
    expect(heapLimits(128, 1)).toContain('--max-semi-space-size=6')
    expect(heapLimits(2048, 1)).toContain('--max-semi-space-size=16')
  })
})
