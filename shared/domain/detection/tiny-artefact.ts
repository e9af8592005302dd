import { type Artefact, artefactSchema } from './artefact.ts'
import { INPUTS, THEMES } from './inputs.ts'
import { artefactDigest, readyArtefact } from './load.ts'

/**
 * A valid artefact made by hand, for tests of what reads one: debts and a shrinking workforce raise the score. It was learnt from nothing.
 */
export const tinyArtefact = (type: 'logistic' | 'forest'): Artefact => {
  const weight: Record<string, number> = { dette_sur_cotisation_mean12m: 1.5, dette_sociale_patronale: 0.2, effectif_var12m: -2, paydex: 0.1 }
  const place = (name: string): number => INPUTS.findIndex((input) => input.name === name)
  const debt = place('dette_sur_cotisation_mean12m')
  const growth = place('effectif_var12m')
  const model: Artefact['model'] =
    type === 'logistic'
      ? { type, link: 'logit', intercept: -1, coefficients: INPUTS.map(({ name }) => weight[name] ?? 0), background: INPUTS.map((_, i) => (i % 5) / 10) }
      : {
          ...{ type, link: 'identity' as const, aggregate: 'mean' as const, bias: 0, compare: 'le' as const, float32: true },
          trees: [
            {
              f: [debt, -1, growth, -1, -1],
              t: [0.5, 0, -0.25, 0, 0],
              l: [1, 0, 3, 0, 0],
              r: [2, 0, 4, 0, 0],
              m: [1, 0, 0, 0, 0],
              v: [0, 0.1, 0, 0.9, 0.5],
              c: [100, 80, 20, 5, 15],
            },
            { f: [growth, -1, -1], t: [-0.1, 0, 0], l: [1, 0, 0], r: [2, 0, 0], m: [0, 0, 0], v: [0, 0.6, 0.2], c: [100, 30, 70] },
          ],
        }
  const draft: Omit<Artefact, 'sha256'> = {
    format: 'sf-model',
    formatVersion: 1,
    id: `essai-${type === 'logistic' ? 'logistique' : 'foret'}`,
    featureSet: 'sf-features-1',
    target: { kind: 'procol', horizonMonths: 18, strongSignals: 'excluded' },
    trainedOn: {
      ...{ batch: '2511', from: '2020-01-01', to: '2024-04-01', rows: 0, sirens: 0, positives: 0, splitSeed: 1, seed: 1 },
      ...{ weightPositiveShare: 0.35, perimeter: '2026-1', code: 'test', node: '24' },
    },
    features: INPUTS.map(({ name, theme, parent, slog }) => ({
      name,
      theme,
      parent,
      impute: 0,
      steps: type === 'logistic' && slog ? [{ op: 'slog' as const }] : [],
    })),
    themes: THEMES.map((id) => ({ id, radar: id !== 'misc', scale: 0.5 })),
    model,
    base: 0,
    calibration: { kind: 'prior-shift', trainPrior: 0.35, prior: 0.04 },
    thresholds: { F1: 0.7, F2: 0.4, betas: { F1: 0.5, F2: 2 }, on: 'validation', strongSignals: 'excluded' },
    maxSourceAgeMonths: { debit: 2 },
    metrics: {},
    vectors: [],
  }
  const { base, raw, link, contributions } = readyArtefact(draft)
  draft.base = base
  draft.vectors = [0, 1, 2, 3].map((k) => {
    const x = INPUTS.map((_, i) => (k === 3 && i % 4 === 0 ? null : Math.fround(((k + 1) * (i + 1)) % 7)))
    const row = Float64Array.from(x, (value) => value ?? Number.NaN)
    return { x, score: link(raw(row)), phi: Array.from(contributions(row), (value) => value + 0) }
  })
  const content = artefactSchema.omit({ sha256: true }).parse(draft)
  return { ...content, sha256: artefactDigest(content) }
}
