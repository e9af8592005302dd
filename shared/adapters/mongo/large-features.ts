import type { Db } from 'mongodb'
import type { FeaturesDocument } from '../../domain/spine/documents.ts'
import type { LargeFeatures } from '../../domain/spine/large-store.ts'
import { withMongoErrors } from './connect.ts'

type Stored = Omit<FeaturesDocument, 'siret'> & { _id: string }

/** What a document says of itself, its columns left out. */
const OUTSIDE = ['siren', 'seq', 'batch', 'fingerprint']
const IDENTITY = ['siret', 'siren', 'start', 'count', 'entreprise']

/** The variables of one SIREN at a time, on the collection of `mongoFeatures`. Counting reads the index on `siren` alone. */
export const mongoLargeFeatures = (db: Db): LargeFeatures => {
  const features = db.collection<Stored>('Features')
  return {
    counts: (sirens) =>
      withMongoErrors(async () => {
        const counted = features.aggregate<{ _id: string; count: number }>([
          { $match: { siren: { $in: [...sirens] } } },
          { $group: { _id: '$siren', count: { $sum: 1 } } },
        ])
        return new Map((await counted.toArray()).map(({ _id, count }) => [_id, count]))
      }),
    keys: (siren) =>
      withMongoErrors(async () => {
        const found = await features.find({ siren }, { projection: { _id: 1 } }).toArray()
        return found.map(({ _id }) => _id).sort()
      }),
    featuresOf: (keys, names) =>
      withMongoErrors(async () => {
        const paths = [...OUTSIDE, ...IDENTITY.map((name) => `columns.${name}`), ...(names ?? []).map((name) => `columns.columns.${name}`)]
        const projection = names === undefined ? {} : Object.fromEntries(paths.map((path) => [path, 1]))
        const found = await features.find({ _id: { $in: [...keys] } }, { projection }).toArray()
        return found.map(({ _id, ...rest }) => ({ siret: _id, ...rest })).sort((a, b) => (a.siret < b.siret ? -1 : 1))
      }),
  }
}
