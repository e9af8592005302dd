import type { Db, Filter } from 'mongodb'
import type { FeaturesDocument, RawDocument, ScoresDocument } from '../../domain/spine/documents.ts'
import { withMongoErrors } from './connect.ts'

type StoredRaw = Omit<RawDocument, 'key'> & { _id: string }
type StoredFeatures = Omit<FeaturesDocument, 'siret'> & { _id: string }

/** The documents of Features, SIREN after SIREN: a batch of documents per SIREN, tombstones left out. Streams. */
export async function* featuresBySiren(db: Db, siren?: string): AsyncGenerator<FeaturesDocument[]> {
  const filter: Filter<StoredFeatures> = siren === undefined ? {} : { siren }
  let group: FeaturesDocument[] = []
  const found = db.collection<StoredFeatures>('Features').find(filter).sort({ siren: 1 })
  try {
    for await (const { _id, ...rest } of found) {
      if (group[0] !== undefined && group[0].siren !== rest.siren) {
        yield group
        group = []
      }
      if (rest.columns !== undefined) group.push({ siret: _id, ...rest })
    }
  } finally {
    await found.close()
  }
  if (group.length > 0) yield group
}

/** The documents of RawData of a scope, by key. Streams. */
export async function* rawsByKey(db: Db, scope: 'etablissement' | 'entreprise', siren?: string): AsyncGenerator<RawDocument> {
  const filter: Filter<StoredRaw> = siren === undefined ? {} : { siren }
  const length = scope === 'entreprise' ? 9 : 14
  const found = db.collection<StoredRaw>('RawData').find(filter).sort({ _id: 1 })
  try {
    for await (const { _id, ...rest } of found) if (_id.length === length) yield { key: _id, ...rest }
  } finally {
    await found.close()
  }
}

/** Scores of a SIREN, one per list; tombstones left out. */
export const scoresOf = (db: Db, siren: string): Promise<unknown[]> =>
  withMongoErrors(async () => {
    const found = await db
      .collection<ScoresDocument>('Scores')
      .find({ siren, content: { $exists: true } })
      .sort({ list: 1 })
      .toArray()
    return found.map(({ content }) => content)
  })
