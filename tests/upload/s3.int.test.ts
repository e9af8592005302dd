import { createHash, randomBytes } from 'node:crypto'
import { S3 } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { copyObject } from '../../shared/adapters/storage/s3/copy.ts'
import { s3DepositFiles } from '../../shared/adapters/storage/s3/deposit-files.ts'
import { objectLocks } from '../../shared/adapters/storage/s3/locks.ts'
import { bucketOf } from '../../shared/adapters/storage/s3/objects.ts'
import { s3SettleStorage } from '../../shared/adapters/storage/s3/settle-storage.ts'
import { s3SweepStorage } from '../../shared/adapters/storage/s3/sweep-storage.ts'
import { s3UploadStorage } from '../../shared/adapters/storage/s3/upload-storage.ts'
import { sweepUploads } from '../../shared/adapters/storage/sweep.ts'
import { sweepLimits } from '../../shared/domain/deposit/sweep.ts'
import { describeConformance } from './conformance.ts'
import { ORIGIN, type Platform, type PlatformOptions, startPlatform } from './support/platform.ts'
import { BUCKET_FUNCTIONS, type BucketFunction, type FaultyS3, startFaultyS3 } from './support/s3.ts'
import { clientOf, expectProblem, idOf, metadata, type Target, TUS } from './support/target.ts'

const PIECE = 4 * 1024 * 1024

let server: FaultyS3
beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'eu-west-3' })
  server = await startFaultyS3()
})
afterAll(() => server.stop())

const options = (name?: BucketFunction) => ({
  bucket: server.bucket,
  endpoint: name === undefined ? server.endpoint : server.endpoints[name],
  region: 'eu-west-3',
})
const startOnS3 = (more: PlatformOptions = {}) =>
  startPlatform({ storages: { upload: s3UploadStorage(options('upload')), settle: s3SettleStorage({ ...options('settle'), profile: 'seed' }) }, ...more })
