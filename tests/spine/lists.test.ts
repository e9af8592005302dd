import { describe, expect, it } from 'vitest'
import type { ListDocument } from '../../shared/domain/spine/documents.ts'
import { publishIfComplete, schedulePublication } from '../../shared/domain/spine/lists.ts'
import { openBatch, tryOpen } from '../../shared/domain/spine/opening.ts'
import { beginRecomputing, endRecomputing, recomputableList, recomputingSentence, ringRecomputing } from '../../shared/domain/spine/recomputing.ts'
import { createWorld, deposit, settle, type World } from './world.ts'

const A = '100000001'
const B = '100000002'
/** Later than anything that happens in the invented world, which begins on 1 January 2025. */
const LATER = new Date('2025-06-01T00:00:00Z')

const headcounts = (world: World, batch: string): void =>
  deposit(world, {
    deposit: `h${batch}`,
    batch,
    source: 'effectif_ent',
    rows: [
      { siren: A, value: 20 },
      { siren: B, value: 30 },
    ],
  })
const debits = (world: World, batch: string, value: number): void =>
  deposit(world, {
    deposit: `d${batch}`,
    batch,
    source: 'debit',
    rows: [
      { siren: A, value },
      { siren: B, value: value + 1 },
    ],
  })
const listOf = (world: World, key: string): ListDocument => {
  const list = world.data.lists.get(key)
  if (list === undefined) throw new Error(`no list ${key}`)
  return list
}
const withMonth = async (): Promise<World> => {
  const world = createWorld()
  headcounts(world, '2511')
  debits(world, '2511', 1)
  await settle(world)
  return world
}

