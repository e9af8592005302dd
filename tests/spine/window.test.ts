import { describe, expect, it } from 'vitest'
import { editBatch } from '../../shared/domain/spine/editing.ts'
import { createWorld, deposit, settle, type World } from './world.ts'

const SIREN = '100000001'
const EDIT = { param: { date_debut: new Date('2020-01-01T00:00:00Z') } }

const platform = async (): Promise<World> => {
  const world = createWorld()
  deposit(world, { deposit: 'h', batch: '2511', source: 'effectif_ent', rows: [{ siren: SIREN, value: 20 }] })
  deposit(world, { deposit: 'm', batch: '2511', source: 'admin_urssaf', rows: [{ siren: SIREN, value: 1 }] })
  deposit(world, { deposit: 'd', batch: '2511', source: 'debit', rows: [{ siren: SIREN, value: 5 }] })
  await settle(world)
  expect(world.data.batches.get('2511')?.closedRun).toMatchObject({ admin_urssaf: 1, debit: 1 })
  return world
}

describe('a window that moves', () => {
  it('imports the mapping again at the next sweep, even when the process of the command dies after its first write', async () => {
    const world = await platform()
    let isWritten = false
    const spine = world.spine(async (operation) => {
      if (isWritten) throw new Error('the process died')
      isWritten = operation === 'admin.updateBatch'
    })
    await expect(editBatch(spine, '2511', EDIT)).rejects.toThrow('the process died')
    await settle(world)
    expect(world.data.batches.get('2511')?.closedRun.admin_urssaf).toBe(2)
  })

  it('asked again, is to be computed again, and imports nothing more', async () => {
    const world = await platform()
    expect((await editBatch(world.spine(), '2511', EDIT)).window).toBe(true)
    expect((await editBatch(world.spine(), '2511', EDIT)).window).toBe(true)
    await settle(world)
    expect(world.data.batches.get('2511')?.closedRun.admin_urssaf).toBe(2)
    expect((await editBatch(world.spine(), '2511', { name: 'novembre' })).window).toBe(false)
  })
})