const targetOf = (platform: Platform): Target => ({
  uploads: platform.uploads,
  issuer: platform.issuer.issuer,
  token: (partner, claims = {}) =>
    platform.issuer.token({
      'goup-path': partner,
      email: `${partner}@example.org`,
      ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, value ?? undefined])),
    }),
  origin: ORIGIN,
  root: undefined,
  placed: () => platform.idle(),
})
const collect = async (bytes: AsyncIterable<Uint8Array>) => {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

describe('what a bucket needs of its own', () => {
  let platform: Platform
  afterEach(() => platform.stop())
  const start = async (more: PlatformOptions = {}) => {
    platform = await startOnS3(more)
    return clientOf(targetOf(platform))
  }
  const sendAll = async (client: Awaited<ReturnType<typeof start>>, path: string, content: Buffer, from = 0) => {
    for (let offset = from; offset < content.byteLength; offset += PIECE) {
      expect((await client.patch(path, offset, content.subarray(offset, offset + PIECE))).status).toBe(204)
    }
  }
  const sweepIn = async (hours: number) => {
    const rung: string[] = []
    const later = new Date(Date.now() + hours * 3_600_000)
    const counts = await sweepUploads({
      storage: s3SweepStorage({ ...options('sweep'), now: () => later.getTime() }),
      ring: async (id) => void rung.push(id),
      summaries: { write: async () => undefined, written: async () => new Set() },
      limits: sweepLimits(168),
      now: () => later,
      log: silentLog,
    })
    return { counts, rung }
  }
  const recordOf = (path: string) => s3DepositFiles(options('import')).record(idOf(path))
  const keysOf = async (id: string) => {
    const found: string[] = []
    for await (const { key } of bucketOf(options()).list('')) if (key.includes(id)) found.push(key)
    return found.sort()
  }
  const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  test('pieces of 4 MiB become parts, then one object, then a published copy with its tags; import reads it whole and by ranges', async () => {
    const client = await start()
    const content = randomBytes(3 * PIECE + 12_345)
    const path = await client.create(content.byteLength, { 'upload-metadata': metadata({ private: 'true', filename: 'é.csv' }) })
    await sendAll(client, path, content)
    await platform.idle()
    const id = idOf(path)
    const files = s3DepositFiles(options('import'))
    const record = await files.record(id)
    expect(record).toMatchObject({ state: 'announced', sha256: sha(content), object: { key: `user1/${id}.bin` } })
    expect((await collect(files.open(id))).equals(content)).toBe(true)
    expect((await collect(files.open(id, { start: PIECE - 10, end: PIECE + 9 }))).equals(content.subarray(PIECE - 10, PIECE + 10))).toBe(true)
    const s3 = new S3({ endpoint: server.endpoint, forcePathStyle: true, region: 'eu-west-3' })
    const info = JSON.parse((await (await s3.getObject({ Bucket: server.bucket, Key: `user1/${id}.info` })).Body?.transformToString()) ?? '')
    expect(info).toMatchObject({ ID: id, Size: content.byteLength, MetaData: { filename: 'é.csv' }, Platform: { sha256: sha(content) } })
    const tags = { owner: 'user1', group: 'goup', mode: '660', private: 'true' }
    expect([server.tags(`user1/${id}.bin`), server.tags(`user1/${id}.info`)]).toEqual([tags, tags])
    const left = await s3.listObjectsV2({ Bucket: server.bucket, Prefix: `tusd/${id}` })
    expect(left.Contents ?? []).toEqual([])
    expect(await client.offset(path)).toBe(content.byteLength)
    expect(platform.announced).toEqual([id])
  })

  test('acknowledged bytes survive a failure at any request of a piece', async () => {
    const client = await start({ settles: false })
    const content = randomBytes(2 * PIECE + 77)
    const steps: readonly (readonly [string, (method: string, path: string, query: URLSearchParams) => boolean])[] = [
      ['the waiting bytes', (method, path) => method === 'PUT' && path.endsWith('.part')],
      ['a part', (method, _, query) => method === 'PUT' && query.has('partNumber')],
      ['the removal of the waiting bytes', (method, path) => method === 'DELETE' && path.endsWith('.part')],
      ['the assembly', (method, _, query) => method === 'POST' && query.has('uploadId')],
    ]
    for (const [what, matches] of steps) {
      for (const when of ['before', 'after'] as const) {
        const path = await client.create(content.byteLength)
        let acknowledged = 0
        // The client of the service retries inside the SDK too: three failures in a row make one request fail.
        let failures = 3
        const arm = () => server.failNext((method, at, query) => at.includes(idOf(path)) && matches(method, at, query), when)
        arm()
        for (let round = 0; acknowledged < content.byteLength && round < 40; round++) {
          const answer = await client.patch(path, acknowledged, content.subarray(acknowledged, acknowledged + PIECE))
          if (answer.status !== 204 && failures-- > 0) arm()
          const offset = await client.offset(path)
          expect(offset, `${what}, ${when}`).toBeGreaterThanOrEqual(answer.status === 204 ? Number(answer.headers['upload-offset']) : acknowledged)
          acknowledged = offset
        }
        server.failNext(() => false)
        expect(acknowledged).toBe(content.byteLength)
        await platform.settle(idOf(path))
        expect((await s3DepositFiles(options('import')).record(idOf(path)))?.sha256, `${what}, ${when}`).toBe(sha(content))
      }
    }
  })

  test.each(['locks', 'state'])('a write to %s whose answer was lost, and that S3 refuses the second time, counts', async (prefix) => {
    const client = await start()
    const lose = () => server.failNext((method, at) => method === 'PUT' && at.includes(`/${prefix}/`), 'after')
    lose()
    const path = await client.create(5)
    lose()
    expect((await client.patch(path, 0, 'hello')).status).toBe(204)
    await platform.idle()
    expect(await recordOf(path)).toMatchObject({ state: 'announced' })
  })

  test.each([
    ['seed', 'false', { owner: 'user1', group: 'users', mode: '660', private: 'false' }],
    ['strict', 'true', { owner: 'goup', group: 'user1', mode: '640', private: 'true' }],
    ['strict', 'false', { owner: 'goup', group: 'public', mode: '640', private: 'false' }],
  ] as const)('in the profile %s, private %s, the tags say who may read', async (profile, isPrivate, tags) => {
    const client = await start({ storages: { upload: s3UploadStorage(options('upload')), settle: s3SettleStorage({ ...options('settle'), profile }) } })
    const path = await client.finished('hello', { 'upload-metadata': metadata({ private: isPrivate }) })
    await platform.idle()
    expect(server.tags((await recordOf(path))?.object?.key ?? '')).toEqual(tags)
  })

  test('an empty file is published like any other', async () => {
    const client = await start()
    const path = await client.create(0, { 'upload-metadata': metadata({ private: 'true' }) })
    await platform.idle()
    expect(await recordOf(path)).toMatchObject({ state: 'announced', object: { key: `user1/${idOf(path)}.bin` }, sha256: sha(Buffer.alloc(0)) })
    expect(await collect(s3DepositFiles(options('import')).open(idOf(path), { start: 0, end: 9 }))).toHaveLength(0)
  })

  test('an upload whose parts were thrown away is not complete: the client is told to begin again', async () => {
    const client = await start({ settles: false })
    const path = await client.create(3 * PIECE)
    await client.patch(path, 0, randomBytes(PIECE))
    await server.abortMultiparts()
    expect((await client.head(path)).status).toBe(410)
    expectProblem(await client.patch(path, PIECE, randomBytes(PIECE)), 410)
  })

  test('something else at the destination blocks the deposit and stays as it is', async () => {
    const client = await start({ settles: false })
    const path = await client.finished('hello', { 'upload-metadata': metadata({ private: 'true' }) })
    const s3 = new S3({ endpoint: server.endpoint, forcePathStyle: true, region: 'eu-west-3' })
    await s3.putObject({ Bucket: server.bucket, Key: `user1/${idOf(path)}.bin`, Body: 'foreign' })
    await platform.settle(idOf(path))
    expect(await s3DepositFiles(options('import')).record(idOf(path))).toMatchObject({ state: 'blocked' })
    expect(await (await s3.getObject({ Bucket: server.bucket, Key: `user1/${idOf(path)}.bin` })).Body?.transformToString()).toBe('foreign')
  })

  test('a published object that was changed is not read', async () => {
    const client = await start()
    const path = await client.finished('hello')
    await platform.idle()
    const s3 = new S3({ endpoint: server.endpoint, forcePathStyle: true, region: 'eu-west-3' })
    await s3.putObject({ Bucket: server.bucket, Key: `public/${idOf(path)}.bin`, Body: 'changed' })
    await expect(collect(s3DepositFiles(options('import')).open(idOf(path)))).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })

  test('a large object is copied by parts', async () => {
    await start()
    const bucket = bucketOf(options())
    const content = randomBytes(6 * 1024 * 1024)
    await bucket.client.putObject({ Bucket: server.bucket, Key: 'source', Body: content })
    await copyObject(
      bucket,
      { from: 'source', to: 'target', bytes: content.byteLength, metadata: { deposit: 'x' }, tags: { owner: 'user1' } },
      5 * 1024 * 1024,
      5 * 1024 * 1024,
    )
    expect((await collect(bucket.open('target'))).equals(content)).toBe(true)
  })

  test('an infected file is neither published nor announced, is marked, and goes after thirty days; the record stays', async () => {
    const client = await start({ settle: { scan: async () => ({ result: 'infected', reason: null }) } })
    const path = await client.finished('evil')
    await platform.idle()
    const id = idOf(path)
    expect([(await recordOf(path))?.state, platform.announced]).toEqual(['quarantined', []])
    expect(await keysOf(id)).toEqual([`locks/${id}`, `quarantine/${id}`, `state/${id}.json`, `tusd/${id}`, `tusd/${id}.info`])
    await sweepIn(24 * 31)
    expect(await keysOf(id)).toEqual([`state/${id}.json`])
    expect(await client.offset(path)).toBe(4)
  })

  test('a first piece that cannot be stored leaves nothing', async () => {
    const client = await start()
    const before = await keysOf('')
    server.failNext((method, _, query) => method === 'PUT' && query.has('partNumber'), 'before', 3)
    expect((await client.post({ 'upload-length': '5', 'content-type': TUS }, 'hello')).status).toBe(503)
    expect((await keysOf('')).filter((key) => !before.includes(key) && !key.startsWith('locks/'))).toEqual([])
  })

  test('parts that nobody assembled are assembled by settle, once sweep has rung it', async () => {
    const client = await start({ settles: false })
    const path = await client.create(5)
    server.failNext((method, _, query) => method === 'POST' && query.has('uploadId'), 'before', 3)
    expect((await client.patch(path, 0, 'hello')).status).toBe(503)
    expect((await sweepIn(1)).rung).toContain(idOf(path))
    await platform.settle(idOf(path))
    expect(await recordOf(path)).toMatchObject({ state: 'announced', sha256: sha(Buffer.from('hello')) })
    expect((await collect(s3DepositFiles(options('import')).open(idOf(path)))).toString()).toBe('hello')
  })

  test('the last write of an upload is that of its bytes, waiting or in parts, and never that of its lock', async () => {
    const client = await start({ settles: false })
    const since = Math.floor(Date.now() / 1000) * 1000
    const writtenAt = async (path: string) => (await s3SweepStorage(options('sweep')).facts(idOf(path))).dataWrittenAt
    const empty = await client.create(3 * PIECE)
    await client.patch(empty, 0)
    expect(await writtenAt(empty)).toBeUndefined()
    const waiting = await client.create(3 * PIECE)
    await client.patch(waiting, 0, 'hello')
    expect(await writtenAt(waiting)).toBeGreaterThanOrEqual(since)
    const inParts = await client.create(3 * PIECE)
    for (const offset of [0, PIECE]) await client.patch(inParts, offset, randomBytes(PIECE))
    await bucketOf(options()).remove(`locks/${idOf(inParts)}`)
    expect(await keysOf(idOf(inParts))).toEqual([`pending/${idOf(inParts)}`, `state/${idOf(inParts)}.json`, `tusd/${idOf(inParts)}.info`])
    expect(await writtenAt(inParts)).toBeGreaterThanOrEqual(since)
  })

  test('a stale upload expires with its parts; a lost bell is rung', async () => {
    const client = await start({ settles: false })
    const stale = await client.create(3 * PIECE)
    await client.patch(stale, 0, randomBytes(PIECE))
    const done = await client.finished('hello')
    const { counts, rung } = await sweepIn(169)
    expect(counts.expired).toBeGreaterThanOrEqual(1)
    expect(rung).toContain(idOf(done))
    expect((await client.head(stale)).status).toBe(410)
    expect(await client.offset(done)).toBe(5)
  })

  test('work files: written whole, read by ranges, listed, removed', async () => {
    await start()
    const { work } = s3DepositFiles(options('import'))
    const content = randomBytes(9 * 1024 * 1024)
    const pieces = async function* () {
      for (let start = 0; start < content.byteLength; start += 300_000) yield content.subarray(start, start + 300_000)
    }
    expect(await work.write('converted.csv', pieces())).toEqual({ bytes: content.byteLength })
    expect((await collect(work.open('converted.csv', { start: 5_000_000, end: 5_000_099 }))).equals(content.subarray(5_000_000, 5_000_100))).toBe(true)
    const names = []
    for await (const { name, bytes } of work.list()) names.push([name, bytes])
    expect(names).toEqual([['converted.csv', content.byteLength]])
    await work.remove('converted.csv')
    await expect(collect(work.open('converted.csv'))).rejects.toMatchObject({ code: 'FILE_MISSING' })
    await expect(work.write('../x', pieces())).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('of many who ask at once, one at a time holds a lock', async () => {
    await start()
    const locks = objectLocks(bucketOf(options()), 40_000)
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const lease = await locks.acquire('many', { waitMs: 30_000 })
        inside += 1
        most = Math.max(most, inside)
        expect(await lease.held()).toBe(true)
        inside -= 1
        await lease.release()
      }),
    )
    expect(most).toBe(1)
    const dead = await objectLocks(bucketOf(options()), 10, () => Date.now() - 60_000).acquire('dead', { waitMs: 0 })
    const lease = await locks.acquire('dead', { waitMs: 0 })
    expect([await dead.held(), await lease.held()]).toEqual([false, true])
    await expect(dead.renew()).rejects.toMatchObject({ code: 'LOCKED' })
  })
})

// After the others: they leave many uploads open, which a pass of `sweep` would look at one by one.
describe('the same cases on a bucket', () => {
  let platform: Platform
  let target: Target
  beforeAll(async () => {
    platform = await startOnS3()
    target = targetOf(platform)
  })
  afterAll(() => platform.stop())
  // A creation reads the record of every upload under way: those that a case leaves behind would cost each later one.
  afterEach(async () => {
    const bucket = bucketOf(options())
    for await (const { key } of bucket.list('pending/')) await bucket.remove(key)
  })
  describeConformance(() => target)
})

test('every request was within the rights of its role, and the roles have no other, but for what a failed copy leaves and for absent objects', () => {
  expect(Object.fromEntries(BUCKET_FUNCTIONS.map((name) => [name, server.unused(name)]))).toEqual({
    upload: [],
    settle: ['s3:ListBucket', 's3:AbortMultipartUpload *.bin'],
    import: ['s3:AbortMultipartUpload work/*'],
    sweep: [],
  })
})
