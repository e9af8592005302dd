import { execFile } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { efsSweepStorage } from '../../shared/adapters/storage/efs/sweep-storage.ts'
import { type SweepUploadsDeps, sweepUploads } from '../../shared/adapters/storage/sweep.ts'
import { sweepLimits } from '../../shared/domain/deposit/sweep.ts'
import { ORIGIN, type Platform, type PlatformOptions, startPlatform } from './support/platform.ts'
import { clientOf, expectProblem, idOf, TUS } from './support/target.ts'

let platform: Platform | undefined
afterEach(async () => {
  await platform?.stop()
  platform = undefined
})

const start = async (options: PlatformOptions = {}) => {
  const running = await startPlatform(options)
  platform = running
  const client = clientOf({
    uploads: running.uploads,
    issuer: running.issuer.issuer,
    token: (partner, claims = {}) => running.issuer.token({ 'goup-path': partner, ...claims }),
    origin: ORIGIN,
    root: running.root,
    placed: () => running.idle(),
  })
  const record = async (id: string) => JSON.parse((await readFile(join(running.root, 'tusd', '.state', `${id}.json`))).toString())
  const sweep = (now: Date, extra: Partial<SweepUploadsDeps> = {}) =>
    sweepUploads({
      storage: efsSweepStorage({ base: running.root, now: () => now.getTime() }),
      ring: async (id) => void running.rung.push(id),
      summaries: {
        write: async (summary) => void running.summaries.set(summary.id, summary),
        written: async (states) => new Set([...states].flatMap(([id, state]) => (running.summaries.get(id)?.state === state ? [id] : []))),
      },
      limits: sweepLimits(168),
      now: () => now,
      log: silentLog,
      ...extra,
    })
  return { ...running, client, record, sweep }
}

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const names = async (root: string, directory: string) => (await readdir(join(root, directory))).filter((name) => !name.startsWith('.')).sort()

test('where an origin is configured the address of an upload begins with it, whatever host the client names', async () => {
  const { client } = await start({ publicOrigin: 'https://depots.example.org' })
  for (const headers of [{}, { host: 'evil.example' }, { 'x-forwarded-host': 'evil.example' }, { forwarded: 'host=evil.example' }]) {
    const { headers: answered } = await client.post({ 'upload-length': '1', ...headers })
    expect(answered.location).toMatch(/^https:\/\/depots\.example\.org\/files\/[A-Za-z0-9_-]{22,64}$/)
  }
})

describe('quota', () => {
  test('a partner with too many open uploads gets 429 until one is finished; another partner is not concerned', async () => {
    const { client, issuer } = await start({ limits: { openCount: 2 } })
    const first = await client.create(5)
    await client.create(5)
    const refused = await client.post({ 'upload-length': '5' })
    expectProblem(refused, 429)
    expect(refused.headers['retry-after']).toMatch(/^\d+$/)
    expect((await client.post({ 'upload-length': '5', authorization: `Bearer ${await issuer.token({ 'goup-path': 'user2' })}` })).status).toBe(201)
    await client.patch(first, 0, 'hello')
    await client.create(5)
  })

  test('the declared bytes count too', async () => {
    const { client } = await start({ limits: { openBytes: 100 } })
    await client.create(60)
    expectProblem(await client.post({ 'upload-length': '41' }), 429)
    await client.create(40)
  })
})

const run = promisify(execFile)
const canMount = process.geteuid?.() === 0 && process.platform === 'linux'

/** Takes what the file system has left. */
const fill = async (path: string): Promise<void> => {
  const page = Buffer.alloc(4096)
  for (;;) {
    const full = await appendFile(path, page).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOSPC' || Promise.reject(error),
    )
    if (full) return
  }
}

