import type { SweepStorage } from '../../../domain/deposit/storage.ts'
import { keys } from './keys.ts'
import { objectLocks } from './locks.ts'
import { type BucketOptions, bucketOf } from './objects.ts'
import { objectRecords } from './records.ts'
import { SafeS3Store } from './safe-store.ts'
import { removeData } from './upload-storage.ts'

const LEASE_MS = 40_000

/** A bucket as `sweep` sees it. */
export const s3SweepStorage = (options: BucketOptions & { now?: () => number }): SweepStorage => {
  const bucket = bucketOf(options)
  const store = new SafeS3Store(options)
  const records = objectRecords(bucket)
  const now = options.now ?? Date.now
  return {
    records,
    locks: objectLocks(bucket, LEASE_MS),
    async *marks() {
      for await (const { key } of bucket.list('pending/')) yield key.slice('pending/'.length)
    },
    async facts(id) {
      const [stored, mark, state, data, part, lock] = await Promise.all([
        records.read(id),
        bucket.head(keys.pending(id)),
        bucket.head(keys.state(id)),
        bucket.head(keys.data(id)),
        bucket.head(keys.part(id)),
        bucket.readText(keys.lock(id)),
      ])
      const progress = data === undefined ? await store.progress(keys.data(id)) : undefined
      // Not that of the lock: `sweep` takes it too, to decide again.
      const written = [part?.modifiedAt.getTime(), data?.modifiedAt.getTime(), progress?.storedAt].filter((at) => at !== undefined)
      return {
        record: stored?.record,
        received: data?.bytes ?? progress?.received,
        markedAt: mark?.modifiedAt.getTime() ?? now(),
        dataWrittenAt: written.length === 0 ? undefined : Math.max(...written),
        recordWrittenAt: state?.modifiedAt.getTime(),
        isLocked: lock !== undefined && expiryOf(lock.text) > now(),
      }
    },
    async unmark(id) {
      const stored = await records.read(id)
      if (stored?.record.object) await removeData(bucket, store, id)
      await bucket.remove(keys.pending(id))
    },
    removeData: (id) => removeData(bucket, store, id),
    async *quarantinedBefore(before) {
      for await (const { key, modifiedAt } of bucket.list('quarantine/')) if (modifiedAt < before) yield key.slice('quarantine/'.length)
    },
    release: (id) => bucket.remove(keys.quarantined(id)),
    isTakenAway: async () => false, // nothing is kept twice: the source goes once it is copied
    async clean(before) {
      let removed = 0
      for await (const { key, modifiedAt } of bucket.list('locks/')) {
        if (modifiedAt >= before) continue
        await bucket.remove(key)
        removed += 1
      }
      return removed
    },
  }
}

const expiryOf = (text: string): number => {
  const token: unknown = JSON.parse(text)
  return typeof token === 'object' && token !== null && 'expiry' in token ? Number(token.expiry) : 0
}
