import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { until } from './fixtures/instances.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'start-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const start = (...parameters: string[]) => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'start.ts'), ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => child.on('close', (code) => resolve({ code, ...output })))
  return { child, ended }
}

const count = z.number().int().nonnegative()
const Outcome = z.looseObject({
  ok: z.boolean(),
  uploads: count,
  files: count,
  rows: z.object({ read: count, imported: count, filtered: count, rejected: count, ignored: count }),
  sirens: count,
  stages: z.record(z.string(), count),
  alerts: z.object({ F1: count, F2: count, none: count }),
  published: count,
  lists: z.array(z.looseObject({ key: z.string(), state: z.string() })),
  seconds: z.number(),
})

const Ready = z.looseObject({
  edge: z.url(),
  uploads: z.tuple([z.url(), z.url()]),
  datapi: z.url(),
  issuer: z.url(),
  mongodb: z.string(),
  postgres: z.string(),
  sqs: z.url(),
  efs: z.string(),
  accounts: z.array(z.object({ username: z.string(), label: z.string() })),
})

describe('npm start', () => {
  test('an unknown option is refused with the help and exit 2', async () => {
    const { code, out, err } = await start('--nothing').ended
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('Usage: npm start --')
  })

  test('with --once and --json, a month goes from the deposit to the list, and one object tells it', async () => {
    const readyFile = path.join(directory, 'ready.json')
    const { ended } = start('--once', '--json', '--no-web', '--companies', '20', '--batches', '1', '--batch', '2511', '--ready-file', readyFile)
    const ready = Ready.parse(JSON.parse(await until(() => readFile(readyFile, 'utf8').catch(() => undefined), 60_000)))
    expect(new URL(ready.datapi).origin).toBe(ready.edge)
    expect(ready.uploads[0]).not.toBe(ready.uploads[1])
    expect(ready.accounts.map(({ username }) => username)).toEqual(expect.arrayContaining(['partner1', 'partner2', 'agent.bretagne']))

    const { code, out, err } = await ended
    expect(code, err).toBe(0)
    const outcome = Outcome.parse(JSON.parse(out))
    const { read, imported, filtered, rejected, ignored } = outcome.rows
    expect(outcome.uploads).toBe(outcome.files)
    expect(read).toBeGreaterThan(0)
    expect(imported + filtered + rejected + ignored).toBe(read)
    expect(outcome.stages.done).toBe(outcome.sirens)
    expect(outcome.lists).toMatchObject([{ key: '2511', state: 'published' }])
    await expect(readFile(readyFile)).rejects.toThrow('ENOENT')
  })
})
