import { probabilityOf } from './calibration.ts'
import { type Dataset, rowsOf, type Split } from './dataset.ts'
import { INPUTS, THEMES } from './inputs.ts'
import type { ReadyModel } from './load.ts'
import {
  type AtThreshold,
  atThreshold,
  averagePrecision,
  brier,
  logLoss,
  populationStability,
  positivesOf,
  precisionAtTop,
  reliability,
  rocAuc,
} from './metrics.ts'
import { randomOf } from './random.ts'

/** Metrics of one set of rows (detect §10.1). */
export type Metrics = {
  rows: number
  sirens: number
  positives: number
  prior: number
  ap: number
  auc: number
  lift: number
  brier: number
  logLoss: number
  red: AtThreshold
  orange: AtThreshold
  precisionAtTop: { '1%': number; '5%': number; '10%': number }
}

export type Interval = [number, number]

export type Evaluated = {
  validation: { drop: Metrics; keep: Metrics }
  test: { drop: Metrics; keep: Metrics }
  /** Test rows, the last of each SIREN only. */
  testLastRow: Metrics
  testBySize: Record<string, Metrics>
  testByNaf: Record<string, Metrics>
  reliability: ReturnType<typeof reliability>
  /** AP lost on test when the inputs of a theme are shuffled. */
  permutation: Record<string, number>
  /** Mean |φ| by parent, test rows, units of the raw output. */
  meanContribution: Record<string, number>
  /** PSI of each input between the train rows and the last month of the dataset, where 0.1 or more. */
  stability: Record<string, number>
  /** 95 % by bootstrap over SIRENs, test rows without strong signals. */
  intervals: { ap: Interval; redF: Interval; orangeF: Interval; draws: number }
}

export type EvaluateOptions = { seed: number; draws?: number }

const round = (x: number): number => Number(x.toPrecision(6))

/** Scores of rows of the dataset. */
export const scoresOf = (dataset: Dataset, model: Pick<ReadyModel, 'raw' | 'link'>, rows: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (i) => model.link(model.raw(rowAt(dataset, i))))

const rowAt = (dataset: Dataset, i: number): Float64Array => Float64Array.from(dataset.columns, (column) => column[i] as number)

export const metricsOf = (dataset: Dataset, model: ReadyModel, rows: Int32Array, known?: Float64Array): Metrics => {
  const { thresholds, calibration } = model.artefact
  const scores = known ?? scoresOf(dataset, model, rows)
  const labels = Uint8Array.from(rows, (i) => dataset.label[i] as number)
  const probabilities = scores.map((score) => probabilityOf(calibration, score))
  const positives = positivesOf(labels)
  const prior = rows.length === 0 ? 0 : positives / rows.length
  const ap = averagePrecision(scores, labels)
  return {
    rows: rows.length,
    sirens: new Set([...rows].map((i) => dataset.entity[i])).size,
    positives,
    prior: round(prior),
    ap: round(ap),
    auc: round(rocAuc(scores, labels)),
    lift: prior === 0 ? 0 : round(ap / prior),
    brier: round(brier(probabilities, labels)),
    logLoss: round(logLoss(probabilities, labels)),
    red: atThreshold(scores, labels, thresholds.F1, thresholds.betas.F1),
    orange: atThreshold(scores, labels, thresholds.F2, thresholds.betas.F2),
    precisionAtTop: { '1%': precisionAtTop(scores, labels, 0.01), '5%': precisionAtTop(scores, labels, 0.05), '10%': precisionAtTop(scores, labels, 0.1) },
  }
}

const SIZES = [
  ['10-19', 10, 20],
  ['20-49', 20, 50],
  ['50-249', 50, 250],
  ['250+', 250, Number.POSITIVE_INFINITY],
] as const

/** Everything that an evaluation prints and the artefact stores. */
export const evaluate = (dataset: Dataset, model: ReadyModel, options: EvaluateOptions): Evaluated => {
  const sets = (split: Split): { drop: Metrics; keep: Metrics } => ({
    drop: metricsOf(dataset, model, rowsOf(dataset, split, 'drop')),
    keep: metricsOf(dataset, model, rowsOf(dataset, split, 'keep')),
  })
  const rows = rowsOf(dataset, 'test', 'drop')
  const scores = scoresOf(dataset, model, rows)
  const labels = Uint8Array.from(rows, (i) => dataset.label[i] as number)
  const workforce = dataset.columns[INPUTS.findIndex(({ name }) => name === 'effectif')] as Float32Array
  const subset = (keep: (place: number) => boolean): Metrics => metricsOf(dataset, model, rows.filter(keep))
  const sections = [...new Set([...rows].map((i) => dataset.naf[dataset.entity[i] as number] as string))].filter((section) => section !== '').sort()
  return {
    validation: sets('validation'),
    test: sets('test'),
    testLastRow: metricsOf(
      dataset,
      model,
      rows.filter((place, k) => dataset.entity[rows[k + 1] ?? -1] !== dataset.entity[place]),
    ),
    testBySize: Object.fromEntries(SIZES.map(([name, from, to]) => [name, subset((i) => (workforce[i] as number) >= from && (workforce[i] as number) < to)])),
    testByNaf: Object.fromEntries(sections.map((section) => [section, subset((i) => dataset.naf[dataset.entity[i] as number] === section)])),
    reliability: reliability(
      scores.map((score) => probabilityOf(model.artefact.calibration, score)),
      labels,
    ),
    permutation: permutationOf(dataset, model, rows, labels, averagePrecision(scores, labels), options.seed),
    meanContribution: contributionsOf(dataset, model, rows),
    stability: stabilityOf(dataset),
    intervals: intervalsOf(dataset, model, rows, scores, labels, options),
  }
}

