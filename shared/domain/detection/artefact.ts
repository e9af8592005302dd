import * as z from 'zod'
import { THEMES } from './inputs.ts'

/** The format `sf-model`, version 1 (detect §3.1): one JSON object, unknown keys at its top refused. */

const finite = z.number()
const integer = z.int()

const step = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('slog') }),
  z.strictObject({ op: z.literal('clip'), lo: finite, hi: finite }),
  z.strictObject({ op: z.literal('scale'), mean: finite, sd: z.number().positive() }),
])

const feature = z.strictObject({ name: z.string(), theme: z.enum(THEMES), parent: z.string(), impute: finite, steps: z.array(step) })

const tree = z.strictObject({
  /** Feature of the node, −1 for a leaf. */
  f: z.array(integer),
  /** Threshold. */
  t: z.array(finite),
  l: z.array(integer),
  r: z.array(integer),
  /** 1 when a missing value goes left. */
  m: z.array(integer),
  /** Value of the leaf. */
  v: z.array(finite),
  /** Cover. */
  c: z.array(finite),
})

const ensemble = {
  aggregate: z.enum(['mean', 'sum']),
  bias: finite,
  compare: z.enum(['le', 'lt']),
  float32: z.boolean(),
  trees: z.array(tree).min(1),
}

const model = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('logistic'), link: z.literal('logit'), intercept: finite, coefficients: z.array(finite), background: z.array(finite) }),
  z.strictObject({ type: z.literal('forest'), link: z.literal('identity'), ...ensemble }),
  z.strictObject({ type: z.literal('boosting'), link: z.literal('logit'), ...ensemble }),
])

const calibration = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prior-shift'), trainPrior: z.number().gt(0).lt(1), prior: z.number().gt(0).lt(1) }),
  z.strictObject({ kind: z.literal('isotonic'), x: z.array(finite).min(1), y: z.array(finite).min(1) }),
])

/** The name of a model, which names its file too. */
export const ArtefactId = z.string().regex(/^[a-z0-9-]{3,40}$/)

export const artefactSchema = z.strictObject({
  format: z.literal('sf-model'),
  formatVersion: z.literal(1),
  id: ArtefactId,
  featureSet: z.string(),
  target: z.strictObject({ kind: z.literal('procol'), horizonMonths: integer.positive(), strongSignals: z.enum(['excluded', 'included']) }),
  trainedOn: z.strictObject({
    batch: z.string(),
    from: z.string(),
    to: z.string(),
    rows: integer,
    sirens: integer,
    positives: integer,
    splitSeed: integer,
    seed: integer,
    weightPositiveShare: finite,
    perimeter: z.string(),
    code: z.string(),
    node: z.string(),
  }),
  features: z.array(feature).min(1),
  themes: z.array(z.strictObject({ id: z.enum(THEMES), radar: z.boolean(), scale: z.number().positive() })),
  model,
  base: finite,
  calibration,
  thresholds: z.strictObject({
    F1: finite,
    F2: finite,
    betas: z.strictObject({ F1: finite, F2: finite }),
    on: z.literal('validation'),
    strongSignals: z.enum(['excluded', 'included']),
  }),
  /** By source of `dataDates`: how many months before the scored one its data may end. */
  maxSourceAgeMonths: z.record(z.string(), integer.nonnegative()),
  metrics: z.record(z.string(), z.unknown()),
  vectors: z.array(z.strictObject({ x: z.array(finite.nullable()), score: finite, phi: z.array(finite) })).min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

export type Artefact = z.infer<typeof artefactSchema>
export type ArtefactFeature = z.infer<typeof feature>
export type Step = z.infer<typeof step>
export type Tree = z.infer<typeof tree>
export type Model = Artefact['model']
export type Calibration = Artefact['calibration']
