import { mkdtemp, readdir, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileLocks } from './lock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'locks-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const ID = 'a'.repeat(32)
const locks = (options: { leaseMs?: number; now?: () => number; onLost?: (id: string) => void } = {}) =>
  fileLocks({ directory, leaseMs: 40_000, custodian: undefined, ...options })

test('a lock that is held makes others wait, then gives up with LOCKED', async () => {
  const lease = await locks().acquire(ID, { waitMs: 0 })
  await expect(locks().acquire(ID, { waitMs: 100 })).rejects.toMatchObject({ code: 'LOCKED', status: 423 })
  await lease.release()
  await (await locks().acquire(ID, { waitMs: 0 })).release()
})

test('a lock that is released while another waits goes to it', async () => {
  const lease = await locks().acquire(ID, { waitMs: 0 })
  const waiting = locks().acquire(ID, { waitMs: 5000 })
  await lease.release()
  expect(await (await waiting).held()).toBe(true)
})

test('one who waits stops when its signal aborts', async () => {
  await locks().acquire(ID, { waitMs: 0 })
  const stop = new AbortController()
  const waiting = locks().acquire(ID, { waitMs: 60_000, signal: stop.signal })
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'LOCKED' })
})

test('of many who ask at once, one at a time holds the lock', async () => {
  let inside = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const lease = await locks().acquire(ID, { waitMs: 30_000 })
      inside += 1
      most = Math.max(most, inside)
      await new Promise(setImmediate)
      inside -= 1
      await lease.release()
    }),
  )
  expect(most).toBe(1)
  expect(await readdir(directory)).toEqual([])
})

test('a lease that ended is taken over, and its old holder knows', async () => {
  const lost: string[] = []
  const dead = await locks({ leaseMs: 10, now: () => Date.now() - 60_000, onLost: (id) => lost.push(id) }).acquire(ID, { waitMs: 0 })
  const lease = await locks().acquire(ID, { waitMs: 1000 })
  expect([await dead.held(), await lease.held()]).toEqual([false, true])
  await expect(dead.renew()).rejects.toMatchObject({ code: 'LOCKED' })
  await dead.release()
  expect(await lease.held()).toBe(true)
  expect(lost).toEqual([ID, ID])
})

test('a renewed lease lasts longer than it was first given', async () => {
  let now = 1_000_000
  const clock = () => now
  const lease = await locks({ leaseMs: 1000, now: clock }).acquire(ID, { waitMs: 0 })
  now += 800
  await lease.renew()
  now += 800
  await expect(locks({ leaseMs: 1000, now: clock }).acquire(ID, { waitMs: 0 })).rejects.toMatchObject({ code: 'LOCKED' })
  expect(await lease.held()).toBe(true)
})

test('a lock that was waited for longer than a lease is held for a whole lease', async () => {
  let now = 1_000_000
  const clock = () => now
  const first = await locks({ leaseMs: 100_000, now: clock }).acquire(ID, { waitMs: 0 })
  const waiting = locks({ leaseMs: 1000, now: clock }).acquire(ID, { waitMs: 60_000 })
  await new Promise(setImmediate)
  now += 5000
  await first.release()
  const lease = await waiting
  await expect(locks({ leaseMs: 1000, now: clock }).acquire(ID, { waitMs: 0 })).rejects.toMatchObject({ code: 'LOCKED' })
  expect(await lease.held()).toBe(true)
})

test('a token removed by another process is a lost lease', async () => {
  const lease = await locks().acquire(ID, { waitMs: 0 })
  const [token = ''] = await readdir(join(directory, `${ID}.lck`))
  await unlink(join(directory, `${ID}.lck`, token))
  expect(await lease.held()).toBe(false)
})

test.each([3_600_000, -3_600_000])('a clock that jumps by %i ms makes wait or take over, never two holders within the lease of one clock', async (jump) => {
  let now = Date.now()
  const clock = () => now
  const lease = await locks({ now: clock }).acquire(ID, { waitMs: 0 })
  now += jump
  const other = await locks({ now: clock })
    .acquire(ID, { waitMs: 0 })
    .catch(() => undefined)
  const retried =
    other ??
    (jump > 0
      ? await locks({ now: clock })
          .acquire(ID, { waitMs: 0 })
          .catch(() => undefined)
      : undefined)
  expect([await lease.held(), (await retried?.held()) ?? false].filter(Boolean)).toHaveLength(1)
})
