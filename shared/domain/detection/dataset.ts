import type { FeatureColumns } from '../features.ts'
import { entityFeatures } from './entity-features.ts'
import { INPUTS } from './inputs.ts'
import { hashedUniform } from './random.ts'
import { rowOf, workforceAt } from './row.ts'
import { isStrong, labelOf } from './strong.ts'

/** Features of one SIREN, as refine stores them or as a sample yields them. */
export type TrainingEntity = { siren: string; features: readonly FeatureColumns[] }

export type Split = 'train' | 'validation' | 'test'

/** Rows (SIREN, month) sorted by SIREN then month; `columns[j][i]` is input j of row i, NaN where missing. Months are numbers of `monthIndex`. */
export type Dataset = {
  columns: Float32Array[]
  sirens: string[]
  /** Place of the SIREN of each row in `sirens`. */
  entity: Int32Array
  month: Int32Array
  label: Uint8Array
  strong: Uint8Array
  split: Uint8Array
  /** Section of the NAF of each SIREN, for the report. */
  naf: string[]
}

export const SPLITS: readonly Split[] = ['train', 'validation', 'test']

export type DatasetOptions = {
  /** Last month for which procedures are complete; labels stop `horizon` months before. */
  completeTo: number
  horizon: number
  splitSeed: number
  seed: number
  /** First month kept; default: the first whose lagged inputs are all inside the window. */
  from?: number
  /** One month in `thin` of each SIREN is kept; 1 keeps all. */
  thin?: number
}

/** By hash of the SIREN alone, hence stable when entreprises are added (detect §1.4): 60 % train, 20 % validation, 20 % test. */
export const splitOf = (siren: string, splitSeed: number): Split => {
  const bucket = hashedUniform(`split:${splitSeed}:${siren}`)
  return bucket < 0.6 ? 'train' : bucket < 0.8 ? 'validation' : 'test'
}

const LEAST_WORKFORCE = 10
const MEMORY_MONTHS = 120
/** Twelve months of history, and two more by which headcounts lag. */
const FIRST_MONTHS = 14

/** Rows of the perimeter (10 employees now or in the last 120 months, some headcount known, not on the black list) in the labelled months, thinned. */
export const datasetOf = async (entities: AsyncIterable<TrainingEntity> | Iterable<TrainingEntity>, options: DatasetOptions): Promise<Dataset> => {
  const parts: { siren: string; naf: string; rows: { month: number; x: Float64Array; label: number; strong: number }[] }[] = []
  const thin = options.thin ?? 3
  for await (const { siren, features: documents } of entities) {
    if (documents.some(({ entreprise }) => entreprise && entreprise.exclu !== null)) continue
    const features = entityFeatures(documents)
    const shift = Math.floor(hashedUniform(`thin:${siren}`) * 2 ** 32)
    const rows: (typeof parts)[number]['rows'] = []
    let lastLarge = Number.NEGATIVE_INFINITY
    const last = Math.min(features.to - 1, options.completeTo - options.horizon)
    for (let month = features.from; month <= last; month++) {
      const workforce = workforceAt(features, month)
      if (workforce !== undefined && workforce >= LEAST_WORKFORCE) lastLarge = month
      if (workforce === undefined || month - lastLarge >= MEMORY_MONTHS) continue
      if (month < (options.from ?? features.from + FIRST_MONTHS) || (month + shift) % thin !== 0) continue
      rows.push({ month, x: rowOf(features, month), label: labelOf(features.ouvertures, month, options.horizon), strong: isStrong(features, month) ? 1 : 0 })
    }
    if (rows.length > 0) parts.push({ siren, naf: features.text('code_naf', features.to - 1) ?? '', rows })
  }
  // The order in which entities arrive must not reach the artefact.
  parts.sort((a, b) => (a.siren < b.siren ? -1 : a.siren > b.siren ? 1 : 0))
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0)
  const dataset: Dataset = {
    columns: INPUTS.map(() => new Float32Array(count)),
    sirens: parts.map(({ siren }) => siren),
    entity: new Int32Array(count),
    month: new Int32Array(count),
    label: new Uint8Array(count),
    strong: new Uint8Array(count),
    split: new Uint8Array(count),
    naf: parts.map(({ naf }) => naf),
  }
  let place = 0
  parts.forEach(({ siren, rows }, entity) => {
    const split = SPLITS.indexOf(splitOf(siren, options.splitSeed))
    for (const { month, x, label, strong } of rows) {
      for (const [j, column] of dataset.columns.entries()) column[place] = x[j] as number
      dataset.entity[place] = entity
      dataset.month[place] = month
      // A strong month has no label of its own; it counts as positive where strong signals are kept, only to compare with published numbers.
      dataset.label[place] = strong ? 1 : label
      dataset.strong[place] = strong
      dataset.split[place] = split
      place += 1
    }
  })
  return dataset
}

/** Places of the rows of a split. */
export const rowsOf = (dataset: Dataset, split: Split, strong: 'keep' | 'drop', keep: (place: number) => boolean = () => true): Int32Array => {
  const wanted = SPLITS.indexOf(split)
  const places: number[] = []
  for (let i = 0; i < dataset.label.length; i++) {
    if (dataset.split[i] === wanted && (strong === 'keep' || dataset.strong[i] === 0) && keep(i)) places.push(i)
  }
  return Int32Array.from(places)
}
