import { describe, expect, it } from 'vitest'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, finalState, settle } from './world.ts'

const A = '100000001'
const B = '100000002'

/** The perimeter is an explicit one: the second file moves nothing but the last month, and nothing is imported again. */
const filter: InventedFile = { deposit: 'filter', batch: '2511', source: 'filter', rows: [A, B].map((siren) => ({ siren, value: 20 })) }
const first: InventedFile = { deposit: 'first', batch: '2511', source: 'effectif_ent', rows: [A, B].map((siren) => ({ siren, value: 20 })), lastMonth: '2508' }
const debit: InventedFile = { deposit: 'debit', batch: '2511', source: 'debit', rows: [A, B].map((siren) => ({ siren, value: 5 })) }
/** Names one of them only, and speaks of a later month. */
const second: InventedFile = { deposit: 'second', batch: '2511', source: 'effectif_ent', rows: [{ siren: A, value: 20 }], lastMonth: '2509', completedAt: 5 }

describe('a headcount file', () => {
  it('that moves the last month of headcounts has all who hold headcounts computed again', async () => {
    const late = createWorld()
    for (const file of [filter, first, debit]) deposit(late, file)
    await settle(late)
    deposit(late, second)
    await settle(late)
    const together = createWorld()
    for (const file of [filter, first, second, debit]) deposit(together, file)
    await settle(together)
    expect(finalState(late)).toEqual(finalState(together))
  })
})
