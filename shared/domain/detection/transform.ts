import type { ArtefactFeature, Step } from './artefact.ts'

/** sign(x)·ln(1 + |x|) (detect §2.4). */
export const slog = (x: number): number => Math.sign(x) * Math.log1p(Math.abs(x))

const applied = (step: Step, x: number): number => {
  if (step.op === 'slog') return slog(x)
  if (step.op === 'clip') return Math.min(step.hi, Math.max(step.lo, x))
  return (x - step.mean) / step.sd
}

/** What the model sees of an input: the missing value replaced, then the steps in order. */
export const transformed = (feature: Pick<ArtefactFeature, 'impute' | 'steps'>, x: number): number =>
  feature.steps.reduce((value, step) => applied(step, value), Number.isNaN(x) ? feature.impute : x)
