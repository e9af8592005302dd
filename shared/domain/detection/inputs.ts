/** The feature set `sf-features-1` (detect §2.4): 40 inputs of one SIREN and month, in this order. */

export const FEATURE_SET = 'sf-features-1'

export const THEMES = ['dette_urssaf', 'activite_partielle', 'retards_paiement', 'sante_financiere', 'misc'] as const
export type Theme = (typeof THEMES)[number]

/**
 * `parent` groups inputs in the micro explanation. `missing`: `zero` when no line means nothing due, `median` of the train rows otherwise.
 * `slog`: amounts and counts, which the logistic model takes the logarithm of. `source`: what is said to be missing when the value is imputed.
 */
export type Input = { name: string; theme: Theme; parent: string; missing: 'zero' | 'median'; slog: boolean; source: string }

const LAGS = [1, 2, 3, 6, 12] as const

const input = (theme: Theme, name: string, missing: Input['missing'], slog: boolean, more: { parent?: string; source?: string } = {}): Input => ({
  name,
  theme,
  parent: more.parent ?? name,
  missing,
  slog,
  source: more.source ?? name,
})

const debt = (name: string): Input[] => [
  input('dette_urssaf', name, 'zero', true),
  ...LAGS.map((lag) => input('dette_urssaf', `${name}_lag${lag}m`, 'zero', true, { parent: name })),
]

/** Ratios of the accounts, under the names of Features. */
export const ACCOUNTS = [
  'rentabilite_economique',
  'rentabilite_nette',
  'endettement',
  'liquidite_reduite',
  'equilibre_financier',
  'poids_bfr_exploitation',
  'productivite_capital_investi',
  'degre_immo_corporelle',
  'financier_court_terme',
  'taux_interet_sur_ca',
  'taux_marge',
  'autonomie_financiere',
  'ca',
] as const

export const INPUTS: readonly Input[] = [
  input('dette_urssaf', 'cotisation', 'zero', true),
  input('dette_urssaf', 'cotisation_mean12m', 'zero', true, { parent: 'cotisation' }),
  ...debt('dette_sociale_ouvriere'),
  ...debt('dette_sociale_patronale'),
  input('dette_urssaf', 'dette_sur_cotisation_mean12m', 'median', true),
  input('dette_urssaf', 'dette_par_effectif', 'median', true),
  input('dette_urssaf', 'dette_par_effectif_diff3m', 'median', true, { parent: 'dette_par_effectif' }),
  input('dette_urssaf', 'delai_nb_jours_restants', 'zero', true),
  input('activite_partielle', 'ap_heures_consommees', 'zero', true),
  input('activite_partielle', 'ap_heures_consommees_cumulees', 'zero', true, { parent: 'ap_heures_consommees' }),
  input('activite_partielle', 'ap_part_du_temps', 'zero', false),
  input('retards_paiement', 'paydex', 'median', true, { source: 'paydex' }),
  input('retards_paiement', 'paydex_diff12m', 'median', false, { parent: 'paydex', source: 'paydex_diff12m' }),
  input('retards_paiement', 'paydex_absent', 'zero', false, { parent: 'paydex' }),
  ...ACCOUNTS.map((name) => input('sante_financiere', name, 'median', name === 'ca', { source: 'bilan' })),
  input('sante_financiere', 'bilan_absent', 'zero', false),
  input('misc', 'effectif', 'median', true),
  input('misc', 'effectif_var12m', 'median', false, { parent: 'effectif' }),
]

export const INPUT_NAMES: readonly string[] = INPUTS.map(({ name }) => name)