describe.runIf(canMount)('a full disk', () => {
  test('a piece that does not fit is 507 and leaves the position as it was; piece and settlement go through once there is room', async ({ skip }) => {
    const root = await mkdtemp(join(tmpdir(), 'upload-small-'))
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]).then(
      () => true,
      () => false,
    )
    if (!mounted) skip('no file system of its own can be made here')
    try {
      const { client, settle, announced } = await start({ root, settles: false })
      const path = await client.create(900_000)
      expect((await client.patch(path, 0, Buffer.alloc(400_000, 1))).status).toBe(204)
      await writeFile(join(root, 'filler'), Buffer.alloc(300_000))
      expectProblem(await client.patch(path, 400_000, Buffer.alloc(500_000, 2)), 507)
      expect(await client.offset(path)).toBe(400_000)
      await rm(join(root, 'filler'))
      expect((await client.patch(path, 400_000, Buffer.alloc(500_000, 2))).status).toBe(204)
      const bytes = await readFile(join(root, 'tusd', `${idOf(path)}.bin`))
      expect(bytes.equals(Buffer.concat([Buffer.alloc(400_000, 1), Buffer.alloc(500_000, 2)]))).toBe(true)
      const before = await names(root, 'tusd')
      const refused = await client.post({ 'upload-length': '200000', 'content-type': TUS }, Buffer.alloc(200_000))
      expectProblem(refused, 507)
      expect(await names(root, 'tusd')).toEqual(before)
      expect((await client.head(path)).status).toBe(200)

      await fill(join(root, 'filler'))
      await expect(settle(idOf(path))).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(announced).toEqual([])
      await rm(join(root, 'filler'))
      await settle(idOf(path))
      expect(announced).toEqual([idOf(path)])
    } finally {
      await platform?.stop()
      platform = undefined
      await run('umount', [root])
      await rm(root, { recursive: true })
    }
  })
})

describe('sweep', () => {
  test('a stale upload expires: 410 for thirty days, then 404; a finished one never does', async () => {
    let now = new Date()
    const { client, sweep, root, idle } = await start({ upload: { now: () => now } })
    const stale = await client.create(10)
    await client.patch(stale, 0, 'hello')
    const done = await client.finished('done')
    await idle()
    expect(await sweep(inHours(167))).toMatchObject({ expired: 0 })
    expect(await sweep(inHours(169))).toMatchObject({ expired: 1 })
    expect(await names(root, 'tusd')).toEqual([`${idOf(done)}.bin`, `${idOf(done)}.info`])
    now = inHours(170)
    expect((await client.head(stale)).status).toBe(410)
    expectProblem(await client.patch(stale, 5, 'world'), 410)
    expect(await client.offset(done)).toBe(4)
    now = inHours(169 + 24 * 31)
    expect((await client.head(stale)).status).toBe(404)
    expect((await client.head(done)).status).toBe(200)
  })

  test('an upload whose client comes back in time does not expire', async () => {
    const { client, sweep, root } = await start()
    const path = await client.create(10)
    await client.patch(path, 0, 'hello')
    const later = inHours(160)
    await utimes(join(root, 'tusd', `${idOf(path)}.bin`), later, later)
    expect(await sweep(inHours(169))).toMatchObject({ expired: 0 })
  })

  test('every byte received and the record not knowing: completed and rung', async () => {
    const { client, sweep, record, root, rung } = await start({ settles: false })
    const path = await client.create(5)
    await writeFile(join(root, 'tusd', `${idOf(path)}.bin`), 'hello')
    expect(await sweep(new Date())).toMatchObject({ completed: 1, rung: 1 })
    expect([(await record(idOf(path))).state, rung]).toEqual(['complete', [idOf(path)]])
  })

  test('the next HEAD does the same', async () => {
    const { client, record, root, rung } = await start({ settles: false })
    const path = await client.create(5)
    await writeFile(join(root, 'tusd', `${idOf(path)}.bin`), 'hello')
    expect(await client.offset(path)).toBe(5)
    expect([(await record(idOf(path))).state, rung]).toEqual(['complete', [idOf(path)]])
  })

  test('a deposit that was not settled is rung after two minutes, not before, and not while somebody works on it', async () => {
    const { client, sweep, root } = await start({ settles: false })
    const path = await client.finished('hello')
    expect(await sweep(new Date())).toMatchObject({ rung: 0, summarised: 1 })
    expect(await sweep(inHours(0.1))).toMatchObject({ rung: 1, summarised: 0 })
    await mkdir(join(root, 'tusd', '.locks', `${idOf(path)}.lck`))
    await writeFile(join(root, 'tusd', '.locks', `${idOf(path)}.lck`, `${Date.now() + 1e9}-x`), '')
    expect(await sweep(inHours(0.1))).toMatchObject({ rung: 0 })
  })

  test('what is late is counted', async () => {
    const { client, sweep } = await start({ settles: false })
    await client.finished('hello')
    expect(await sweep(inHours(2))).toMatchObject({ late: 1 })
  })

  test('the mark of a deposit that is over goes once its summary is written', async () => {
    const { client, sweep, root, summaries, idle } = await start({
      settle: {
        writeSummary: async () => {
          throw new Error('away')
        },
      },
    })
    const path = await client.finished('hello')
    await idle()
    const away = { write: async () => Promise.reject(new Error('away')), written: async () => Promise.reject(new Error('away')) }
    expect(await sweep(new Date(), { summaries: away })).toMatchObject({ unmarked: 0 })
    expect(await readdir(join(root, 'tusd', '.pending'))).toEqual([idOf(path)])
    expect(await sweep(new Date())).toMatchObject({ unmarked: 1, summarised: 1 })
    expect([summaries.get(idOf(path))?.state, await readdir(join(root, 'tusd', '.pending'))]).toEqual(['announced', []])
  })

  test('what a crash left of a creation goes after a day', async () => {
    const { sweep, root } = await start()
    const id = 'c'.repeat(32)
    for (const name of [`.pending/${id}`, `${id}.bin`, `${id}.info`]) await writeFile(join(root, 'tusd', name), '')
    expect(await sweep(inHours(23))).toMatchObject({ cleared: 0 })
    expect(await sweep(inHours(25))).toMatchObject({ cleared: 1 })
    expect([await names(root, 'tusd'), await readdir(join(root, 'tusd', '.pending'))]).toEqual([[], []])
  })

  test('a quarantined file goes after thirty days; its record stays', async () => {
    const { client, sweep, root, idle, record } = await start({ settle: { scan: async () => ({ result: 'infected', reason: null }) } })
    const path = await client.finished('evil')
    await idle()
    expect(await sweep(inHours(24 * 29))).toMatchObject({ purged: 0 })
    expect(await sweep(inHours(24 * 31))).toMatchObject({ purged: 1 })
    expect([await names(root, 'tusd'), (await record(idOf(path))).state]).toEqual([[], 'quarantined'])
  })

  test('bytes that were taken away downstream are freed once nothing will read them; the upload stays complete', async () => {
    const { client, sweep, root, idle } = await start()
    const path = await client.finished('hello')
    await idle()
    const reclaimable = async function* () {
      yield idOf(path)
    }
    expect(await sweep(new Date(), { reclaimable })).toMatchObject({ reclaimed: 0 })
    for (const suffix of ['bin', 'info']) await rm(join(root, 'public', `${idOf(path)}.${suffix}`))
    expect(await sweep(new Date())).toMatchObject({ reclaimed: 0 })
    expect(await sweep(new Date(), { reclaimable })).toMatchObject({ reclaimed: 1 })
    expect([await names(root, 'tusd'), await client.offset(path)]).toEqual([[], 5])
  })

  test('one bad record stops nothing', async () => {
    const { client, sweep, root } = await start({ settles: false })
    const bad = await client.finished('one')
    const good = await client.finished('two')
    await writeFile(join(root, 'tusd', '.state', `${idOf(bad)}.json`), 'not json')
    const counts = await sweep(inHours(0.1))
    expect(counts).toMatchObject({ failed: 1, rung: 1 })
    expect(await client.offset(good)).toBe(3)
  })
})

