import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import { AppError } from '../errors.ts'
import type { FeatureColumns } from '../features.ts'
import { monthFromIndex } from '../month.ts'
import { probabilityOf } from './calibration.ts'
import { entityFeatures } from './entity-features.ts'
import { type Explanation, explanationOf } from './explanation.ts'
import { INPUTS } from './inputs.ts'
import { type Level, levelOf } from './level.ts'
import type { LoadedArtefact } from './load.ts'
import { BLACK_LIST_2026, type BlackList, type Exclusion, exclusionOf, type RegisterFacts } from './perimeter.ts'
import { NO_RULES, type RuleSet, type Signals, signalsOf, withRules } from './redressements.ts'
import { rowOf } from './row.ts'
import { isStrong } from './strong.ts'

/** Fields of a document of Scores (detect §8.1) without `_id` and `seq`. No clock: a pure function of features, artefact and rule set. */
export type ScoreContent = {
  list: string
  siren: string
  /** First day of the scored month. */
  periode: Date
  algo: string
  /** sha256 of the artefact. */
  artefact: string
  ruleset: string
  /** Raw output of the model, in [0, 1]: thresholds, order and explanations use it. */
  score: number
  /** Corrected frequency (detect §5.4). */
  probability: number
  level: Level
  /** Level of the model, before the expert rules. */
  levelBefore: Level
  /** Already in procedure. */
  strong: boolean
  /** Expected raw output, in the units of `phi`. */
  base: number
  /** What was imputed: `bilan`, `paydex`, or the name of the input. */
  missing: string[]
  signals: Signals
  redressements: string[]
  /** sha256 of the inputs as float32, little-endian. */
  inputs: string
  /** Idempotency key: same key, same document. */
  key: string
} & (({ phi: Record<string, number> } & Explanation) | { phi?: never; macroExpl?: never; microExpl?: never; macroRadar?: never; explSelection?: never })

export type ScoreInput = {
  siren: string
  /** Batch of the list, `AAMM`, possibly followed by `~` and the name of a trial model. */
  list: string
  /** Columns of the établissements of the SIREN and of the entreprise itself (whose `siret` is no SIRET). */
  features: readonly FeatureColumns[]
  /** What the register says; without it, `exclu` of the entreprise decides (refine §3.20). */
  facts?: RegisterFacts
  ruleset?: RuleSet
  blackList?: BlackList
}

/** `stale`: the features do not reach the scored month, refine has not done this SIREN for the batch yet. */
export type ScoreResult = { score: ScoreContent } | { excluded: Exclusion } | { stale: 'features' }

const FORMAT = 'scores-1'

/** Number of the scored month: the last period of the batch (`2511` → October 2025). */
export const scoredMonth = (list: string): number => {
  const found = /^(\d{2})(0[1-9]|1[0-2])(_\d{2})?(~[a-z0-9-]+)?$/.exec(list)
  if (!found) throw new AppError('BATCH_INVALID', `« ${list} » n’est pas une liste`)
  return (2000 + Number(found[1])) * 12 + Number(found[2]) - 2
}

export const scoreSiren = (loaded: LoadedArtefact, input: ScoreInput): ScoreResult => {
  const { siren, list, facts } = input
  const month = scoredMonth(list)
  const features = entityFeatures(input.features)
  const excluded = facts ? exclusionOf(facts, input.blackList ?? BLACK_LIST_2026) : features.exclu
  if (excluded) return { excluded }
  if (month < features.from || month >= features.to) return { stale: 'features' }

  const { artefact } = loaded
  const row = rowOf(features, month)
  const x = loaded.select(row)
  const raw = loaded.raw(x)
  const score = loaded.link(raw)
  const levelBefore = levelOf(score, artefact.thresholds)
  const strong = isStrong(features, month)
  const ruleset = input.ruleset ?? NO_RULES

  // Exact contributions of a forest cost milliseconds: only alerts, and rules that read themes, ask for them.
  const explain = (): { phi: Record<string, number> } & Explanation => {
    const phi = loaded.contributions(x)
    const explanation = explanationOf({ features: artefact.features, themes: artefact.themes, link: artefact.model.link, base: artefact.base }, phi, score)
    return { phi: Object.fromEntries(artefact.features.map(({ name }, i) => [name, phi[i] as number])), ...explanation }
  }
  const told = levelBefore >= 1 || Object.keys(ruleset.signals).length > 0 ? explain() : undefined
  const signals = signalsOf(ruleset, features, month, told?.macroExpl ?? {})
  const level = withRules(ruleset, levelBefore, signals)
  const explained = level >= 1 || levelBefore >= 1

  const inputs = createHash('sha256').update(bytesOf(x)).digest('hex')
  const identity = { inputs, artefact: artefact.sha256, ruleset: ruleset.id, format: FORMAT, strong, signals }
  return {
    score: {
      list,
      siren,
      periode: monthFromIndex(month),
      algo: artefact.id,
      artefact: artefact.sha256,
      ruleset: ruleset.id,
      score,
      probability: probabilityOf(artefact.calibration, score),
      level,
      levelBefore,
      strong,
      base: artefact.base,
      ...(explained ? told : undefined),
      missing: missingOf(row),
      signals,
      redressements:
        level >= 1
          ? Object.keys(signals)
              .filter((name) => signals[name] === true)
              .sort()
          : [],
      inputs,
      key: createHash('sha256').update(canonicalJson(identity)).digest('hex'),
    },
  }
}

const bytesOf = (x: ArrayLike<number>): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * x.length))
  // One NaN only: its sign and payload must not reach the hash.
  for (let i = 0; i < x.length; i++) view.setUint32(4 * i, Number.isNaN(x[i]) ? 0x7fc00000 : float32Bits(x[i] as number), true)
  return new Uint8Array(view.buffer)
}

const scratch = new DataView(new ArrayBuffer(4))
const float32Bits = (x: number): number => {
  scratch.setFloat32(0, x)
  return scratch.getUint32(0)
}

const missingOf = (row: Float64Array): string[] => [...new Set(INPUTS.flatMap(({ source }, i) => (Number.isNaN(row[i]) ? [source] : [])))].sort()
