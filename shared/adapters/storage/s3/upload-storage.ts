import { ERRORS, Upload } from '@tus/server'
import { countOpenUploads } from '../../../domain/deposit/open-uploads.ts'
import type { DepositRecord } from '../../../domain/deposit/record.ts'
import type { UploadStorage } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { keys } from './keys.ts'
import { objectLocks } from './locks.ts'
import { type Bucket, type BucketOptions, bucketOf, translateS3Error } from './objects.ts'
import { objectRecords } from './records.ts'
import { SafeS3Store } from './safe-store.ts'

const REQUEST_LEASE_MS = 40_000

/** Uploads in a bucket (upload §6): the same behaviour as on a directory, behind the same port. */
export const s3UploadStorage = (options: BucketOptions & { leaseMs?: number }): UploadStorage => {
  const bucket = bucketOf(options)
  const store = new SafeS3Store(options)
  const records = objectRecords(bucket)
  return {
    records,
    locks: objectLocks(bucket, options.leaseMs ?? REQUEST_LEASE_MS),

    async create(record) {
      await bucket.writeText(keys.pending(record.id), '', undefined)
      if (record.size === 0) await bucket.writeText(keys.data(record.id), '', undefined)
      else await guarded(() => store.create(new Upload({ id: keys.data(record.id), size: record.size, offset: 0, metadata: record.metadata })))
      return records.create(record)
    },

    discard: (id) => discard(bucket, store, id),

    received: (record) => receivedOf(bucket, store, record),

    async append(record, offset, piece, lease) {
      const end = await guarded(() => store.append(keys.data(record.id), offset, piece))
      if (!(await lease.held())) throw new AppError('LOCKED', 'Le verrou de ce dépôt a été perdu.')
      if (end === record.size) await guarded(() => store.finish(keys.data(record.id)))
      return end
    },

    async openUploads(owner) {
      const ids: string[] = []
      for await (const { key } of bucket.list('pending/')) ids.push(key.slice('pending/'.length))
      return countOpenUploads(records, ids, owner)
    },
  }
}

/**
 * Bytes received. When the multipart upload is gone, only an object of the right size means complete; without it the upload is lost (upload §6
 * fault 2), and the client is told to begin again. An upload whose parts are all there is assembled, which is what its last request
 * had no time for.
 */
export const receivedOf = async (bucket: Bucket, store: SafeS3Store, record: DepositRecord): Promise<number> => {
  const received = await guarded(() => store.received(keys.data(record.id)))
  if (received === record.size && record.size > 0) await guarded(() => store.finish(keys.data(record.id)))
  if (received !== undefined) return received
  const object = await bucket.head(keys.data(record.id))
  if (object?.bytes === record.size) return record.size
  throw new AppError('UPLOAD_EXPIRED', 'Ce dépôt a expiré : il faut le recommencer.')
}

/** Everything of an upload, its parts included; the record and the mark last. */
export const discard = async (bucket: Bucket, store: SafeS3Store, id: string): Promise<void> => {
  await removeData(bucket, store, id)
  await bucket.remove(keys.state(id), keys.pending(id))
}

/** Data, `.part`, `.info` and parts that wait to be assembled. */
export const removeData = async (bucket: Bucket, store: SafeS3Store, id: string): Promise<void> => {
  await store.remove(keys.data(id)).catch((error: unknown) => {
    // Nothing to abort any more: assembled, aborted, or an empty file.
    if (error !== ERRORS.FILE_NOT_FOUND) throw translateS3Error(error)
  })
  await bucket.remove(keys.data(id), keys.part(id), keys.info(id))
}

const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw translateS3Error(error)
  }
}
