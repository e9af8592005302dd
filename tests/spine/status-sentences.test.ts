import { describe, expect, it } from 'vitest'
import { readStatus, type StatusCounts } from '../../shared/domain/spine/status.ts'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, settle, type World } from './world.ts'

const SIRENS = ['100000001', '100000002', '100000003', '100000004']
const NOTHING: StatusCounts = {
  stages: { refine: 0, detect: 0, publish: 0, done: 4, failed: 0 },
  failed: [],
  failedAt: { refine: 0, detect: 0, publish: 0 },
  oldest: {},
}

const headcounts = (batch: string): InventedFile => ({
  deposit: `h${batch}`,
  batch,
  source: 'effectif_ent',
  rows: SIRENS.map((siren) => ({ siren, value: 20 })),
})
const debits = (batch: string, sirens: readonly string[]): InventedFile => ({
  deposit: `d${batch}`,
  batch,
  source: 'debit',
  rows: sirens.map((siren) => ({ siren, value: 5 })),
})

const sentencesOf = async (world: World): Promise<string[]> => {
  const { store, sources, settings } = world.spine()
  return (await readStatus(store, async () => NOTHING, sources, settings)).batches.map(({ sentence }) => sentence)
}

describe('what a batch waits for', () => {
  it('does not say that a source is missing when its file waits for a person', async () => {
    const world = createWorld()
    for (const file of [headcounts('2510'), debits('2510', SIRENS)]) deposit(world, file)
    await settle(world)
    deposit(world, debits('2511', SIRENS.slice(0, 1)))
    await settle(world)
    expect(await sentencesOf(world)).toEqual(['2510 est le lot courant : liste publiée', '2511 en collecte : debit attend une confirmation'])
  })

  it('does not say that a source is missing when its file waits for another one', async () => {
    const world = createWorld()
    deposit(world, debits('2510', SIRENS))
    await settle(world)
    const [sentence = ''] = await sentencesOf(world)
    expect(sentence).toContain('debit attend effectif_ent')
    expect(sentence).not.toContain('manque debit')
    expect(sentence).toContain('manque effectif_ent')
  })

  it('names the batch that is ready to open', async () => {
    const world = createWorld()
    for (const file of [headcounts('2510'), debits('2510', SIRENS)]) deposit(world, file)
    await settle(world)
    world.data.current = undefined
    expect(await sentencesOf(world)).toEqual(['2510 en collecte : prêt à ouvrir'])
  })
})
