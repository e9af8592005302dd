import { type AnyBulkWriteOperation, type Collection, type Document, MongoBulkWriteError } from 'mongodb'
import { translateMongoError } from './connect.ts'

/** Operations per command: large enough to be quick, small enough to stay far below the limit of a message. */
const OPERATIONS = 500

export type Counts = { matched: number; modified: number; upserted: number; inserted: number }

/**
 * Unordered writes in commands of 500. Duplicate keys are no error here: they are how a conditioned upsert or insert says that
 * something newer stands there. Everything else is translated and thrown.
 */
export const writeBulk = async <Stored extends Document>(
  collection: Collection<Stored>,
  operations: readonly AnyBulkWriteOperation<Stored>[],
): Promise<Counts> => {
  const counts: Counts = { matched: 0, modified: 0, upserted: 0, inserted: 0 }
  for (let at = 0; at < operations.length; at += OPERATIONS) {
    const result = await writeOnce(collection, operations.slice(at, at + OPERATIONS))
    counts.matched += result.matchedCount
    counts.modified += result.modifiedCount
    counts.upserted += result.upsertedCount
    counts.inserted += result.insertedCount
  }
  return counts
}

const writeOnce = async <Stored extends Document>(collection: Collection<Stored>, operations: AnyBulkWriteOperation<Stored>[]) => {
  try {
    return await collection.bulkWrite(operations, { ordered: false })
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw translateMongoError(error)
    const faults = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors]
    if (faults.length === 0 || faults.some((fault) => fault.code !== 11_000)) throw translateMongoError(error)
    return error.result
  }
}
