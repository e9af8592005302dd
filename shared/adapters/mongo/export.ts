import type { Db } from 'mongodb'
import type { FeaturesDocument, RawDocument, ScoresDocument } from '../../domain/spine/documents.ts'
import { withMongoErrors } from './connect.ts'

type StoredRaw = Omit<RawDocument, 'key'> & { _id: string }
type StoredFeatures = Omit<FeaturesDocument, 'siret'> & { _id: string }

/** Keys of a SIREN and of its établissements: `:` comes after the digits. */
const keysOf = (siren: string | undefined) => (siren === undefined ? {} : { _id: { $gte: siren, $lt: `${siren}:` } })

/** The documents of Features in order of their keys: each entreprise before its établissements. Tombstones are left out. Streams. */
export async function* featuresByKey(db: Db, siren?: string): AsyncGenerator<FeaturesDocument> {
  const found = db.collection<StoredFeatures>('Features').find(keysOf(siren)).sort({ _id: 1 })
  try {
    for await (const { _id, ...rest } of found) if (rest.columns !== undefined) yield { siret: _id, ...rest }
  } finally {
    await found.close()
  }
}

/** The documents of RawData of a scope, by key. Streams. */
export async function* rawsByKey(db: Db, scope: 'etablissement' | 'entreprise', siren?: string): AsyncGenerator<RawDocument> {
  const length = scope === 'entreprise' ? 9 : 14
  const found = db.collection<StoredRaw>('RawData').find(keysOf(siren)).sort({ _id: 1 })
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
