import { describe, expect, it } from 'vitest'
import type { InventedFile } from './invented.ts'
import { createWorld, deposit, finalState, settle, type World } from './world.ts'

const A = '100000001'
const B = '100000002'
const C = '100000003'
const D = '100000004'
const all = [A, B, C, D]

const month = (batch: string, values: Partial<Record<string, number>> = {}, sirens = all): InventedFile[] => [
  { deposit: `headcount-${batch}`, batch, source: 'effectif_ent', rows: all.map((siren) => ({ siren, value: 20 })) },
  { deposit: `mapping-${batch}`, batch, source: 'admin_urssaf', rows: all.map((siren) => ({ compte: `c${siren}`, siren, value: 1 })) },
  { deposit: `debit-${batch}`, batch, source: 'debit', rows: sirens.map((siren) => ({ compte: `c${siren}`, value: values[siren] ?? 5 })), cut: 2 },
]

/** The months arrive one after the other: what opens is an input of the final state, like the files (architecture §11). */
const run = async (...months: (readonly InventedFile[])[]): Promise<World> => runInOrder((count) => count - 1, ...months)

const runInOrder = async (order: (count: number) => number, ...months: (readonly InventedFile[])[]): Promise<World> => {
  const world = createWorld()
  for (const files of months) {
    for (const file of files) deposit(world, file)
    await settle(world, order)
  }
  return world
}

describe('the spine', () => {
  it('has no run for a deposit of an unknown type: nothing will ever be read of it, and nothing is owed to it', async () => {
    const world = createWorld()
    deposit(world, { deposit: 'unknown', batch: '2511', source: '', rows: [], refused: true })
    deposit(world, { deposit: 'h', batch: '2511', source: 'effectif_ent', rows: [{ siren: '100000001', value: 20 }] })
    await settle(world)
    await world.sweep()
    const batch = world.data.batches.get('2511')
    expect([batch?.runs, batch?.closedRun, batch?.owed].map((bySource) => Object.keys(bySource ?? {}))).toEqual([['effectif_ent'], ['effectif_ent'], []])
  })

  it('brings the files of a month to a published list', async () => {
    const world = await run(month('2511'))
    expect(world.data.current).toEqual({ batch: '2511', opened: true })
    expect([...world.data.lists.values()].map(({ key, state }) => [key, state])).toEqual([['2511', 'published']])
    expect([...world.announced.keys()]).toEqual(['2511'])
    expect(finalState(world).scores.map(([list, siren]) => [list, siren])).toEqual(all.map((siren) => ['2511', siren]))
    expect(finalState(world).ledger).toEqual(all.map((siren) => [siren, 'done', '2511']))
  })

  it('gives the same state whatever the order of the messages', async () => {
    const months = [month('2511'), month('2512', { [A]: 7 })]
    const first = finalState(await run(...months))
    let seed = 7
    for (let round = 0; round < 30; round++) {
      const order = (count: number): number => {
        seed = (seed * 1103515245 + 12345) % 2147483648
        return seed % count
      }
      const world = await runInOrder(order, ...months)
      expect(finalState(world)).toEqual(first)
    }
    expect(first.current).toEqual({ batch: '2512', opened: true })
  })

  it('parks a file that needs the mapping, and says so', async () => {
    const world = await run(month('2511').filter(({ source }) => source !== 'admin_urssaf'))
    expect(world.data.imports.get('debit-2511')?.waiting?.for).toEqual(['admin_urssaf'])
    expect(world.data.current).toBeUndefined()
    deposit(world, month('2511')[1] as InventedFile)
    await settle(world)
    expect(world.data.imports.get('debit-2511')?.waiting).toBeUndefined()
    expect(world.data.current?.batch).toBe('2511')
  })

  it('lets no cut stock file delete anything until a person confirms it', async () => {
    const world = await run(month('2511'), month('2512', {}, [A]))
    expect(world.data.batches.get('2512')?.verdicts.debit).toEqual({ effective: false, named: 1, holders: 4, kept: 1 })
    expect(world.data.current?.batch).toBe('2511')
    const before = finalState(world).raws
    expect(JSON.stringify(before)).not.toContain('"delete"')
    await world.spine().store.imports.set('debit-2512', 'confirmed')
    world.messages.push({ id: 0, queue: 'import', body: { v: 1, deposit: 'debit-2512' } })
    await settle(world)
    expect(world.data.batches.get('2512')?.verdicts.debit?.effective).toBe(true)
    expect(world.data.current?.batch).toBe('2512')
    expect(JSON.stringify(finalState(world).raws)).toContain('"delete"')
  })

  it('leaves nothing under the old SIREN when the mapping is corrected', async () => {
    const wrong: InventedFile = {
      deposit: 'mapping-2511',
      batch: '2511',
      source: 'admin_urssaf',
      rows: [{ compte: `c${A}`, siren: B, value: 1 }],
      completedAt: 1,
    }
    const right: InventedFile = {
      deposit: 'mapping-right',
      batch: '2511',
      source: 'admin_urssaf',
      rows: [{ compte: `c${A}`, siren: A, value: 1 }],
      completedAt: 2,
    }
    const [headcount] = month('2511')
    const debit: InventedFile = { deposit: 'debit-2511', batch: '2511', source: 'debit', rows: [{ compte: `c${A}`, value: 5 }] }
    const late = await run([headcount as InventedFile, wrong, debit])
    deposit(late, right)
    await settle(late)
    const debitOf = (world: World, siren: string) => world.data.raws.get(`${siren}00011`)?.value.batch['2511']?.debit
    expect(debitOf(late, B)).toBeUndefined()
    expect(debitOf(late, A)).toBeDefined()
    expect(finalState(late)).toEqual(finalState(await run([headcount as InventedFile, wrong, right, debit])))
  })

  it('takes back what a withdrawn deposit said', async () => {
    const extra: InventedFile = { deposit: 'debit-extra', batch: '2511', source: 'debit', rows: [{ compte: `c${A}`, value: 99 }], completedAt: 9 }
    const world = await run([...month('2511'), extra])
    await world.spine().store.imports.set('debit-extra', 'withdrawn')
    world.messages.push({ id: 0, queue: 'import', body: { v: 1, deposit: 'debit-extra' } })
    await settle(world)
    expect(finalState(world)).toEqual(finalState(await run(month('2511'))))
  })

  it('keeps nothing of a source whose only deposit was withdrawn', async () => {
    const world = await run(month('2511'))
    await world.spine().store.imports.set('debit-2511', 'withdrawn')
    world.messages.push({ id: 0, queue: 'import', body: { v: 1, deposit: 'debit-2511' } })
    await settle(world)
    expect(JSON.stringify(finalState(world).raws)).not.toContain('"debit":{')
    expect(world.data.batches.get('2511')?.verdicts.debit?.effective).toBe(false)
  })

  it('sets aside a SIREN that fails three times, without holding its shard or its list', async () => {
    const world = await run(month('2511'))
    const row = world.data.ledger.get(A)
    const mark = { siren: A, stage: 'refine' as const, seq: row?.seq ?? 0 }
    if (row !== undefined) world.data.ledger.set(A, { ...row, stage: 'refine' })
    for (let attempt = 0; attempt < 3; attempt++) await world.spine().store.ledger.recordFailure(mark, 'broken')
    expect(world.data.ledger.get(A)).toMatchObject({ stage: 'failed', failedAt: 'refine', lastError: 'broken' })
    expect(await world.spine().store.ledger.hasUnfinished('2511')).toBe(false)
  })
})
