import type { EntityFeatures } from './entity-features.ts'

const IN_BONIS = 'in_bonis'

/** Whether the state of the procedures is known to be something else than in bonis at the end of the month. Unknown counts as in bonis. */
const inProcedure = (features: EntityFeatures, month: number): boolean => (features.text('procol_etat', month) ?? IN_BONIS) !== IN_BONIS

/** A company already in procedure, which detection flags and does not learn from (detect §1.2). An opening inside the month shows in its state at the end of it. */
export const isStrong = (features: EntityFeatures, month: number): boolean => inProcedure(features, month)

/**
 * Months of the openings that matter to a company in bonis: those in which its state leaves in bonis (detect §1.2). An opening during another
 * procedure changes nothing, as the month is strong already. `procol_ouvertures` tells more only of procedures that last less than a month.
 */
export const openingsOf = (features: EntityFeatures): number[] => {
  const months: number[] = []
  for (let month = features.from; month < features.to; month++) {
    const before = month > features.from && inProcedure(features, month - 1)
    if (!before && inProcedure(features, month)) months.push(month)
  }
  return months
}

/** 1 when a procedure opens 1 to `horizon` months after `month`; `strong` months have no label. */
export const labelOf = (openings: readonly number[], month: number, horizon: number): 0 | 1 =>
  openings.some((opening) => opening - month >= 1 && opening - month <= horizon) ? 1 : 0
