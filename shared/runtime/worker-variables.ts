import * as z from 'zod'
import { integer, timeScale, withDefault } from './config.ts'

/** Documents of the entities of a large SIREN that a worker reads, or writes, at a time. */
export const PIECE = 50

/** Shards that a ledger may be cut into. */
export const MOST_SHARDS = 4096

/**
 * Variables of every function that works through shards of the ledger. `PAGE_SIZE` counts SIRENs; `PAGE_DOCUMENTS` bounds the memory: the documents of
 * établissements that are held at a time (in refine, one of ImportedData counts for a quarter). A SIREN that has more of them is read piece by piece.
 */
export const WORKER_VARIABLES = {
  MONGODB_URI: z.string(),
  IMPORT_QUEUE_URL: z.string(),
  REFINE_QUEUE_URL: z.string(),
  PUBLISH_QUEUE_URL: z.string(),
  SQS_ENDPOINT: z.string().optional(),
  LOCAL_TIME_SCALE: timeScale,
  SHARDS: withDefault(integer(1, MOST_SHARDS), '64'),
  PAGE_SIZE: withDefault(integer(1, 1000), '50'),
  PAGE_DOCUMENTS: withDefault(integer(PIECE, 100_000), '500'),
}
