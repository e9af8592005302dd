import * as z from 'zod'
import { sampleFeatures } from '../localstack/sample/features.ts'
import type { TrainingEntity } from '../shared/domain/detection/dataset.ts'
import { AppError } from '../shared/domain/errors.ts'
import type { FeatureColumns } from '../shared/domain/features.ts'
import { decodeColumns, encodedFeaturesSchema } from '../shared/domain/variables/storage.ts'
import { withPlatform } from './platform.ts'

/** Where training and evaluation read Features: the platform's current ones, or those of invented entreprises. */
export type FeaturesChoice = { features: string; sample?: number; sampleSeed?: number; stack?: string }

/** Hands the entreprises to `work` one by one, in the order of their SIREN for the platform. */
export const withFeatures = async <Result>(choice: FeaturesChoice, work: (entities: AsyncIterable<TrainingEntity>) => Promise<Result>): Promise<Result> => {
  if (choice.sample !== undefined) {
    const origin = eightYearsBefore(choice.features)
    return work(sampleFeatures({ companies: choice.sample, seed: choice.sampleSeed ?? 1, batch: choice.features, origin }))
  }
  return withPlatform(choice.stack === undefined ? {} : { stack: choice.stack }, ({ db }) =>
    work(
      entitiesOf(
        db
          .collection('Features')
          .find({ batch: choice.features }, { projection: { siren: 1, columns: 1 } })
          .sort({ siren: 1 }),
        choice.features,
      ),
    ),
  )
}

const Stored = z.object({ siren: z.string(), columns: encodedFeaturesSchema.optional() })

/** Documents of one SIREN follow one another: only one entreprise is held. */
async function* entitiesOf(documents: AsyncIterable<unknown>, batch: string): AsyncGenerator<TrainingEntity> {
  let siren: string | undefined
  let features: FeatureColumns[] = []
  for await (const document of documents) {
    const stored = Stored.parse(document)
    if (stored.siren !== siren) {
      if (siren !== undefined && features.length > 0) yield { siren, features }
      siren = stored.siren
      features = []
    }
    if (stored.columns !== undefined) features.push(decodeColumns(stored.columns as Parameters<typeof decodeColumns>[0]))
  }
  if (siren === undefined) throw new AppError('BATCH_UNKNOWN', `Aucune variable pour le lot ${batch}`)
  if (features.length > 0) yield { siren, features }
}

/** First month of the history of a sample made to be learnt from: long enough for lags before, and labels after. */
const eightYearsBefore = (batch: string): string => `20${String(Number(batch.slice(0, 2)) - 8).padStart(2, '0')}-${batch.slice(2)}`
