import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cardOf } from '../../shared/domain/detection/card.ts'
import { datasetOf } from '../../shared/domain/detection/dataset.ts'
import { encodeArtefact } from '../../shared/domain/detection/load.ts'
import { artefactFile } from '../../shared/domain/detection/pointer.ts'
import { type Trained, type TrainOptions, train } from '../../shared/domain/detection/train.ts'
import { sampleFeatures } from './features.ts'
import { batchMonth } from './generate.ts'

export type SampleTraining = {
  id: string
  algo: 'logistic' | 'forest'
  companies: number
  /** Of the sample, of the split and of the model. */
  seed: number
  batch: string
  /** First month of the history, `AAAA-MM`; default: eight years before the batch. */
  origin?: string
  forest?: TrainOptions['forest']
  warn?: (message: string) => void
}

const HISTORY_MONTHS = 96
const HORIZON = 18

/** A model learnt from invented entreprises: from the rows of their files to their Features, without the chain. */
export const trainOnSample = async (options: SampleTraining): Promise<Trained> => {
  const { id, algo, companies, seed, batch } = options
  const end = batchMonth(batch)
  const first = end - HISTORY_MONTHS
  const origin = options.origin ?? `${Math.floor(first / 12)}-${String((first % 12) + 1).padStart(2, '0')}`
  const settings = { completeTo: end - 1, horizon: HORIZON, splitSeed: seed, seed }
  const dataset = await datasetOf(sampleFeatures({ companies, seed, batch, origin }), settings)
  return train(dataset, {
    ...{ id, algo, batch, seed, dataset: settings, code: 'sample', node: `${process.versions.node.split('.')[0]}.x` },
    ...(options.forest && { forest: options.forest }),
    ...(options.warn && { warn: options.warn }),
  })
}

/** Trains, then writes the artefact and its card to a folder. */
export const writeSampleModel = async (options: SampleTraining, directory: string): Promise<{ file: string; trained: Trained }> => {
  const trained = await trainOnSample(options)
  const { artefact } = trained.loaded
  await mkdir(directory, { recursive: true })
  const file = join(directory, artefactFile(artefact.id))
  await writeFile(file, encodeArtefact(artefact))
  const origin = `Learnt from ${options.companies} invented entreprises (\`sf sample\`, seed ${options.seed}), with what their eight sources tell: contributions, debts, headcounts and procedures; neither accounts, nor partial activity, nor late payments. It shows the chain; it is no model for real entreprises.`
  await writeFile(join(directory, `${artefact.id}.md`), cardOf(artefact, trained.metrics, origin))
  return { file, trained }
}
