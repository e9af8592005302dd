/**
 * Variables of an établissement over the window of a batch, in columns: one array per variable, one place per month.
 * `undefined` is "absent", which differs from `null` (refine §0.2); numbers are IEEE doubles, never rounded.
 */
export type FeatureValue = number | string | boolean | Date | null | undefined

/** `start` is the first month of the window (`AAAA-MM`), `count` its number of months; every column has `count` places. */
export type FeatureColumns = { siret: string; siren: string; start: string; count: number; columns: Record<string, FeatureValue[]> }

/** Months are [dateDebut, dateFin); `dateFinEffectif` is the last month for which headcounts are available. First days of months, UTC. */
export type BatchWindow = { dateDebut: Date; dateFin: Date; dateFinEffectif: Date }
