import { expect, it } from 'vitest'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, settle } from './world.ts'

const [A, B] = ['100000001', '100000002']
const headcounts = (batch: string): InventedFile => ({
  deposit: `h${batch}`,
  batch,
  source: 'effectif_ent',
  rows: [A, B].map((siren) => ({ siren, value: 20 })),
})
const mapping = (batch: string): InventedFile => ({
  deposit: `m${batch}`,
  batch,
  source: 'admin_urssaf',
  rows: [A, B].map((siren) => ({ compte: `c${siren}`, siren, value: 1 })),
})

it('a file that lost its mapping holds nobody any more: the guard of the next month does not count whom it named', async () => {
  const world = createWorld()
  const withoutMapping: InventedFile = { deposit: 'd-siret', batch: '2511', source: 'debit', rows: [] }
  const byCompte: InventedFile = { deposit: 'd-compte', batch: '2511', source: 'debit', rows: [{ compte: `c${B}`, value: 5 }], completedAt: 1 }
  for (const file of [headcounts('2511'), mapping('2511'), withoutMapping, byCompte]) deposit(world, file)
  await settle(world)
  await world.spine().store.imports.set('m2511', 'withdrawn')
  world.messages.push({ id: 0, queue: 'import', body: { v: 1, deposit: 'm2511' } })
  await settle(world)
  expect(world.data.imports.get('d-compte')?.waiting?.for).toEqual(['admin_urssaf'])

  for (const file of [headcounts('2512'), mapping('2512')]) deposit(world, file)
  deposit(world, { deposit: 'd2512', batch: '2512', source: 'debit', rows: [{ compte: `c${A}`, value: 5 }] })
  await settle(world)
  expect(world.data.batches.get('2512')?.verdicts.debit).toEqual({ effective: true, named: 1, holders: 0, kept: 0 })
})
