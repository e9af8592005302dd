import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureInstance, until } from '../fixtures/instances.ts'
import { isAlive } from '../processes.ts'
import type { Instance } from './instance.ts'

const EVENT = { requestContext: { http: { method: 'GET', path: '/' } }, rawQueryString: '', headers: {}, isBase64Encoded: false }

let first: Instance
let second: Instance
const lines: string[] = []

beforeAll(async () => {
  first = fixtureInstance('echo', { name: 'first', environment: { WHO: 'first' }, onLine: (line) => lines.push(line) })
  second = fixtureInstance('echo', { name: 'second' })
  await Promise.all([first.ready(), second.ready()])
})
afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()])
})

describe('a function in a process of its own', () => {
  test('gets its own variables and nothing of the developer’s shell', async () => {
    process.env.SECRET_OF_THE_SHELL = 'x'
    const instance = fixtureInstance('variables', { environment: { WHO: 'me' } })
    const result = await instance.invoke({})
    await instance.stop()
    expect(result).toMatchObject({ ok: true, payload: { WHO: 'me' } })
    expect(result).not.toHaveProperty('payload.SECRET_OF_THE_SHELL')
  })

  test('when it is killed it is started again, and the others do not notice', async () => {
    const [pid, other] = [first.pid() ?? 0, second.pid()]
    expect(first.kill('SIGKILL')).toBe(true)
    expect(await first.invoke(EVENT)).toMatchObject({ ok: true, payload: { statusCode: 200, headers: { 'x-who': 'first' } } })
    expect(first.pid()).not.toBe(pid)
    expect(isAlive(pid)).toBe(false)
    expect(first.restarts()).toBe(1)
    expect([second.pid(), second.restarts()]).toEqual([other, 0])
  })

  test('its memory can be read', async () => {
    expect(await first.residentBytes()).toBeGreaterThan(process.platform === 'linux' ? 20_000_000 : 0)
  })

  test('an error of the handler fails the call and leaves the process', async () => {
    const instance = fixtureInstance('broken')
    expect(await instance.invoke({ how: 'throw' })).toMatchObject({ ok: false, why: 'failed', message: 'broken on purpose' })
    expect(instance.restarts()).toBe(0)
    await instance.stop()
  })

  test('a stray rejection ends the process, fails the call, and another process takes the next one', async () => {
    const instance = fixtureInstance('broken')
    await instance.ready()
    expect(await instance.invoke({ how: 'stray' })).toMatchObject({ ok: false, why: 'crashed' })
    // until its end is heard of, the dying process could still take the next call
    await until(() => instance.restarts() === 1)
    expect(await instance.invoke({ how: 'throw' })).toMatchObject({ ok: false, why: 'failed' })
    await instance.stop()
  })

  test('a function that needs more than its memory ends its process, as Lambda ends it', async () => {
    const told: string[] = []
    const instance = fixtureInstance('hungry', { memoryMegabytes: 128, onLine: (line) => told.push(line) })
    await instance.ready()
    expect(await instance.invoke({})).toMatchObject({ ok: false, why: 'crashed' })
    await until(() => instance.restarts() === 1)
    expect(told.join('\n')).toContain('ERR_WORKER_OUT_OF_MEMORY')
    await instance.stop()
  })

  test('after stop there is no process', async () => {
    const instance = fixtureInstance('echo', { name: 'short' })
    await instance.ready()
    const pid = instance.pid() ?? 0
    await instance.stop()
    expect(isAlive(pid)).toBe(false)
    expect(await instance.invoke(EVENT)).toMatchObject({ ok: false, why: 'refused' })
  })
})
