import type { Calibration } from './artefact.ts'

/**
 * The frequency that a raw score stands for (detect §5.4): either the shift from the class share of training to the real one,
 * or an isotonic step function (value of the last x not above the score).
 */
export const probabilityOf = (calibration: Calibration, score: number): number => {
  if (calibration.kind === 'prior-shift') {
    const { prior, trainPrior } = calibration
    if (score <= 0 || score >= 1) return score <= 0 ? 0 : 1
    const odds = ((score / (1 - score)) * (prior / (1 - prior))) / (trainPrior / (1 - trainPrior))
    return odds / (1 + odds)
  }
  let place = 0
  for (let i = 1; i < calibration.x.length; i++) if ((calibration.x[i] as number) <= score) place = i
  return calibration.y[place] as number
}
