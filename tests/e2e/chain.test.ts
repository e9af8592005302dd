import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { SampleMonth } from '../../localstack/sample/index.ts'
import { type Platform, sampleMonths, startPlatform } from '../support/platform.ts'
import { Outcome, Ready, startProgram } from '../support/start-program.ts'

const COMPANIES = 30

/** Polls until `condition` holds: the platform moves by itself. */
const until = async (what: string, condition: () => Promise<boolean> | boolean): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`never: ${what}`)
}

describe('the same files give the same final state', () => {
  let sample: Awaited<ReturnType<typeof sampleMonths>>
  let reference: Awaited<ReturnType<Platform['digest']>>

  const run = async (work: (platform: Platform, month: SampleMonth) => Promise<void>, options = {}): Promise<Awaited<ReturnType<Platform['digest']>>> => {
    const platform = await startPlatform(options)
    try {
      const [month] = sample.months
      if (month === undefined) throw new Error('the sample has no month')
      await work(platform, month)
      const status = await platform.status()
      expect(status.failed).toEqual([])
      expect(status.lists).toMatchObject([{ key: month.batch, state: 'published', announced: true }])
      const { read, imported, filtered, rejected, ignored } = status.rows
      expect(read).toBe(imported + filtered + rejected + ignored)
      expect(read).toBeGreaterThan(0)
      return await platform.digest()
    } finally {
      await platform.close()
    }
  }

  let outcome: z.infer<typeof Outcome>
  let directory: string

  beforeAll(async () => {
    sample = await sampleMonths({ companies: COMPANIES })
    directory = await mkdtemp(path.join(tmpdir(), 'start-'))
    const readyFile = path.join(directory, 'ready.json')
    const { ended } = startProgram(
      '--once',
      '--json',
      '--no-web',
      '--companies',
      `${COMPANIES}`,
      '--batches',
      '1',
      '--batch',
      '2511',
      '--ready-file',
      readyFile,
    )
    let text: string | undefined
    await until('the file that says where everything is', async () => {
      text = await readFile(readyFile, 'utf8').catch(() => undefined)
      return text !== undefined
    })
    const ready = Ready.parse(JSON.parse(text ?? ''))
    expect(new URL(ready.datapi).origin).toBe(ready.edge)
    expect(ready.uploads[0]).not.toBe(ready.uploads[1])
    expect(ready.accounts.map(({ username }) => username)).toEqual(expect.arrayContaining(['partner1', 'partner2', 'agent.bretagne']))
    const { code, out, err } = await ended
    expect(code, err).toBe(0)
    outcome = Outcome.parse(JSON.parse(out))
    reference = outcome.digest
    await expect(readFile(readyFile)).rejects.toThrow('ENOENT')
  })
  afterAll(async () => {
    await sample?.remove()
    await rm(directory, { recursive: true, force: true })
  })

  it('which npm start tells in one object: a month from the deposits to the list', () => {
    const { read, imported, filtered, rejected, ignored } = outcome.rows
    expect(outcome.uploads).toBe(outcome.files)
    expect(read).toBeGreaterThan(0)
    expect(imported + filtered + rejected + ignored).toBe(read)
    expect(outcome.stages.done).toBe(outcome.sirens)
    expect(outcome.lists).toMatchObject([{ key: '2511', state: 'published' }])
    expect(Object.values(reference.mongodb).length * Object.values(reference.postgres).length).toBeGreaterThan(0)
  })

  it('in another run, on a bucket instead of a directory', async () => {
    const digest = await run(
      async (platform, { batch, files }) => {
        await platform.deposit(batch, files)
        expect(await readdir(path.join(platform.stack.efs, 'tusd', '.state'))).toEqual([])
      },
      { backend: 's3', concurrency: 1 },
    )
    expect(digest).toEqual(reference)
  })

  it('when the files come in another order, each function doing one thing at a time', async () => {
    const reversed = run(async (platform, { batch, files }) => void (await platform.deposit(batch, files.toReversed())), { concurrency: 1 })
    expect(await reversed).toEqual(reference)
  })

  it('when every message is delivered twice', async () => {
    expect(await run(async (platform, { batch, files }) => void (await platform.deposit(batch, files)), { deliverTwice: true })).toEqual(reference)
  })

  it('when the process of the import is killed twice in the middle', async () => {
    const digest = await run(async (platform, { batch, files }) => {
      await platform.send(batch, files)
      for (let kills = 0; kills < 2; kills++) {
        await until('an import under way', async () => (await platform.status()).deposits.some(({ state }) => state === 'importing' || state === 'waiting'))
        await until('a process to kill', () => platform.stack.kill('import', 'SIGKILL'))
      }
      const { stuck } = await platform.rest(batch)
      expect(stuck).toBe(false)
    })
    expect(digest).toEqual(reference)
  })
})
