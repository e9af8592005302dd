import { AppError } from '../errors.ts'
import { formatDay, monthFromIndex } from '../month.ts'
import { type Artefact, type ArtefactFeature, artefactSchema, type Model } from './artefact.ts'
import { probabilityOf } from './calibration.ts'
import { type Dataset, type DatasetOptions, rowsOf, type Split } from './dataset.ts'
import { type Evaluated, evaluate, type Metrics, metricsOf } from './evaluate.ts'
import { decodeForest, forestBase } from './forest.ts'
import { FEATURE_SET, INPUTS, THEMES } from './inputs.ts'
import { linearBase, linearRaw, sigmoid } from './linear.ts'
import { artefactDigest, type LoadedArtefact, loadArtefactJson, readyArtefact } from './load.ts'
import { averagePrecision, bestThreshold, brier, positivesOf } from './metrics.ts'
import { BLACK_LIST_2026 } from './perimeter.ts'
import { FOREST_DEFAULTS, growTree, prepareForest } from './train-forest.ts'
import { fitLogistic } from './train-logistic.ts'
import { slog, transformed } from './transform.ts'

export type TrainOptions = {
  id: string
  algo: 'logistic' | 'forest'
  /** Batch whose Features were read, `AAMM`. */
  batch: string
  seed: number
  dataset: DatasetOptions
  /** What `trainedOn` says of the program. */
  code: string
  node: string
  forest?: Partial<typeof FOREST_DEFAULTS>
  /** Called with a sentence when something deserves the operator's attention. */
  warn?: (message: string) => void
}

export type Trained = { loaded: LoadedArtefact; metrics: Evaluated & { outOfTime: OutOfTime | null } }

/** Weighted share of positives while training (detect §1.5). */
export const POSITIVE_SHARE = 0.35
const LAMBDAS = [1e-4, 1e-3, 1e-2, 1e-1]
const VECTORS = 22
const WITH_NULLS = 3
/** Rows that set the scale of the radar. */
const RADAR_ROWS = 1_000
const CLIP = [0.005, 0.995] as const

/** Weight of a positive such that positives weigh `POSITIVE_SHARE`; negatives weigh 1. */
export const positiveWeight = (labels: ArrayLike<number>): number => {
  const positives = positivesOf(labels)
  return ((POSITIVE_SHARE / (1 - POSITIVE_SHARE)) * (labels.length - positives)) / positives
}

/**
 * An artefact learnt from the train rows without strong signals; thresholds, calibration and radar scales from the validation rows
 * (detect §1.4, §4, §5). Deterministic: same dataset, seed and Node ⇒ same artefact.
 */
export const train = (dataset: Dataset, options: TrainOptions): Trained => {
  const draft = learn(dataset, options)
  const model = readyArtefact(draft)
  const metrics = { ...evaluate(dataset, model, { seed: options.seed }), outOfTime: outOfTime(dataset, options) }
  // Through JSON, as a file would: what cannot be written cannot be sealed either.
  const sealed: unknown = JSON.parse(JSON.stringify({ ...draft, metrics }))
  const content = artefactSchema.omit({ sha256: true }).parse(sealed)
  return { loaded: loadArtefactJson({ ...content, sha256: artefactDigest(content) }), metrics }
}

/** Learns on the months until T₀ and is judged on those from T₀ + horizon, so that no label looks into the test period (detect §1.4 rule 4). */
const outOfTime = (dataset: Dataset, options: TrainOptions): OutOfTime | null => {
  const months = [...new Set(dataset.month)].sort((a, b) => a - b)
  const [first, last] = [months[0], months[months.length - 1]]
  if (first === undefined || last === undefined) return null
  const end = Math.floor((first + last - options.dataset.horizon) / 2)
  const begin = end + options.dataset.horizon
  const enough = (split: Split, keep: (place: number) => boolean): boolean => {
    const labels = Array.from(rowsOf(dataset, split, 'drop', keep), (i) => dataset.label[i] as number)
    return labels.includes(1) && labels.includes(0)
  }
  const early = (place: number): boolean => (dataset.month[place] as number) <= end
  const late = (place: number): boolean => (dataset.month[place] as number) >= begin
  if (end <= first || !enough('train', early) || !enough('validation', early) || !enough('test', late)) return null
  const model = readyArtefact(learn(dataset, { ...options, warn: () => {} }, early))
  const test = (strong: 'keep' | 'drop'): Metrics => metricsOf(dataset, model, rowsOf(dataset, 'test', strong, late))
  return { trainedTo: formatDay(monthFromIndex(end)), testedFrom: formatDay(monthFromIndex(begin)), drop: test('drop'), keep: test('keep') }
}

