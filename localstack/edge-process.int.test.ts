import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Edge, startEdge } from './edge-process.ts'
import { fixtureInstance, until } from './fixtures/instances.ts'
import { isAlive } from './processes.ts'
import type { Instance } from './runner/instance.ts'

let edge: Edge
let uploads: [Instance, Instance]
const lines: string[] = []
const onLine = (line: string): void => void lines.push(line)

const who = async (url: string): Promise<string | null> => (await fetch(url)).headers.get('x-who')

describe('the doors in a process of their own', () => {
  beforeAll(async () => {
    edge = await startEdge({ onLine })
  })
  afterAll(async () => {
    await edge?.stop()
    await Promise.all((uploads ?? []).map((instance) => instance.stop()))
  })

  test('answer 503 until they are opened', async () => {
    for (const origin of [edge.origin, ...edge.direct]) expect((await fetch(`${origin}/files`)).status).toBe(503)
  })

  test('lead to the instances in turn, each direct one to its own, the rest to the pages', async () => {
    const instanceOf = (name: string): Instance => fixtureInstance('echo', { name, environment: { WHO: name }, onLine })
    uploads = [instanceOf('upload-1'), instanceOf('upload-2')]
    await edge.open(new Map([['upload', uploads]]), { directory: undefined, headers: { all: { 'x-page': 'yes' }, cache: {} }, configuration: { here: true } })
    expect(new Set([await who(`${edge.origin}/files`), await who(`${edge.origin}/files`)])).toEqual(new Set(['upload-1', 'upload-2']))
    expect([await who(`${edge.direct[0]}/files`), await who(`${edge.direct[1]}/files`)]).toEqual(['upload-1', 'upload-2'])
    const page = await fetch(`${edge.origin}/config.json`)
    expect([page.headers.get('x-page'), await page.json()]).toEqual(['yes', { here: true }])
  })

  test('hear of a function that is started again: the request waits for it', async () => {
    uploads[0].kill('SIGKILL')
    await until(() => uploads[0].restarts() === 1)
    expect(await who(`${edge.direct[0]}/files`)).toBe('upload-1')
  })

  test('are there again on the same addresses when their process is killed', async () => {
    const pid = edge.pid() ?? 0
    process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(pid) && edge.pid() !== pid)
    const answers = () => who(`${edge.direct[1]}/files`).catch(() => undefined)
    expect(await until(async () => (await answers()) ?? undefined)).toBe('upload-2')
    expect(lines).toContain('edge: the process ended (SIGKILL), starting another one')
  })

  test('refuse a port that is taken', async () => {
    await expect(startEdge({ port: Number(new URL(edge.origin).port), onLine })).rejects.toThrow('EADDRINUSE')
  })

  test('leave no process when they are closed', async () => {
    const pid = edge.pid() ?? 0
    await edge.stop()
    expect(isAlive(pid)).toBe(false)
    await expect(fetch(edge.origin)).rejects.toThrow()
  })
})
