import { describe, expect, it } from 'vitest'
import { createWorld, deposit, finalState, settle, type World } from './world.ts'

const A = '100000001'

const month = (world: World): void => {
  deposit(world, { deposit: 'headcount', batch: '2511', source: 'effectif_ent', rows: [{ siren: A, value: 20 }] })
  deposit(world, { deposit: 'debit', batch: '2511', source: 'debit', rows: [{ siren: A, value: 5 }] })
}

describe('a withdrawn deposit', () => {
  it('is not read under the run that takes it back, even by a worker that slept meanwhile', async () => {
    const world = createWorld()
    month(world)
    await settle(world)
    deposit(world, { deposit: 'extra', batch: '2511', source: 'debit', rows: [{ siren: A, value: 99 }] })
    const [message] = world.messages.splice(0, 1)
    if (message === undefined) throw new Error('no message')
    let looks = 0
    await world.handle(message, async (operation) => {
      // it has just seen that the deposit counts, and is about to read the run
      if (operation === 'imports.ofBatch') looks = 1
      if (operation !== 'admin.batch' || looks !== 1) return
      looks = 2
      await world.spine().store.imports.set('extra', 'withdrawn')
      await world.handle(message)
      await settle(world)
    })
    await settle(world)
    expect(looks).toBe(2)
    const direct = createWorld()
    month(direct)
    await settle(direct)
    expect(finalState(world)).toEqual(finalState(direct))
  })
})
