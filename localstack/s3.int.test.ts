import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { S3 } from '@aws-sdk/client-s3'
import { afterEach, expect, test } from 'vitest'
import { startLoopbackFauxqs } from './loopback.ts'
import { DUMMY_CREDENTIALS, REGION } from './queues.ts'
import { startS3 } from './s3.ts'

const parts: AsyncDisposableStack[] = []
afterEach(async () => {
  for (const part of parts.splice(0).toReversed()) await part.disposeAsync()
})

const start = async (directory?: string) => {
  const part = new AsyncDisposableStack()
  parts.push(part)
  const emulator = await startLoopbackFauxqs({ port: 0, logger: false, ...(directory === undefined ? {} : { dataDir: directory }) })
  part.defer(() => emulator.stop())
  const server = await startS3({ port: emulator.port, buckets: ['depots'], directory })
  part.defer(() => server.stop())
  const client = new S3({
    endpoint: server.endpoint,
    forcePathStyle: true,
    region: REGION,
    credentials: { accessKeyId: DUMMY_CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: DUMMY_CREDENTIALS.AWS_SECRET_ACCESS_KEY },
  })
  part.defer(async () => client.destroy())
  return { client, stop: () => part.disposeAsync() }
}

const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error) => error.$metadata.httpStatusCode,
  )

test('of many who write an object that must be absent one succeeds; who replaces must have read the last one', async () => {
  const { client } = await start()
  const key = { Bucket: 'depots', Key: 'state/a.json' }
  const wrote = await Promise.all(Array.from({ length: 8 }, (_, index) => statusOf(client.putObject({ ...key, Body: String(index), IfNoneMatch: '*' }))))
  expect(wrote.toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 412)])
  const { ETag = '' } = await client.headObject(key)
  const replaced = await Promise.all(Array.from({ length: 8 }, (_, index) => statusOf(client.putObject({ ...key, Body: `new ${index}`, IfMatch: ETag }))))
  expect(replaced.toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 412)])
  expect(await statusOf(client.putObject({ Bucket: 'depots', Key: 'absent', Body: 'x', IfMatch: ETag }))).toBe(404)
})

test('parts that were sent are listed, also after a restart, until the object is assembled', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 's3-'))
  try {
    const key = { Bucket: 'depots', Key: 'tusd/a' }
    const first = await start(directory)
    const { UploadId } = await first.client.createMultipartUpload(key)
    const sizes = [5_242_880, 7]
    for (const [index, size] of sizes.entries()) await first.client.uploadPart({ ...key, UploadId, PartNumber: index + 1, Body: Buffer.alloc(size, index) })
    await first.stop()
    const { client } = await start(directory)
    const { Parts = [] } = await client.listParts({ ...key, UploadId })
    expect(Parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, sizes[0]],
      [2, sizes[1]],
    ])
    await client.completeMultipartUpload({ ...key, UploadId, MultipartUpload: { Parts: Parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber })) } })
    expect((await client.headObject(key)).ContentLength).toBe(5_242_887)
    expect(await statusOf(client.listParts({ ...key, UploadId }))).toBe(404)
  } finally {
    await rm(directory, { recursive: true })
  }
})
