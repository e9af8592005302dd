import { createHash } from 'node:crypto'
import type { Db, Document } from 'mongodb'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { withMongoErrors } from './connect.ts'

/**
 * What of each collection depends on the data alone: no seq, version, run, fingerprint, provenance, time or id of a deposit.
 * A tombstone counts as absent.
 */
const DIGESTED: Record<string, (document: Document) => unknown> = {
  RawData: ({ _id, value }) => (Object.keys(value.batch).length === 0 ? undefined : [_id, value.index, value.batch, value.stock]),
  Features: ({ _id, batch, columns }) => (columns === undefined ? undefined : [_id, batch, columns]),
  Scores: ({ _id, content }) => (content === undefined ? undefined : [_id, content]),
  Lists: ({ _id, state, artefact, algo, ruleset, thresholds, periode }) => [_id, state, artefact, algo, ruleset, thresholds, periode],
  Ledger: ({ _id, stage, batch }) => [_id, stage, batch],
}

/** One digest per domain collection, documents in the order of their keys. Streams. */
export const domainDigest = (db: Db): Promise<Record<string, string>> =>
  withMongoErrors(async () => {
    const digests: Record<string, string> = {}
    for (const [name, dataOf] of Object.entries(DIGESTED)) {
      const hash = createHash('sha256')
      for await (const document of db.collection(name).find().sort({ _id: 1 })) {
        const data = dataOf(document)
        if (data !== undefined) hash.update(`${canonicalJson(data)}\n`)
      }
      digests[name] = hash.digest('hex').slice(0, 32)
    }
    return digests
  })
