import type { Action } from './variables/procol-siren.ts'

/**
 * Variables of an entity over the window of a batch, in columns: one array per variable, one place per month.
 * `undefined` is "absent", which differs from `null` (refine §0.2); numbers are IEEE doubles, never rounded.
 */
export type FeatureValue = number | string | boolean | Date | null | undefined

/**
 * `siret` is the key of the entity: a SIRET, or the SIREN in the document of the entreprise, which holds what is said of the whole
 * and is not repeated on the établissements. `start` is the first month of the window (`AAAA-MM`), `count` its number of months;
 * every column has `count` places. `entreprise` is there on the document of the entreprise only: what is not said by month.
 */
export type FeatureColumns = {
  siret: string
  siren: string
  start: string
  count: number
  columns: Record<string, FeatureValue[]>
  entreprise?: EntrepriseFacts
}

/** `procol_ouvertures`: by action, months (`AAAA-MM`) of the openings of proceedings, in order. `exclu`: why the black list holds the SIREN, or null. */
export type EntrepriseFacts = { procol_ouvertures: Record<Action, string[]>; exclu: 'categorie' | 'activite' | 'siege' | null }

/** Months are [dateDebut, dateFin); `dateFinEffectif` is the last month for which headcounts are available. First days of months, UTC. */
export type BatchWindow = { dateDebut: Date; dateFin: Date; dateFinEffectif: Date }
