import { Argument, Command } from 'commander'
import type { Db } from 'mongodb'
import { withMongoErrors } from '../../shared/adapters/mongo/connect.ts'
import { mongoJournal } from '../../shared/adapters/mongo/journal.ts'
import { operationEvent } from '../../shared/domain/journal/events.ts'
import { invalidEntriesIn, invalidTypesIn } from '../../shared/domain/validation/schemas.ts'
import { withPlatform } from '../platform.ts'
import { writeLines } from '../stream-out.ts'

type Options = { json?: boolean; stack?: string }

const COLLECTIONS = ['RawData', 'ImportedData'] as const
export type Validated = (typeof COLLECTIONS)[number]

/** Exit status when something breaks the rules. */
const INVALID = 2

/** `sf validate RawData|ImportedData`: one JSON object per line for each entry that breaks the schema of its type (raw-formats §§5, 7.1). */
export const validateCommand = (): Command =>
  new Command('validate')
    .description('list the entries that break the schema of their type, one JSON object per line; exit status 2 when there are some')
    .addArgument(new Argument('<collection>').choices([...COLLECTIONS]))
    .option('--json', 'what it prints anyway: one JSON value per line')
    .option('--stack <file>', 'file of the running stack')
    .action((collection: Validated, options: Options) =>
      withPlatform(options, async ({ db }) => {
        const startDate = new Date()
        const found = await writeLines(process.stdout, invalidLines(db, collection))
        await mongoJournal(db).write(operationEvent(`validate:${startDate.toISOString()}`, 'ValidateDataEntries', startDate, new Date()))
        process.stderr.write(`${found} donnée(s) hors schéma dans ${collection}\n`)
        if (found > 0) process.exitCode = INVALID
      }),
    )

/**
 * Streams, in the order of the ids: first the types that are no objects, then the entries (§7.1). The collection is read once for each, so that nothing has
 * to be held back until the end.
 */
export async function* invalidLines(db: Db, collection: Validated): AsyncGenerator<string> {
  yield* linesOf(db, collection, invalidTypesIn)
  yield* linesOf(db, collection, invalidEntriesIn)
}

async function* linesOf(
  db: Db,
  collection: Validated,
  invalidIn: (id: string, batches: Readonly<Record<string, unknown>>) => unknown[],
): AsyncGenerator<string> {
  const found = db.collection<{ _id: string; value?: { batch?: Record<string, unknown> } }>(collection).find().sort({ _id: 1 })
  try {
    for await (const { _id, value } of found) for (const invalid of invalidIn(_id, value?.batch ?? {})) yield JSON.stringify(invalid)
  } catch (error) {
    await withMongoErrors(() => Promise.reject(error))
  } finally {
    await found.close()
  }
}
