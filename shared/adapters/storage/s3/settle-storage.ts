import { createHash } from 'node:crypto'
import type { Profile } from '../../../domain/deposit/identity.ts'
import { infoOf } from '../../../domain/deposit/info.ts'
import type { DepositRecord } from '../../../domain/deposit/record.ts'
import type { SettleStorage } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { copyObject } from './copy.ts'
import { keys } from './keys.ts'
import { objectLocks } from './locks.ts'
import { type BucketOptions, bucketOf, translateS3Error } from './objects.ts'
import { objectRecords } from './records.ts'
import { SafeS3Store } from './safe-store.ts'
import { receivedOf, removeData } from './upload-storage.ts'

const LEASE_MS = 40_000
const REASON_FOREIGN = 'Un autre fichier occupe déjà la destination.'

/** Who may read a published object, as tags for the policies of the bucket (upload §6). */
const tagsOf = (record: DepositRecord, profile: Profile): Record<string, string> => {
  const reader = profile === 'strict' ? (record.private ? record.owner : 'public') : record.private ? 'goup' : 'users'
  return { owner: profile === 'strict' ? 'goup' : record.owner, group: reader, mode: profile === 'strict' ? '640' : '660', private: String(record.private) }
}

/** Settlement in a bucket: a copy instead of links, tags instead of rights. */
export const s3SettleStorage = (options: BucketOptions & { profile: Profile; leaseMs?: number }): SettleStorage => {
  const bucket = bucketOf(options)
  const store = new SafeS3Store(options)
  return {
    locks: objectLocks(bucket, options.leaseMs ?? LEASE_MS),
    records: objectRecords(bucket),

    async size(record) {
      const found = await bucket.head(keys.data(record.id))
      if (found) return found.bytes
      if (record.placedAt !== null) return record.size
      // Parts that nobody assembled: the last request died, or `sweep` found them.
      await receivedOf(bucket, store, record).catch(ignoreExpired)
      return (await bucket.head(keys.data(record.id)))?.bytes
    },

    open: (record) => bucket.open(record.object?.key ?? keys.data(record.id)),

    async digest(record, signal) {
      const hash = createHash('sha256')
      for await (const piece of bucket.open(keys.data(record.id))) {
        if (signal.aborted) throw new AppError('DEADLINE', 'the digest was interrupted', { cause: signal.reason })
        hash.update(piece)
      }
      return hash.digest('hex')
    },

    describe: async () => undefined, // the `.info` of the partners is written at the destination, last

    async place(record) {
      const base = `${record.private ? record.owner : 'public'}/${record.id}`
      const data = `${base}.bin`
      const metadata = { deposit: record.id, sha256: record.sha256 ?? '' }
      try {
        const found = await bucket.head(data)
        if (found && (found.metadata.deposit !== record.id || found.metadata.sha256 !== metadata.sha256 || found.bytes !== record.size)) {
          return { ok: false, obstacle: { reason: REASON_FOREIGN, cause: 'something else is at the destination' } }
        }
        const etag =
          found?.etag ??
          (await copyObject(bucket, { from: keys.data(record.id), to: data, bytes: record.size, metadata, tags: tagsOf(record, options.profile) }))
        const info = infoOf(record, { bin: data, info: `${base}.info` })
        await bucket.client.putObject({
          Bucket: bucket.name,
          Key: `${base}.info`,
          Body: JSON.stringify(info),
          ContentType: 'application/json',
          Tagging: new URLSearchParams(tagsOf(record, options.profile)).toString(),
        })
        return { ok: true, record: { ...record, object: { key: data, etag } } }
      } catch (error) {
        throw translateS3Error(error)
      }
    },

    async quarantine(record) {
      await bucket.writeText(keys.quarantined(record.id), '', undefined)
    },

    async unmark(id) {
      const stored = await objectRecords(bucket).read(id)
      // The copy is what everybody reads from now on; the record answers for the upload.
      if (stored?.record.object) await removeData(bucket, store, id)
      await bucket.remove(keys.pending(id))
    },
  }
}

const ignoreExpired = (error: unknown): void => {
  if (!(error instanceof AppError && error.code === 'UPLOAD_EXPIRED')) throw error
}
