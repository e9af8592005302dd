import type { Db } from 'mongodb'
import type { ProvenanceDocument, ProvenanceStore } from '../../domain/provenance/provenance.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type Stored = Omit<ProvenanceDocument, 'key'> & { _id: string }

const KEY_END = /:.*$/

const named = ({ _id, ...rest }: Stored): ProvenanceDocument => ({ key: _id.replace(KEY_END, ''), ...rest })

const idOf = ({ key, batch }: { key: string; batch: string }): string => `${key}:${batch}`

/** Collection `Provenance`: one document per entity and batch, beside RawData. */
export const mongoProvenance = (db: Db): ProvenanceStore => {
  const provenance = db.collection<Stored>('Provenance')
  return {
    of: (places) => withMongoErrors(async () => (await provenance.find({ _id: { $in: places.map(idOf) } }).toArray()).map(named)),
    ofKey: (key) =>
      withMongoErrors(async () =>
        (
          await provenance
            .find({ _id: { $gte: `${key}:`, $lt: `${key};` } })
            .sort({ _id: 1 })
            .toArray()
        ).map(named),
      ),
    async put(documents) {
      await writeBulk(
        provenance,
        documents.map(({ key, ...rest }) => ({
          replaceOne: { filter: { _id: idOf({ key, batch: rest.batch }), seq: { $lte: rest.seq } }, replacement: rest, upsert: true },
        })),
      )
    },
  }
}
