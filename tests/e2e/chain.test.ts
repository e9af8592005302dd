import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleMonth } from '../../localstack/sample/index.ts'
import { type Platform, sampleMonths, startPlatform } from '../support/platform.ts'

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

  beforeAll(async () => {
    sample = await sampleMonths({ companies: COMPANIES })
    reference = await run(async (platform, { batch, files }) => {
      const { idle } = await platform.deposit(batch, files)
      expect(idle.stuck).toBe(false)
    })
  })
  afterAll(() => sample.remove())

  it('in another run, on a bucket instead of a directory', async () => {
    const digest = await run(
      async (platform, { batch, files }) => {
        await platform.deposit(batch, files)
        expect(await readdir(path.join(platform.stack.efs, 'tusd', '.state'))).toEqual([])
      },
      { backend: 's3' },
    )
    expect(digest).toEqual(reference)
  })

  it('when the files come in another order', async () => {
    expect(await run(async (platform, { batch, files }) => void (await platform.deposit(batch, files.toReversed())))).toEqual(reference)
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
