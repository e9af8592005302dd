import type { EntityFeatures } from './entity-features.ts'
import { ACCOUNTS, INPUT_NAMES } from './inputs.ts'

/** Legal full-time hours of a month (detect trap 16). */
const HOURS = 151.67

/** Headcount of the SIREN: the one of the entreprise, else the sum over its établissements. Zero is no headcount. */
export const workforceAt = (features: EntityFeatures, month: number): number | undefined =>
  features.number('effectif_ent', month) || features.sum('effectif', month) || undefined

/**
 * The 40 inputs of a SIREN at a month (number of `monthIndex`), NaN where missing, rounded to float32 once and for all (detect §2.4).
 * A division by zero or by what is missing is missing.
 */
export const rowOf = (features: EntityFeatures, month: number): Float64Array => {
  const workforce = workforceAt(features, month)
  const sum = (variable: string): number | undefined => features.sum(variable, month)
  const ratio = (above: number | undefined, below: number | undefined): number | undefined => (above === undefined || !below ? undefined : above / below)
  const values: Record<string, number | undefined> = {}

  const mean = sum('cotisation_moy12m')
  values['cotisation'] = sum('cotisation') ?? 0
  values['cotisation_mean12m'] = mean ?? 0
  for (const [share, variable] of SHARES) {
    values[`dette_sociale_${share}`] = sum(variable) ?? 0
    for (const lag of [1, 2, 3, 6, 12]) values[`dette_sociale_${share}_lag${lag}m`] = sum(`${variable}_past_${lag}`) ?? 0
  }
  const debt = (values['dette_sociale_ouvriere'] ?? 0) + (values['dette_sociale_patronale'] ?? 0)
  const earlier =
    sum('montant_part_ouvriere_past_3') === undefined
      ? undefined
      : (values['dette_sociale_ouvriere_lag3m'] ?? 0) + (values['dette_sociale_patronale_lag3m'] ?? 0)
  values['dette_sur_cotisation_mean12m'] = ratio(debt, mean)
  values['dette_par_effectif'] = ratio(debt, workforce)
  values['dette_par_effectif_diff3m'] = earlier === undefined ? undefined : ratio((debt - earlier) / 3, workforce)
  values['delai_nb_jours_restants'] = features.max('delai_nb_jours_restants', month) ?? 0

  const hours = sum('apart_heures_consommees') ?? 0
  values['ap_heures_consommees'] = hours
  values['ap_heures_consommees_cumulees'] = sum('apart_heures_consommees_cumulees') ?? 0
  values['ap_part_du_temps'] = hours === 0 ? 0 : ratio(hours, workforce && workforce * HOURS)

  const paydex = features.number('paydex_nb_jours', month)
  const paydexBefore = features.number('paydex_nb_jours_past_12', month)
  values['paydex'] = paydex
  values['paydex_diff12m'] = paydex === undefined || paydexBefore === undefined ? undefined : paydex - paydexBefore
  values['paydex_absent'] = paydex === undefined ? 1 : 0

  for (const name of ACCOUNTS) values[name] = features.number(name, month)
  values['bilan_absent'] = ACCOUNTS.every((name) => values[name] === undefined) ? 1 : 0

  values['effectif'] = workforce
  const grown = ratio(features.number('effectif_ent', month), features.number('effectif_ent_past_12', month))
  values['effectif_var12m'] = grown === undefined ? undefined : grown - 1

  return Float64Array.from(INPUT_NAMES, (name) => Math.fround(values[name] ?? Number.NaN))
}

const SHARES = [
  ['ouvriere', 'montant_part_ouvriere'],
  ['patronale', 'montant_part_patronale'],
] as const
