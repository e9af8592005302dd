import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { probabilityOf } from './calibration.ts'
import { ALERTS, levelOf } from './level.ts'
import { atThreshold, averagePrecision, bestThreshold, brier, logLoss, populationStability, precisionAtTop, rocAuc, thresholdsByCondition } from './metrics.ts'

const y = [1, 0, 0, 1, 0, 1, 0, 0, 0, 1]
const scores = [0.9, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]

describe('golden metrics (detect, appendix A)', () => {
  test('ranking', () => {
    expect(averagePrecision(scores, y)).toBeCloseTo(0.6, 12)
    expect(rocAuc(scores, y)).toBeCloseTo(0.5625, 12)
    expect(brier(scores, y)).toBeCloseTo(0.294, 12)
    expect(logLoss(scores, y)).toBeCloseTo(0.8278113300803674, 12)
  })

  test('thresholds', () => {
    expect(bestThreshold(scores, y, 0.5)).toEqual({ threshold: 0.9, f: 0.625 })
    expect(bestThreshold(scores, y, 2).threshold).toBe(0.1)
    expect(bestThreshold(scores, y, 2).f).toBeCloseTo(10 / 13, 12)
    expect(atThreshold(scores, y, 0.5, 1)).toMatchObject({ precision: 0.5, recall: 0.75, balancedAccuracy: 0.625 })
    expect(atThreshold(scores, y, 0.9, 1)).toMatchObject({ precision: 1, recall: 0.25, balancedAccuracy: 0.625 })
  })

  test('calibration by shift of the prior', () => {
    expect(probabilityOf({ kind: 'prior-shift', trainPrior: 0.35, prior: 0.037 }, 0.634)).toBeCloseTo(0.11000591596, 11)
  })
})

/** Few distinct scores, so that ties are many. */
const ranked = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 60 }).map((rows) => ({
  scores: rows.map(([score]) => score / 8),
  labels: rows.map(([, label]) => label),
}))

describe('against oracles', () => {
  test('average precision is the step sum over distinct scores', () => {
    fc.assert(
      fc.property(ranked, (drawn) => {
        const total = drawn.labels.filter((label) => label === 1).length
        fc.pre(total > 0)
        let expected = 0
        let before = 0
        for (const value of [...new Set(drawn.scores)].sort((a, b) => b - a)) {
          const above = drawn.labels.filter((_, i) => (drawn.scores[i] as number) >= value)
          const positives = above.filter((label) => label === 1).length
          expected += ((positives - before) / total) * (positives / above.length)
          before = positives
        }
        expect(Math.abs(averagePrecision(drawn.scores, drawn.labels) - expected)).toBeLessThan(1e-12)
      }),
    )
  })

  test('the area under the ROC curve counts pairs, ties by half', () => {
    fc.assert(
      fc.property(ranked, (drawn) => {
        const of = (wanted: number): number[] => drawn.scores.filter((_, i) => drawn.labels[i] === wanted)
        const [positives, negatives] = [of(1), of(0)]
        fc.pre(positives.length > 0 && negatives.length > 0)
        let pairs = 0
        for (const a of positives) for (const b of negatives) pairs += a > b ? 1 : a === b ? 0.5 : 0
        expect(Math.abs(rocAuc(drawn.scores, drawn.labels) - pairs / (positives.length * negatives.length))).toBeLessThan(1e-12)
      }),
    )
  })

  test('no score gives a greater F, and among equals the highest is taken', () => {
    fc.assert(
      fc.property(ranked, fc.constantFrom(0.5, 2), (drawn, beta) => {
        const best = bestThreshold(drawn.scores, drawn.labels, beta)
        for (const value of new Set(drawn.scores)) {
          const { f } = atThreshold(drawn.scores, drawn.labels, value, beta)
          expect(f).toBeLessThanOrEqual(best.f)
          if (f === best.f) expect(value).toBeLessThanOrEqual(best.threshold)
        }
      }),
    )
  })
})

test('thresholds by condition: the lowest that keeps the precision, the highest that reaches the recall', () => {
  expect(thresholdsByCondition(scores, y, 0.5, 0.5)).toEqual({ F1: 0.5, F2: 0.7 })
  expect(thresholdsByCondition(scores, y, 1.1, 1)).toEqual({ F1: undefined, F2: 0.1 })
})

test('precision at the top takes the best ranked', () => {
  expect(precisionAtTop(scores, y, 0.1)).toBe(1)
  expect(precisionAtTop(scores, y, 0.5)).toBe(0.4)
})

test('a population compared with itself is stable, a shifted one is not', () => {
  const population = Array.from({ length: 500 }, (_, i) => i)
  expect(populationStability(population, population)).toBe(0)
  expect(
    populationStability(
      population,
      population.map((x) => x + 300),
    ),
  ).toBeGreaterThan(0.25)
  expect(
    populationStability(
      population,
      population.map(() => Number.NaN),
    ),
  ).toBeGreaterThan(0.25)
})

describe('levels', () => {
  test('thresholds are inclusive', () => {
    const thresholds = { F1: 0.7, F2: 0.4 }
    expect([0.7, 0.69, 0.4, 0.39].map((score) => levelOf(score, thresholds))).toEqual([2, 1, 1, 0])
  })

  test('a greater score never lowers the level', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, share, share, (a, b, one, other) => {
        const thresholds = { F1: Math.max(one, other), F2: Math.min(one, other) }
        expect(levelOf(Math.max(a, b), thresholds)).toBeGreaterThanOrEqual(levelOf(Math.min(a, b), thresholds))
      }),
    )
  })

  test('the texts of alerts sort as datapi sorts them', () => {
    expect([...ALERTS].sort()).toEqual(['Alerte seuil F1', 'Alerte seuil F2', "Pas d'alerte"])
  })
})
