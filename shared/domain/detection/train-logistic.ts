import { sigmoid } from './linear.ts'

/** Rows by column: `columns[j][i]` is input j of row i. */
export type Design = { columns: readonly ArrayLike<number>[]; labels: ArrayLike<number>; weights: ArrayLike<number> }
export type LogisticFit = { intercept: number; coefficients: number[]; steps: number; gradient: number }

const STEPS = 50
const SMALLEST_STEP = 1e-10

/**
 * Minimises Σ wᵢ·logloss / Σ wᵢ + λ/2·‖β‖² by Newton steps with a Cholesky factorisation; the intercept is not penalised (detect §4.3).
 * Sums are in row order. `gradient` is the norm of the gradient at the solution.
 */
export const fitLogistic = ({ columns, labels, weights }: Design, lambda: number): LogisticFit => {
  const p = columns.length
  const n = labels.length
  const size = p + 1
  // The last place is the intercept.
  const beta = new Float64Array(size)
  let total = 0
  for (let i = 0; i < n; i++) total += weights[i] as number
  const row = new Float64Array(size)
  row[p] = 1
  let steps = 0
  const gradient = new Float64Array(size)
  const hessian = new Float64Array(size * size)
  for (;;) {
    gradient.fill(0)
    hessian.fill(0)
    for (let i = 0; i < n; i++) {
      let margin = beta[p] as number
      for (let j = 0; j < p; j++) {
        const x = columns[j]?.[i] as number
        row[j] = x
        margin += (beta[j] as number) * x
      }
      const probability = sigmoid(margin)
      const weight = (weights[i] as number) / total
      const residual = weight * (probability - (labels[i] as number))
      const curvature = weight * probability * (1 - probability)
      for (let j = 0; j < size; j++) {
        const x = row[j] as number
        if (x === 0) continue
        gradient[j] = (gradient[j] as number) + residual * x
        const scaled = curvature * x
        for (let k = j; k < size; k++) hessian[j * size + k] = (hessian[j * size + k] as number) + scaled * (row[k] as number)
      }
    }
    for (let j = 0; j < p; j++) {
      gradient[j] = (gradient[j] as number) + lambda * (beta[j] as number)
      hessian[j * size + j] = (hessian[j * size + j] as number) + lambda
    }
    const step = solve(hessian, gradient, size)
    let largest = 0
    for (let j = 0; j < size; j++) {
      beta[j] = (beta[j] as number) - (step[j] as number)
      largest = Math.max(largest, Math.abs(step[j] as number))
    }
    steps += 1
    if (largest < SMALLEST_STEP || steps === STEPS) break
  }
  return { intercept: beta[p] as number, coefficients: [...beta.subarray(0, p)], steps, gradient: Math.hypot(...gradient) }
}

/** Solves A·x = b; A symmetric positive definite, given by its upper triangle. */
const solve = (upper: Float64Array, b: Float64Array, size: number): Float64Array => {
  const factor = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = upper[j * size + i] as number
      for (let k = 0; k < j; k++) sum -= (factor[i * size + k] as number) * (factor[j * size + k] as number)
      factor[i * size + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * size + j] as number)
    }
  }
  const x = Float64Array.from(b)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (factor[i * size + k] as number) * (x[k] as number)
    x[i] = (x[i] as number) / (factor[i * size + i] as number)
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] = (x[i] as number) - (factor[k * size + i] as number) * (x[k] as number)
    x[i] = (x[i] as number) / (factor[i * size + i] as number)
  }
  return x
}