test('a model of ten lines agrees with random sequences of pieces, through two instances', async () => {
  const { client, root } = await start({ settles: false })
  const piece = fc.record({ shift: fc.constantFrom(0, 0, 0, 1, -1), bytes: fc.uint8Array({ minLength: 0, maxLength: 40 }), cut: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const size = 100
      const path = await client.create(size)
      let model = Buffer.alloc(0)
      for (const { shift, bytes, cut } of pieces) {
        const offset = model.byteLength + shift
        if (offset < 0) continue
        if (cut && bytes.byteLength > 1) {
          await client.patch(path, offset, bytes, {}, { cutAfter: 1 }).catch(() => undefined)
        } else {
          const { status } = await client.patch(path, offset, bytes)
          const isFinished = model.byteLength === size
          const expected = shift !== 0 ? 409 : model.byteLength + bytes.byteLength > size ? 413 : 204
          expect(status).toBe(isFinished && shift === 0 && bytes.byteLength > 0 ? 413 : expected)
          if (status === 204) model = Buffer.concat([model, bytes])
        }
        expect(await client.offset(path)).toBe(model.byteLength)
      }
      expect((await readFile(join(root, 'tusd', `${idOf(path)}.bin`))).equals(model)).toBe(true)
    }),
    { numRuns: 25 },
  )
})
