import { describe, expect, it } from 'vitest'
import { simulateSeed } from './seeds.ts'

describe('the spine under random schedules', () => {
  it.each([501, 601, 701, 801, 901])('gives what the files and the openings say, seeds %i and the next hundred', async (from) => {
    for (let seed = from; seed < from + 100; seed++) expect((await simulateSeed(seed)).failures, `seed ${seed}`).toEqual([])
  })
})
