import { describe, expect, it } from 'vitest'
import { openBatch } from '../../shared/domain/spine/opening.ts'
import { createWorld, deposit, settle } from './world.ts'

const A = '100000001'
const B = '100000002'

describe('a perimeter that moves after the opening', () => {
  it('takes away those who leave it, even when they hold no headcount', async () => {
    const world = createWorld()
    deposit(world, { deposit: 'filter', batch: '2510', source: 'filter', rows: [A, B].map((siren) => ({ siren, value: 20 })) })
    deposit(world, { deposit: 'debit', batch: '2510', source: 'debit', rows: [A, B].map((siren) => ({ siren, value: 5 })) })
    await settle(world)
    await world.spine().store.admin.ensureBatch('2511')
    await openBatch(world.spine(), '2511')
    await settle(world)
    expect(world.published.get(A)?.content).not.toBeNull()
    const headcounts = [A, B].map((siren) => ({ siren, value: siren === A ? 5 : 20 }))
    deposit(world, { deposit: 'headcounts', batch: '2511', source: 'effectif_ent', rows: headcounts })
    await settle(world)
    expect(world.published.get(A)?.content).toBeNull()
    expect(world.published.get(B)?.content).not.toBeNull()
  })

  it('takes in those whom a second file of the perimeter adds', async () => {
    const world = createWorld()
    const filter = (siren: string) => ({ deposit: `filter-${siren}`, batch: '2511', source: 'filter', rows: [{ siren, value: 20 }] })
    const headcounts = [A, B].map((siren) => ({ siren, value: 20 }))
    deposit(world, { deposit: 'headcounts', batch: '2510', source: 'effectif_ent', rows: headcounts })
    deposit(world, { deposit: 'debit', batch: '2510', source: 'debit', rows: [A, B].map((siren) => ({ siren, value: 5 })) })
    await settle(world)
    deposit(world, filter(B))
    await settle(world)
    await openBatch(world.spine(), '2511')
    await settle(world)
    expect(world.published.get(A)?.content).toBeNull()
    deposit(world, filter(A))
    await settle(world)
    expect(world.published.get(A)?.content).not.toBeNull()
  })
})
