import type { DepositFiles } from '../../../domain/deposit/files.ts'
import { AppError } from '../../../domain/errors.ts'
import { checkedName } from '../deposit-files.ts'
import { type BucketOptions, bucketOf } from './objects.ts'
import { objectRecords } from './records.ts'

const PART_BYTES = 8 * 1024 * 1024

/** Deposits in a bucket: the object that the record names, at the very version that was settled. */
export const s3DepositFiles = (options: BucketOptions): DepositFiles => {
  const bucket = bucketOf(options)
  const records = objectRecords(bucket)
  const work = (name: string) => `work/${checkedName(name)}`
  return {
    record: async (id) => (await records.read(id))?.record,
    async *open(id, range) {
      const object = (await records.read(id))?.record.object
      if (!object) throw new AppError('FILE_MISSING', 'Ce fichier n’existe pas.')
      yield* bucket.open(object.key, { range, etag: object.etag })
    },
    work: {
      async write(name, bytes) {
        return { bytes: await writeLarge(bucket, work(name), bytes) }
      },
      open: (name, range) => bucket.open(work(name), { range }),
      remove: (name) => bucket.remove(work(name)),
      async *list() {
        for await (const { key, bytes, modifiedAt } of bucket.list('work/')) yield { name: key.slice('work/'.length), bytes, modifiedAt }
      },
    },
  }
}

/** By parts of 8 MiB, so that memory does not grow with the file; a small one in one write. The object appears once it is whole. */
const writeLarge = async ({ client, name: Bucket }: ReturnType<typeof bucketOf>, Key: string, bytes: AsyncIterable<Uint8Array>): Promise<number> => {
  let total = 0
  let UploadId: string | undefined
  const Parts: { ETag: string | undefined; PartNumber: number }[] = []
  let waiting: Uint8Array[] = []
  let size = 0
  const flush = async () => {
    UploadId ??= (await client.createMultipartUpload({ Bucket, Key })).UploadId
    const PartNumber = Parts.length + 1
    const { ETag } = await client.uploadPart({ Bucket, Key, UploadId, PartNumber, Body: Buffer.concat(waiting) })
    Parts.push({ ETag, PartNumber })
    waiting = []
    size = 0
  }
  try {
    for await (const piece of bytes) {
      waiting.push(piece)
      size += piece.byteLength
      total += piece.byteLength
      if (size >= PART_BYTES) await flush()
    }
    if (UploadId === undefined) await client.putObject({ Bucket, Key, Body: Buffer.concat(waiting) })
    else {
      if (size > 0) await flush()
      await client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
    }
    return total
  } catch (error) {
    if (UploadId !== undefined) await client.abortMultipartUpload({ Bucket, Key, UploadId }).catch(() => undefined)
    throw error
  }
}
