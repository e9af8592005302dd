import { describe, expect, test } from 'vitest'
import { sweepAll } from '../../functions/sweep/core.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import type { StatusCounts } from '../../shared/domain/spine/status.ts'
import type { Metrics } from '../../shared/ports.ts'
import { createWorld, deposit, settle } from './world.ts'

const AT_REST: StatusCounts = {
  stages: { refine: 0, detect: 0, publish: 0, done: 0, failed: 0 },
  failed: [],
  failedAt: { refine: 0, detect: 0, publish: 0 },
  oldest: {},
}

const recorder = (): { metrics: Metrics; values: Record<string, number> } => {
  const values: Record<string, number> = {}
  const record = (name: string, value: number): void => {
    values[name] = value
  }
  return { metrics: { count: record, milliseconds: record, flush() {} }, values }
}

const swept = async (spine: Spine, options: { announced?: string[]; counts?: StatusCounts; uploads?: () => Promise<object> } = {}) => {
  const { metrics, values } = recorder()
  const done = sweepAll({
    spine,
    idleMs: 0,
    sweepUploads: options.uploads ?? (async () => ({})),
    announcedBetween: async () => options.announced ?? [],
    counts: async () => options.counts ?? AT_REST,
    metrics,
  })
  const failed = await done.then(
    () => undefined,
    (error: Error) => error.message,
  )
  return { values, failed }
}

describe('the gauges of a sweep', () => {
  test('are all zero when nothing waits', async () => {
    const world = createWorld()
    deposit(world, { deposit: 'h', batch: '2511', source: 'effectif_ent', rows: [{ siren: '100000001', value: 20 }] })
    deposit(world, { deposit: 'd', batch: '2511', source: 'debit', rows: [{ siren: '100000001', value: 1 }] })
    await settle(world)
    expect((await swept(world.spine(), { announced: ['h', 'd'] })).values).toEqual({ OldestWorkAge: 0, SirensFailed: 0, ListsHeld: 0, DepositsWaiting: 0 })
  })

  test('tell the age of the oldest work, SIRENs set aside, lists held and deposits that nobody has read', async () => {
    const world = createWorld()
    // parked: the perimeter is not there
    deposit(world, { deposit: 'd', batch: '2511', source: 'debit', rows: [{ siren: '100000001', value: 1 }] })
    await settle(world)
    world.data.lists.set('2510', { key: '2510', libelle: 'Octobre 2025', state: 'building', announced: false, reason: 'trop ancienne' })
    const spine = { ...world.spine(), clock: () => new Date('2025-02-01T12:00:00Z') }
    const oldest = { refine: new Date('2025-02-01T11:50:00Z'), publish: new Date('2025-02-01T11:00:00Z') }
    const { values } = await swept(spine, { announced: ['d', 'lost'], counts: { ...AT_REST, oldest, stages: { ...AT_REST.stages, failed: 3 } } })
    expect(values).toEqual({ OldestWorkAge: 3_600_000, SirensFailed: 3, ListsHeld: 1, DepositsWaiting: 2 })
  })

  test('are measured when another part of the sweep fails, which still fails the sweep', async () => {
    const { values, failed } = await swept(createWorld().spine(), { uploads: () => Promise.reject(new Error('storage away')) })
    expect(failed).toBe('storage away')
    expect(values).toHaveProperty('OldestWorkAge', 0)
  })

  test('are logged as a part that failed when the ledger does not answer', async () => {
    const parts: unknown[] = []
    const log = { ...silentLog, error: (_event: string, _error: unknown, fields: object = {}) => void parts.push(fields) }
    const { metrics, values } = recorder()
    const spine = { ...createWorld().spine(), log }
    const work = sweepAll({
      ...{ spine, idleMs: 0, metrics },
      sweepUploads: async () => ({}),
      announcedBetween: async () => [],
      counts: () => Promise.reject(new Error('database away')),
    })
    await expect(work).rejects.toThrow('database away')
    expect(parts).toEqual([{ part: 'gauges' }])
    expect(values).toEqual({})
  })
})

test('what cannot be mended in the spine keeps no other part from being mended, and is told with its part', async () => {
  const world = createWorld()
  deposit(world, { deposit: 'h', batch: '2511', source: 'effectif_ent', rows: [{ siren: '100000001', value: 20 }] })
  await settle(world)
  deposit(world, { deposit: 'd', batch: '2511', source: 'debit', rows: [{ siren: '100000001', value: 1 }] })
  world.messages.length = 0
  const { store, ...spine } = world.spine()
  const batch = world.data.batches.get('2511')
  if (batch === undefined) throw new Error('no batch')
  world.data.batches.set('2511', { ...batch, owed: { effectif_ent: 'token' } })
  const admin = { ...store.admin, settleOwed: () => Promise.reject(new Error('the ledger is away')) }
  const { failed } = await swept({ ...spine, store: { ...store, admin } }, { announced: ['d'] })
  expect(failed).toBe('what deposits owe: the ledger is away')
  expect(world.messages.map(({ queue }) => queue)).toContain('import')
})
