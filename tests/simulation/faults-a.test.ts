import { describe, expect, it } from 'vitest'
import { FIXED } from './scenario.ts'
import { simulateFault } from './seeds.ts'

describe('one fault at every operation', () => {
  for (const { name } of FIXED.slice(0, 2)) {
    // each kind at every operation: `node tests/simulation/main.ts --faults`
    it(`${name}: a crash at one, a worker that wakes late at the next`, { timeout: 120_000 }, async () => {
      const { operations, failures } = await simulateFault(name, { kind: 'none' })
      expect(failures).toEqual([])
      for (let at = 1; at <= operations; at++) {
        const kind = at % 2 === 0 ? 'crash' : 'park'
        expect((await simulateFault(name, { kind, at })).failures, `${kind} at ${at}`).toEqual([])
      }
    })
  }
})