type OutOfTime = { trainedTo: string; testedFrom: string; drop: Metrics; keep: Metrics }
type Draft = Omit<Artefact, 'sha256'>

const learn = (dataset: Dataset, options: TrainOptions, keep: (place: number) => boolean = () => true): Draft => {
  const rows = rowsOf(dataset, 'train', 'drop', keep)
  const validation = rowsOf(dataset, 'validation', 'drop', keep)
  const labels = Uint8Array.from(rows, (i) => dataset.label[i] as number)
  const validationLabels = Uint8Array.from(validation, (i) => dataset.label[i] as number)
  oneClassIsNotEnough('train', labels)
  oneClassIsNotEnough('validation', validationLabels)
  const w1 = positiveWeight(labels)
  const weights = Float64Array.from(labels, (label) => (label === 1 ? w1 : 1))
  const raw = INPUTS.map((_, j) => Float64Array.from(rows, (i) => dataset.columns[j]?.[i] as number))
  const features = INPUTS.map((input, j): ArtefactFeature => featureOf(input, raw[j] as Float64Array, options.algo))
  const fitted =
    options.algo === 'logistic'
      ? logistic(dataset, features, raw, labels, weights, validation, validationLabels)
      : forest(features, raw, labels, weights, options)

  const draft: Draft = {
    format: 'sf-model',
    formatVersion: 1,
    id: options.id,
    featureSet: FEATURE_SET,
    target: { kind: 'procol', horizonMonths: options.dataset.horizon, strongSignals: 'excluded' },
    trainedOn: {
      batch: options.batch,
      from: formatDay(monthFromIndex(rows.reduce((least, i) => Math.min(least, dataset.month[i] as number), Number.POSITIVE_INFINITY))),
      to: formatDay(monthFromIndex(rows.reduce((greatest, i) => Math.max(greatest, dataset.month[i] as number), 0))),
      rows: rows.length,
      sirens: new Set(Array.from(rows, (i) => dataset.entity[i])).size,
      positives: positivesOf(labels),
      splitSeed: options.dataset.splitSeed,
      seed: options.seed,
      weightPositiveShare: POSITIVE_SHARE,
      perimeter: BLACK_LIST_2026.id,
      code: options.code,
      node: options.node,
    },
    features,
    themes: THEMES.map((id) => ({ id, radar: id !== 'misc', scale: 1 })),
    model: fitted.model,
    base: fitted.base,
    calibration: { kind: 'prior-shift', trainPrior: POSITIVE_SHARE, prior: positivesOf(validationLabels) / validationLabels.length },
    thresholds: { F1: 0.5, F2: 0.5, betas: { F1: 0.5, F2: 2 }, on: 'validation', strongSignals: 'excluded' },
    maxSourceAgeMonths: { debit: 2 },
    metrics: {},
    vectors: [],
  }
  const model = readyArtefact(draft)
  const rowAt = (i: number): Float64Array => Float64Array.from(dataset.columns, (column) => column[i] as number)
  const scores = Float64Array.from(validation, (i) => model.link(model.raw(rowAt(i))))
  draft.thresholds = { ...draft.thresholds, ...thresholdsOn(scores, validationLabels, options.warn) }
  draft.calibration = calibrationOn(scores, validationLabels, draft.calibration)
  const contributions = spread(validation, scores, RADAR_ROWS).map((i) => model.contributions(rowAt(i)))
  draft.themes = draft.themes.map(({ id, radar }) => ({ id, radar, scale: scaleOf(contributions.map((phi) => Math.abs(sumOf(phi, features, id)))) }))
  draft.vectors = vectorsOf(spread(validation, scores, VECTORS - WITH_NULLS).map(rowAt)).map((x) => ({
    x: Array.from(x, (value) => (Number.isNaN(value) ? null : value)),
    score: model.link(model.raw(x)),
    phi: [...model.contributions(x)],
  }))
  return draft
}

