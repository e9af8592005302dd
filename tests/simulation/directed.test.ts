import { describe, expect, it } from 'vitest'
import { DIRECTED } from './directed.ts'
import { direct } from './director.ts'

describe('the spine under directed schedules', () => {
  it.each(DIRECTED)('$name', async (directed) => {
    expect((await direct(directed)).failures).toEqual([])
  })
})
