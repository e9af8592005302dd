import { describe, expect, it } from 'vitest'
import { FIXED } from './scenario.ts'
import { simulateFault } from './seeds.ts'

describe('one fault at every operation', () => {
  for (const { name } of FIXED.slice(0, 2)) {
    it(`${name}: a crash, and a worker that wakes late`, { timeout: 120_000 }, async () => {
      const { operations, failures } = await simulateFault(name, { kind: 'none' })
      expect(failures).toEqual([])
      for (let at = 1; at <= operations; at++) {
        for (const kind of ['crash', 'park'] as const) expect((await simulateFault(name, { kind, at })).failures, `${kind} at ${at}`).toEqual([])
      }
    })
  }
})