const oneClassIsNotEnough = (name: Split, labels: Uint8Array): void => {
  const positives = positivesOf(labels)
  if (positives > 0 && positives < labels.length) return
  throw new AppError('INPUT_UNPROCESSABLE', `Données d’apprentissage insuffisantes : une seule classe dans « ${name} » (${labels.length} lignes)`)
}

const quantile = (sorted: Float64Array, share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number

/** What replaces a missing value, and the steps of the logistic model, all learnt on the train rows. */
const featureOf = (input: (typeof INPUTS)[number], column: Float64Array, algo: 'logistic' | 'forest'): ArtefactFeature => {
  const known = column.filter((x) => !Number.isNaN(x)).sort()
  const impute = input.missing === 'zero' || known.length === 0 ? 0 : quantile(known, 0.5)
  const { name, theme, parent } = input
  if (algo === 'forest') return { name, theme, parent, impute, steps: [] }
  const steps: ArtefactFeature['steps'] = input.slog ? [{ op: 'slog' }] : []
  const filled = column.map((x) => (Number.isNaN(x) ? impute : x)).map((x) => (input.slog ? slog(x) : x))
  const sorted = Float64Array.from(filled).sort()
  const [lo, hi] = [quantile(sorted, CLIP[0]), quantile(sorted, CLIP[1])]
  const clipped = filled.map((x) => Math.min(hi, Math.max(lo, x)))
  const mean = clipped.reduce((sum, x) => sum + x, 0) / clipped.length
  const sd = Math.sqrt(clipped.reduce((sum, x) => sum + (x - mean) ** 2, 0) / clipped.length)
  // What rounding leaves of a constant is no deviation.
  const constant = hi === lo
  return {
    name,
    theme,
    parent,
    impute,
    steps: [...steps, { op: 'clip', lo, hi }, { op: 'scale', mean: constant ? lo : mean, sd: constant || sd === 0 ? 1 : sd }],
  }
}

const logistic = (
  dataset: Dataset,
  features: readonly ArtefactFeature[],
  raw: readonly Float64Array[],
  labels: Uint8Array,
  weights: Float64Array,
  validation: Int32Array,
  validationLabels: Uint8Array,
): { model: Model; base: number } => {
  const columns = features.map((feature, j) => (raw[j] as Float64Array).map((x) => transformed(feature, x)))
  const background = columns.map((column) => column.reduce((sum, z) => sum + z, 0) / column.length)
  const rows = [...validation].map((i) => Float64Array.from(features, (feature, j) => transformed(feature, dataset.columns[j]?.[i] as number)))
  let best: { model: Extract<Model, { type: 'logistic' }>; ap: number } | undefined
  for (const lambda of LAMBDAS) {
    const { intercept, coefficients } = fitLogistic({ columns, labels, weights }, lambda)
    const model = { type: 'logistic' as const, link: 'logit' as const, intercept, coefficients, background }
    const ap = averagePrecision(
      rows.map((z) => sigmoid(linearRaw(model, z))),
      validationLabels,
    )
    if (!best || ap > best.ap) best = { model, ap }
  }
  const { model } = best as NonNullable<typeof best>
  return { model, base: linearBase(model) }
}

const forest = (
  features: readonly ArtefactFeature[],
  raw: readonly Float64Array[],
  labels: Uint8Array,
  weights: Float64Array,
  options: TrainOptions,
): { model: Model; base: number } => {
  const columns = features.map((feature, j) => Float32Array.from(raw[j] as Float64Array, (x) => transformed(feature, x)))
  const settings = { ...FOREST_DEFAULTS, ...options.forest, seed: options.seed }
  const prepared = prepareForest({ columns, labels, weights }, settings.bins)
  const trees = Array.from({ length: settings.trees }, (_, index) => growTree(prepared, settings, index))
  const model = { type: 'forest' as const, link: 'identity' as const, aggregate: 'mean' as const, bias: 0, compare: 'le' as const, float32: true, trees }
  return { model, base: forestBase(decodeForest(model, features.length)) }
}

/** Exact optima on validation; F2 never above F1 (detect §5.1). */
const thresholdsOn = (scores: Float64Array, labels: Uint8Array, warn: TrainOptions['warn']): { F1: number; F2: number } => {
  const F1 = bestThreshold(scores, labels, 0.5).threshold
  const F2 = bestThreshold(scores, labels, 2).threshold
  if (F2 > F1) warn?.(`F2 (${F2}) was above F1 (${F1}): both are F1`)
  return { F1, F2: Math.min(F1, F2) }
}

/** The prior shift, or isotonic regression when its Brier score is lower by validation (detect §5.4). */
const calibrationOn = (scores: Float64Array, labels: Uint8Array, shift: Artefact['calibration']): Artefact['calibration'] => {
  // Pool adjacent violators on the distinct scores.
  const order = [...scores.keys()].sort((a, b) => (scores[a] as number) - (scores[b] as number) || a - b)
  const blocks: { x: number; sum: number; rows: number }[] = []
  for (const i of order) {
    const last = blocks[blocks.length - 1]
    if (last && last.x === scores[i]) {
      last.sum += labels[i] as number
      last.rows += 1
    } else blocks.push({ x: scores[i] as number, sum: labels[i] as number, rows: 1 })
  }
  const pooled: typeof blocks = []
  for (const block of blocks) {
    pooled.push({ ...block })
    for (;;) {
      const [before, after] = [pooled[pooled.length - 2], pooled[pooled.length - 1]]
      if (!before || !after || before.sum / before.rows < after.sum / after.rows) break
      before.sum += after.sum
      before.rows += after.rows
      pooled.pop()
    }
  }
  const isotonic = { kind: 'isotonic' as const, x: pooled.map(({ x }) => x), y: pooled.map(({ sum, rows }) => sum / rows) }
  const brierOf = (calibration: Artefact['calibration']): number =>
    brier(
      scores.map((score) => probabilityOf(calibration, score)),
      labels,
    )
  return brierOf(isotonic) < brierOf(shift) ? isotonic : shift
}

/** Rows spread evenly over the order of the scores. */
const spread = (rows: Int32Array, scores: Float64Array, count: number): number[] => {
  const order = [...rows.keys()].sort((a, b) => (scores[a] as number) - (scores[b] as number) || a - b)
  const kept = Math.min(count, order.length)
  return Array.from({ length: kept }, (_, k) => rows[order[Math.floor((k * (order.length - 1)) / Math.max(1, kept - 1))] as number] as number)
}

/** Test vectors of the artefact: the rows, and three with missing values. */
const vectorsOf = (rows: Float64Array[]): Float64Array[] => [
  ...rows,
  ...rows.slice(0, WITH_NULLS).map((row, k) => row.map((x, j) => (j % WITH_NULLS === k ? Number.NaN : x))),
]

const sumOf = (phi: Float64Array, features: readonly ArtefactFeature[], theme: string): number =>
  phi.reduce((sum, value, i) => (features[i]?.theme === theme ? sum + value : sum), 0)

/** 95th percentile; a theme that says nothing keeps a neutral radar. */
const scaleOf = (values: number[]): number => {
  const sorted = Float64Array.from(values).sort()
  const scale = sorted.length === 0 ? 0 : quantile(sorted, 0.95)
  return scale > 0 ? scale : 1
}
