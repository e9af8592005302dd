import { expect, it } from 'vitest'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, settle } from './world.ts'

const SIRENS = ['100000001', '100000002', '100000003']

const month = (batch: string, debtors: readonly string[]): InventedFile[] => [
  { deposit: `h${batch}`, batch, source: 'effectif_ent', rows: SIRENS.map((siren) => ({ siren, value: 20 })) },
  { deposit: `m${batch}`, batch, source: 'admin_urssaf', rows: SIRENS.map((siren) => ({ compte: `c${siren}`, siren, value: 1 })) },
  { deposit: `d${batch}`, batch, source: 'debit', rows: debtors.map((siren) => ({ compte: `c${siren}`, value: 5 })) },
]

it('a confirmation whose bell was lost is heard by the next sweep', async () => {
  const world = createWorld()
  for (const files of [month('2511', SIRENS), month('2512', SIRENS.slice(0, 1))]) {
    for (const file of files) deposit(world, file)
    await settle(world)
  }
  expect(world.data.batches.get('2512')?.verdicts.debit?.effective).toBe(false)
  await world.spine().store.imports.set('d2512', 'confirmed')
  await settle(world)
  expect(world.data.batches.get('2512')?.verdicts.debit?.effective).toBe(true)
  expect(world.data.current?.batch).toBe('2512')
})
