import { describe, expect, test } from 'vitest'
import type { FeatureColumns } from '../features.ts'
import { entityFeatures } from './entity-features.ts'
import type { Level } from './level.ts'
import { NO_RULES, type Signals, signalsOf, withRules } from './redressements.ts'
import { RULES_2021_03, RULES_2022_09, RULES_2022_12 } from './rulesets.ts'

/** A company whose debts are given by month, contribution mean 100 a month. */
const company = (start: string, debts: (number | undefined)[], mean: number | undefined = 100): FeatureColumns[] => [
  {
    siret: '99900001400011',
    siren: '999000014',
    start,
    count: debts.length,
    columns: {
      montant_part_patronale: debts,
      montant_part_ouvriere: debts.map((debt) => (debt === undefined ? undefined : 0)),
      cotisation_moy12m: debts.map(() => mean),
    },
  },
]

const monthOf = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1

describe('rule set 2021-03', () => {
  const january = monthOf('2021-01')
  const features = (july: number | undefined, latest: number, mean = 100) => entityFeatures(company('2020-07', [july, 0, 0, 0, 0, 0, latest], mean))

  test.each([
    [125, 100, 100, 0, 1],
    [110, 100, 100, 0, 0],
    [200, 50, 75, 2, 2],
    [300, 100, 100, 1, 2],
  ] as const)('debt %d after %d, contribution %d: level %d becomes %d', (latest, july, mean, before, after) => {
    const signals = signalsOf(RULES_2021_03, features(july, latest, mean), january, {})
    expect(withRules(RULES_2021_03, before, signals)).toBe(after)
  })

  test('a missing earlier debt is no debt, a zero contribution says nothing', () => {
    expect(signalsOf(RULES_2021_03, features(undefined, 50), january, {})).toEqual({ urssaf: true })
    expect(signalsOf(RULES_2021_03, features(0, 50, 0), january, {})).toEqual({ urssaf: null })
  })
})

/** Every combination of true and false of the signals that a rule set reads. */
const combinations = (names: string[]): Signals[] => {
  const [first, ...rest] = names
  if (first === undefined) return [{}]
  return combinations(rest).flatMap((others) => [true, false].map((value) => ({ [first]: value, ...others })))
}

const clip = (level: number): Level => Math.max(0, Math.min(2, level)) as Level

describe('combination of signals', () => {
  test('2022-09: at most one step, up on recent debt unless the model already says so, down on old debt paid back', () => {
    for (const signals of combinations(Object.keys(RULES_2022_09.signals))) {
      const up = Number(signals['augmentation_dette_sur_cotisation_urssaf_recente'] && !signals['dette_urssaf_macro_preponderante'])
      const down = Number(
        signals['diminution_dette_urssaf_ancienne'] && signals['dette_urssaf_macro_preponderante'] && signals['dette_urssaf_ancienne_significative'],
      )
      const activity = Number(signals['demande_activite_partielle_elevee'])
      for (const level of [0, 1, 2] as const) {
        expect(withRules(RULES_2022_09, level, signals)).toBe(clip(level + Math.max(-1, Math.min(1, up - down + activity))))
      }
    }
  })

  test('2022-12: of the three financial signals, two raise the level, one or none do not', () => {
    const financial = ['solvabilite_faible', 'rentabilite_faible', 'k_propres_negatifs']
    for (const signals of combinations(financial)) {
      const count = financial.filter((name) => signals[name]).length
      expect(withRules(RULES_2022_12, 0, signals)).toBe(count >= 2 ? 1 : 0)
    }
  })

  test('what could not be evaluated does not count', () => {
    expect(withRules(RULES_2022_12, 1, { solvabilite_faible: true, rentabilite_faible: null, k_propres_negatifs: null })).toBe(1)
  })

  test('no rules: nothing changes', () => {
    expect(signalsOf(NO_RULES, entityFeatures([]), 0, {})).toEqual({})
    expect(([0, 1, 2] as const).map((level) => withRules(NO_RULES, level, {}))).toEqual([0, 1, 2])
  })
})

test('signals of 2022-09 read the windows of the list', () => {
  const list = monthOf('2022-07')
  const months = list - monthOf('2020-01') + 1
  const debts = Array.from({ length: months }, (_, t) => (t < 12 ? 1_000 : t < months - 3 ? 10 : 150))
  const macro = { dette_urssaf: 0.1, sante_financiere: 0.2 }
  expect(signalsOf(RULES_2022_09, entityFeatures(company('2020-01', debts)), list, macro)).toEqual({
    augmentation_dette_sur_cotisation_urssaf_recente: true,
    dette_urssaf_macro_preponderante: false,
    diminution_dette_urssaf_ancienne: true,
    dette_urssaf_ancienne_significative: true,
    demande_activite_partielle_elevee: null,
  })
})
