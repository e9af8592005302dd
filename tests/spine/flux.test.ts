import { describe, expect, it } from 'vitest'
import { editBatch } from '../../shared/domain/spine/editing.ts'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, finalState, settle, type World } from './world.ts'

const SIRENS = ['100000001', '100000002', '100000003', '100000004']

const month = (batch: string, sirens: readonly string[]): InventedFile[] => [
  { deposit: `h${batch}`, batch, source: 'effectif_ent', rows: SIRENS.map((siren) => ({ siren, value: 20 })) },
  { deposit: `d${batch}`, batch, source: 'debit', rows: sirens.map((siren) => ({ siren, value: 5 })) },
]

/** 2512 names one of the four of 2511, which the guard refuses, but one of the two of 2510. */
const platform = async (): Promise<World> => {
  const world = createWorld()
  for (const files of [month('2510', SIRENS.slice(0, 2)), month('2511', SIRENS), month('2512', SIRENS.slice(0, 1))]) {
    for (const file of files) deposit(world, file)
    await settle(world)
  }
  expect(world.data.batches.get('2512')?.verdicts.debit?.effective).toBe(false)
  return world
}

/** The process of the command dies after its first write. */
const declareAndDie = async (world: World): Promise<void> => {
  let isWritten = false
  const spine = world.spine(async (operation) => {
    if (isWritten) throw new Error('the process died')
    isWritten = operation === 'admin.updateBatch'
  })
  await expect(editBatch(spine, '2511', { flux: { debit: true } })).rejects.toThrow('the process died')
}

describe('a declaration of flux whose command died', () => {
  it('judges the later batches again, at the next sweep', async () => {
    const world = await platform()
    await declareAndDie(world)
    await settle(world)
    const direct = await platform()
    await editBatch(direct.spine(), '2511', { flux: { debit: true } })
    await settle(direct)
    expect(world.data.current?.batch).toBe('2512')
    expect(finalState(world)).toEqual(finalState(direct))
  })

  it('judges the later batches again, whoever makes the touches that it owed', async () => {
    const world = await platform()
    await declareAndDie(world)
    deposit(world, { deposit: 'p', batch: '2511', source: 'paydex', rows: [{ siren: SIRENS[0] as string, value: 1 }] })
    await settle(world)
    expect(world.data.batches.get('2512')?.verdicts.debit?.effective).toBe(true)
    expect(world.data.current?.batch).toBe('2512')
  })
})
