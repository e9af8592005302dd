import type { RuleSet } from './redressements.ts'

/**
 * Rule sets of past lists (detect §7.2), as data. None is in use since the list of March 2024; they serve to read and replay history.
 * Names of signals are ASCII. What these sources cannot tell is `unavailable`, hence null, never false.
 */

/** March to September 2021: debts grew by more than a fifth of a month of contribution since July 2020. */
export const RULES_2021_03: RuleSet = {
  id: '2021-03',
  signals: { urssaf: { op: 'ratioChange', from: '2020-07', to: 0, times: 1, above: 0.2 } },
  rules: [{ when: ['urssaf'], effect: 1 }],
}

const OLD = { from: '2020-01', to: '2021-09' } as const

const OLD_DEBTS: RuleSet['signals'] = {
  dette_urssaf_macro_preponderante: { op: 'themePrevails', theme: 'dette_urssaf' },
  diminution_dette_urssaf_ancienne: { op: 'minOverMax', old: OLD, recent: { from: '2021-10', to: 0 }, below: 0.1 },
}

const UP_AND_DOWN: RuleSet['rules'] = [
  { when: ['augmentation_dette_sur_cotisation_urssaf_recente'], unless: ['dette_urssaf_macro_preponderante'], effect: 1 },
  { when: ['diminution_dette_urssaf_ancienne', 'dette_urssaf_macro_preponderante', 'dette_urssaf_ancienne_significative'], effect: -1 },
  { when: ['demande_activite_partielle_elevee'], effect: 1 },
]

/** September 2022 (list 2208). */
export const RULES_2022_09: RuleSet = {
  id: '2022-09',
  signals: {
    augmentation_dette_sur_cotisation_urssaf_recente: { op: 'ratioChange', from: -3, to: 0, times: 12, above: 0.1 },
    ...OLD_DEBTS,
    dette_urssaf_ancienne_significative: { op: 'maxRatio', window: OLD, over: 12, above: 0.1 },
    demande_activite_partielle_elevee: { op: 'unavailable' },
  },
  rules: UP_AND_DOWN,
}

/** December 2022 to September 2023: the same, and three financial signals of which two or more raise the level. */
export const RULES_2022_12: RuleSet = {
  id: '2022-12',
  signals: {
    augmentation_dette_sur_cotisation_urssaf_recente: { op: 'ratioChange', from: -3, to: 0, times: 12, above: 0.1 },
    ...OLD_DEBTS,
    dette_urssaf_ancienne_significative: { op: 'maxRatio', window: { from: '2020-09', to: '2021-08' }, over: 12, above: 0.1 },
    demande_activite_partielle_elevee: { op: 'unavailable' },
    solvabilite_faible: { op: 'threshold', variable: 'capacite_remboursement', above: 4 },
    rentabilite_faible: { op: 'unavailable' },
    k_propres_negatifs: { op: 'threshold', variable: 'autonomie_financiere', below: 0 },
  },
  rules: UP_AND_DOWN,
  count: { of: ['solvabilite_faible', 'rentabilite_faible', 'k_propres_negatifs'], effects: [0, 0, 1, 2] },
}

export const RULE_SETS: readonly RuleSet[] = [RULES_2021_03, RULES_2022_09, RULES_2022_12]
