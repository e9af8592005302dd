import { DepositRecord } from '../../../domain/deposit/record.ts'
import type { Records, StoredRecord } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { keys } from './keys.ts'
import type { Bucket } from './objects.ts'

/** Records as objects `state/<id>.json`. The version of a record is the object's tag, and every write is conditional on it. */
export const objectRecords = (bucket: Bucket): Records & { create(record: DepositRecord): Promise<StoredRecord> } => {
  const write = async (record: DepositRecord, condition: { absent: true } | { etag: string }): Promise<StoredRecord> => {
    const etag = await bucket.writeText(keys.state(record.id), JSON.stringify(record), condition)
    if (etag === false) throw new AppError('VERSION_CONFLICT', 'Ce dépôt vient d’être modifié.')
    return { record, version: etag }
  }
  return {
    async read(id) {
      const found = await bucket.readText(keys.state(id))
      return found && { record: DepositRecord.parse(JSON.parse(found.text)), version: found.etag }
    },
    create: (record) => write(record, { absent: true }),
    save: (next, version) => write(next, { etag: version }),
  }
}
