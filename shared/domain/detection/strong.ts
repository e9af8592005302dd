import type { EntityFeatures } from './entity-features.ts'

const IN_BONIS = 'in_bonis'

/** A company already in procedure at the end of the month, or for which one opened in it: flagged, and not learnt from (detect §1.2). */
export const isStrong = (features: EntityFeatures, month: number): boolean =>
  (features.text('procol_etat', month) ?? IN_BONIS) !== IN_BONIS || features.ouvertures.includes(month)

/** 1 when a procedure opens 1 to `horizon` months after `month`; `strong` months have no label. */
export const labelOf = (openings: readonly number[], month: number, horizon: number): 0 | 1 =>
  openings.some((opening) => opening - month >= 1 && opening - month <= horizon) ? 1 : 0
