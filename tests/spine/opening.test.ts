import { describe, expect, it } from 'vitest'
import { openBatch, tryOpen } from '../../shared/domain/spine/opening.ts'
import { createWorld, deposit, settle } from './world.ts'

const A = '100000001'

describe('an opening', () => {
  it('is void when another batch was opened since its conditions were looked at', async () => {
    const world = createWorld({ settings: { requiredInBatch: ['debit'], requiredEver: ['sirene'] } })
    deposit(world, { deposit: 'h2510', batch: '2510', source: 'effectif_ent', rows: [{ siren: A, value: 20 }] })
    deposit(world, { deposit: 'd2512', batch: '2512', source: 'debit', rows: [{ siren: A, value: 1 }] })
    await settle(world)
    expect(world.data.current).toBeUndefined()
    let isOpened = false
    const spine = world.spine(async (operation) => {
      // a person opens 2510 while the list that would hold 2512 back is not there yet
      if (isOpened || operation !== 'imports.all') return
      isOpened = true
      await openBatch(world.spine(), '2510')
    })
    await tryOpen({ ...spine, settings: { ...world.settings, requiredEver: [] } })
    expect(world.data.current?.batch).toBe('2510')
    expect(world.data.lists.get('2510')?.state).toBe('building')
  })

  it('closes the lists of earlier months at once', async () => {
    const world = createWorld()
    for (const batch of ['2511', '2512']) deposit(world, { deposit: `h${batch}`, batch, source: 'effectif_ent', rows: [{ siren: A, value: 20 }] })
    await settle(world)
    await openBatch(world.spine(), '2511')
    await openBatch(world.spine(), '2512')
    expect(world.data.lists.get('2511')?.state).toBe('closed')
  })
})