describe('the date of a list', () => {
  it('is chosen before its batch opens, and is the one from which agents see it', async () => {
    const world = createWorld()
    headcounts(world, '2511')
    await settle(world)
    expect(await schedulePublication(world.spine(), '2511', LATER)).toMatchObject({ state: 'building', publishAt: LATER })
    debits(world, '2511', 1)
    await settle(world)
    expect(listOf(world, '2511')).toMatchObject({ state: 'published', publishedAt: LATER, announced: true })
    expect(world.announced.get('2511')).toEqual(LATER)
  })

  it('is never earlier than the moment when the list was complete', async () => {
    const world = createWorld()
    headcounts(world, '2511')
    await settle(world)
    const passed = new Date('2025-01-01T00:00:01Z')
    await schedulePublication(world.spine(), '2511', passed)
    debits(world, '2511', 1)
    await settle(world)
    expect(listOf(world, '2511').publishedAt?.getTime()).toBeGreaterThan(passed.getTime())
  })

  it('is taken back: the list is then published as soon as it is complete', async () => {
    const world = createWorld()
    headcounts(world, '2511')
    await settle(world)
    await schedulePublication(world.spine(), '2511', LATER)
    expect(await schedulePublication(world.spine(), '2511', undefined)).not.toHaveProperty('publishAt')
    debits(world, '2511', 1)
    await settle(world)
    expect(listOf(world, '2511').publishedAt?.getTime()).toBeLessThan(LATER.getTime())
  })

  it('does not lift what holds the list: data older than the artefact allows', async () => {
    const world = await withMonth()
    const { publishedAt: _, ...list } = listOf(world, '2511')
    world.data.lists.set('2511', { ...list, state: 'building', announced: false, reason: 'trop ancienne' })
    await schedulePublication(world.spine(), '2511', LATER)
    await publishIfComplete(world.spine(), '2511', async () => {
      throw new Error('announced')
    })
    expect(listOf(world, '2511')).toMatchObject({ state: 'building', publishAt: LATER, reason: 'trop ancienne' })
  })

  it('that is chosen while the list is being published is not lost: the list is looked at again', async () => {
    const world = await withMonth()
    const { publishedAt: _, ...list } = listOf(world, '2511')
    world.data.lists.set('2511', { ...list, state: 'building', announced: false })
    const spine = world.spine(async (operation) => {
      if (operation === 'lists.markPublished') await schedulePublication(world.spine(), '2511', LATER)
    })
    const announced: Date[] = []
    await publishIfComplete(spine, '2511', async (_list, at) => void announced.push(at))
    expect(listOf(world, '2511').state).toBe('building')
    await publishIfComplete(world.spine(), '2511', async (_list, at) => void announced.push(at))
    expect(announced).toEqual([LATER])
  })

  it('never changes once the list is published or closed, and no list is made for a month without a batch', async () => {
    const world = await withMonth()
    await expect(schedulePublication(world.spine(), '2511', LATER)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await expect(schedulePublication(world.spine(), '2512', LATER)).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' })
    await expect(schedulePublication(world.spine(), '2510', LATER)).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' })
    headcounts(world, '2512')
    debits(world, '2512', 5)
    await settle(world)
    expect(world.data.current?.batch).toBe('2512')
    await expect(schedulePublication(world.spine(), '2511', LATER)).rejects.toThrow('close')
  })
})

/** What `sf recompute --list` does for the list of the current batch. */
const scoreAgain = (world: World): void => {
  for (const [siren, row] of world.data.ledger) world.data.ledger.set(siren, { ...row, stage: 'detect', seq: row.seq + 1 })
}

describe('a list that is computed anew', () => {
  it('is hidden until no SIREN is in progress, then shown again at a later date, and says so', async () => {
    const world = await withMonth()
    const before = listOf(world, '2511')
    const scores = JSON.stringify([...world.data.scores.values()].map(({ key, content }) => [key, content]))
    const { recomputing } = await beginRecomputing(world.spine(), '2511', 'current')
    await settle(world)
    expect(listOf(world, '2511')).toMatchObject({ state: 'building', announced: false, recomputing: { ready: false } })
    scoreAgain(world)
    await endRecomputing(world.spine(), '2511', recomputing)
    await publishIfComplete(world.spine(), '2511', async () => {
      throw new Error('shown while SIRENs are in progress')
    })
    await settle(world)
    const after = listOf(world, '2511')
    expect(after).toMatchObject({ state: 'published', announced: true })
    expect(after).not.toHaveProperty('recomputing')
    expect(after.recomputed).toBeInstanceOf(Date)
    expect(after.publishedAt?.getTime()).toBeGreaterThan(recomputing.at.getTime())
    expect(before.publishedAt?.getTime()).toBeLessThan(recomputing.at.getTime())
    expect(world.announced.get('2511')).toEqual(after.publishedAt)
    expect(JSON.stringify([...world.data.scores.values()].map(({ key, content }) => [key, content]))).toBe(scores)
  })

  it('holds the next month meanwhile', async () => {
    const world = await withMonth()
    const { recomputing } = await beginRecomputing(world.spine(), '2511', 'current')
    headcounts(world, '2512')
    debits(world, '2512', 5)
    await settle(world)
    expect(world.data.current?.batch).toBe('2511')
    await endRecomputing(world.spine(), '2511', recomputing)
    await settle(world)
    await tryOpen(world.spine())
    expect(world.data.current?.batch).toBe('2512')
  })

  it('stays hidden when the next batch is opened by force meanwhile: only a part of it was computed', async () => {
    const world = await withMonth()
    const { recomputing } = await beginRecomputing(world.spine(), '2511', 'current')
    headcounts(world, '2512')
    debits(world, '2512', 5)
    await settle(world)
    await openBatch(world.spine(), '2512')
    await endRecomputing(world.spine(), '2511', recomputing)
    world.announced.clear()
    await settle(world)
    expect(listOf(world, '2512').state).toBe('published')
    const hidden = listOf(world, '2511')
    expect(hidden).toMatchObject({ state: 'closed', announced: false, recomputing: { as: 'current' } })
    expect([...world.announced.keys()]).toEqual(['2512'])
    expect(recomputingSentence(hidden, '2512')).toContain('relancez « sf recompute --list 2511 »')
    // the command given again starts over, for a closed list
    const again = await beginRecomputing(world.spine(), '2511', 'closed')
    await endRecomputing(world.spine(), '2511', again.recomputing)
    await ringRecomputing(world.spine())
    await settle(world)
    expect(listOf(world, '2511')).toMatchObject({ state: 'closed', announced: true })
    expect(world.announced.has('2511')).toBe(true)
  })

  it('a first attempt that wakes late changes nothing once another started over', async () => {
    const world = await withMonth()
    const first = await beginRecomputing(world.spine(), '2511', 'current')
    const second = await beginRecomputing(world.spine(), '2511', 'current')
    await expect(endRecomputing(world.spine(), '2511', first.recomputing)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    expect(listOf(world, '2511').recomputing).toEqual(second.recomputing)
  })

  it('a publication that was being announced does not show it again', async () => {
    const world = await withMonth()
    world.data.lists.set('2511', { ...listOf(world, '2511'), announced: false })
    await publishIfComplete(world.spine(), '2511', async () => {
      // everybody else had announced it, and a person has it computed anew
      world.data.lists.set('2511', { ...listOf(world, '2511'), announced: true })
      const { recomputing } = await beginRecomputing(world.spine(), '2511', 'current')
      await endRecomputing(world.spine(), '2511', recomputing)
      await publishIfComplete(world.spine(), '2511', () => Promise.reject(new Error('away'))).catch(() => undefined)
    })
    // marked by its own date alone: the new one is still to be announced
    expect(listOf(world, '2511')).toMatchObject({ state: 'published', announced: false })
  })

  it('is refused when agents never saw it, or when its publication is not finished', async () => {
    const world = await withMonth()
    const list = listOf(world, '2511')
    const refusal = async (changed: ListDocument): Promise<string> => {
      world.data.lists.set('2511', changed)
      return recomputableList(world.spine(), '2511').then(
        () => 'accepted',
        (error: Error) => error.message,
      )
    }
    const { publishedAt: _, ...unpublished } = list
    expect(await refusal({ ...unpublished, state: 'building' })).toContain('sf recompute --from detect')
    expect(await refusal({ ...unpublished, state: 'closed' })).toContain('close avant d’être publiée')
    expect(await refusal({ ...list, announced: false })).toContain('pas finie')
    expect(await refusal(list)).toBe('accepted')
    await expect(recomputableList(world.spine(), '2509')).rejects.toMatchObject({ code: 'LIST_UNKNOWN' })
  })
})
