/** Linear models: raw output in log-odds, contributions β·(z − background) (detect §6.1). */

export type Linear = { intercept: number; coefficients: readonly number[]; background: readonly number[] }

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

export const linearRaw = (model: Linear, z: ArrayLike<number>): number =>
  model.coefficients.reduce((sum, coefficient, i) => sum + coefficient * (z[i] as number), model.intercept)

/** `base` of a linear model: its raw output at the background. */
export const linearBase = (model: Linear): number => linearRaw(model, model.background)

export const linearContributions = (model: Linear, z: ArrayLike<number>): Float64Array =>
  Float64Array.from(model.coefficients, (coefficient, i) => coefficient * ((z[i] as number) - (model.background[i] as number)))