const permutationOf = (dataset: Dataset, model: ReadyModel, rows: Int32Array, labels: Uint8Array, ap: number, seed: number): Record<string, number> => {
  const lost: Record<string, number> = {}
  for (const theme of THEMES) {
    const draw = randomOf(seed, 'permutation', theme)
    const shuffled = Int32Array.from(rows)
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = Math.floor(draw.uniform() * (i + 1))
      const held = shuffled[i] as number
      shuffled[i] = shuffled[j] as number
      shuffled[j] = held
    }
    const of = INPUTS.map((input) => input.theme === theme)
    const scores = Float64Array.from(rows, (row, k) =>
      model.link(model.raw(Float64Array.from(dataset.columns, (column, j) => column[of[j] ? (shuffled[k] as number) : row] as number))),
    )
    lost[theme] = round(ap - averagePrecision(scores, labels))
  }
  return lost
}

const CONTRIBUTION_ROWS = 1_000

const contributionsOf = (dataset: Dataset, model: ReadyModel, rows: Int32Array): Record<string, number> => {
  const step = Math.max(1, Math.floor(rows.length / CONTRIBUTION_ROWS))
  const sums = new Map<string, number>()
  let count = 0
  for (let k = 0; k < rows.length; k += step) {
    const byParent = new Map<string, number>()
    model.contributions(rowAt(dataset, rows[k] as number)).forEach((phi, i) => {
      const parent = INPUTS[i]?.parent as string
      byParent.set(parent, (byParent.get(parent) ?? 0) + phi)
    })
    for (const [parent, phi] of byParent) sums.set(parent, (sums.get(parent) ?? 0) + Math.abs(phi))
    count += 1
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum > 0).map(([parent, sum]) => [parent, round(sum / count)]))
}

const LEAST_PSI = 0.1

const stabilityOf = (dataset: Dataset): Record<string, number> => {
  const last = dataset.month.reduce((greatest, month) => Math.max(greatest, month), 0)
  const train = rowsOf(dataset, 'train', 'drop')
  const recent: number[] = []
  for (let i = 0; i < dataset.month.length; i++) if (dataset.month[i] === last) recent.push(i)
  const stability: Record<string, number> = {}
  INPUTS.forEach(({ name }, j) => {
    const column = dataset.columns[j] as Float32Array
    const psi = populationStability(
      Float32Array.from(train, (i) => column[i] as number),
      Float32Array.from(recent, (i) => column[i] as number),
    )
    if (psi >= LEAST_PSI) stability[name] = round(psi)
  })
  return stability
}

const DRAWS = 200

const intervalsOf = (
  dataset: Dataset,
  model: ReadyModel,
  rows: Int32Array,
  scores: Float64Array,
  labels: Uint8Array,
  options: EvaluateOptions,
): Evaluated['intervals'] => {
  const byEntity = new Map<number, number[]>()
  rows.forEach((row, k) => {
    const entity = dataset.entity[row] as number
    const list = byEntity.get(entity)
    if (list) list.push(k)
    else byEntity.set(entity, [k])
  })
  const entities = [...byEntity.values()]
  const draws = options.draws ?? DRAWS
  const { thresholds } = model.artefact
  const values: { ap: number[]; redF: number[]; orangeF: number[] } = { ap: [], redF: [], orangeF: [] }
  for (let index = 0; index < draws && entities.length > 0; index++) {
    const draw = randomOf(options.seed, 'bootstrap', index)
    const places: number[] = []
    for (let i = 0; i < entities.length; i++) places.push(...(entities[Math.floor(draw.uniform() * entities.length)] as number[]))
    const drawn = Float64Array.from(places, (k) => scores[k] as number)
    const truth = Uint8Array.from(places, (k) => labels[k] as number)
    values.ap.push(averagePrecision(drawn, truth))
    values.redF.push(atThreshold(drawn, truth, thresholds.F1, thresholds.betas.F1).f)
    values.orangeF.push(atThreshold(drawn, truth, thresholds.F2, thresholds.betas.F2).f)
  }
  const interval = (list: number[]): Interval => {
    const sorted = Float64Array.from(list).sort()
    return [round(sorted[Math.floor(0.025 * (sorted.length - 1))] ?? 0), round(sorted[Math.ceil(0.975 * (sorted.length - 1))] ?? 0)]
  }
  return { ap: interval(values.ap), redF: interval(values.redF), orangeF: interval(values.orangeF), draws }
}
