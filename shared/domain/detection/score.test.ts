import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FeatureColumns, FeatureValue } from '../features.ts'
import { entityFeatures } from './entity-features.ts'
import { explanationOf, radarOf } from './explanation.ts'
import { freshnessOf } from './freshness.ts'
import { INPUT_NAMES, INPUTS, THEMES } from './inputs.ts'
import { loadArtefactJson } from './load.ts'
import { exclusionOf } from './perimeter.ts'
import { rowOf } from './row.ts'
import { type ScoreContent, type ScoreResult, scoredMonth, scoreSiren } from './score.ts'
import { isStrong, labelOf } from './strong.ts'
import { tinyArtefact } from './tiny-artefact.ts'

const start = '2024-11'
const count = 12
const filled = (value: FeatureValue): FeatureValue[] => new Array<FeatureValue>(count).fill(value)
const etablissement = (nic: string, columns: Record<string, FeatureValue[]>): FeatureColumns => ({
  siret: `999000014${nic}`,
  siren: '999000014',
  start,
  count,
  columns,
})
const entreprise = (columns: Record<string, FeatureValue[]>): FeatureColumns => ({ siret: '', siren: '999000014', start, count, columns })

const OCTOBER = 2025 * 12 + 9
const inputOf = (features: FeatureColumns[], name: string): number => rowOf(entityFeatures(features), OCTOBER)[INPUT_NAMES.indexOf(name)] as number

describe('from Features to one row', () => {
  const features = [
    etablissement('00011', {
      cotisation: filled(100),
      cotisation_moy12m: filled(100),
      montant_part_ouvriere: filled(50),
      montant_part_patronale: filled(250),
      montant_part_ouvriere_past_3: filled(0),
      montant_part_patronale_past_3: filled(60),
      effectif: filled(8),
    }),
    etablissement('00029', {
      cotisation: filled(50),
      cotisation_moy12m: filled(50),
      montant_part_ouvriere: filled(null),
      montant_part_patronale: filled(0),
      effectif: filled(4),
    }),
    entreprise({ effectif_ent: filled(12), effectif_ent_past_12: filled(15), paydex_nb_jours: filled(3), paydex_nb_jours_past_12: filled(1) }),
  ]

  test('amounts are summed over the établissements, closed ones too, and ratios computed after', () => {
    expect(inputOf(features, 'cotisation')).toBe(150)
    expect(inputOf(features, 'dette_sociale_patronale')).toBe(250)
    expect(inputOf(features, 'dette_sur_cotisation_mean12m')).toBe(2)
    expect(inputOf(features, 'dette_par_effectif')).toBe(25)
    expect(inputOf(features, 'dette_par_effectif_diff3m')).toBe(Math.fround((300 - 60) / 3 / 12))
    expect(inputOf(features, 'effectif_var12m')).toBe(Math.fround(12 / 15 - 1))
    expect(inputOf(features, 'paydex_diff12m')).toBe(2)
  })

  test('no line means nothing due; a division by zero is missing, never infinite', () => {
    const empty = [etablissement('00011', { cotisation_moy12m: filled(0), montant_part_patronale: filled(10) })]
    expect(inputOf(empty, 'cotisation')).toBe(0)
    expect(inputOf(empty, 'dette_sociale_ouvriere_lag6m')).toBe(0)
    expect(inputOf(empty, 'dette_sur_cotisation_mean12m')).toBeNaN()
    expect(inputOf(empty, 'dette_par_effectif')).toBeNaN()
    expect(inputOf(empty, 'ap_part_du_temps')).toBe(0)
    expect([inputOf(empty, 'bilan_absent'), inputOf(empty, 'paydex_absent')]).toEqual([1, 1])
  })

  test('the workforce is that of the entreprise, else the sum of its établissements', () => {
    expect(inputOf(features, 'effectif')).toBe(12)
    expect(inputOf(features.slice(0, 2), 'effectif')).toBe(12)
    expect(inputOf([etablissement('00011', { effectif: filled(0) })], 'effectif')).toBeNaN()
  })

  test('what comes after the month changes no input (leak test)', () => {
    const cut = (documents: FeatureColumns[]): FeatureColumns[] =>
      documents.map((document) => ({
        ...document,
        count: 6,
        columns: Object.fromEntries(Object.entries(document.columns).map(([name, column]) => [name, column.slice(0, 6)])),
      }))
    const month = OCTOBER - 6
    expect(rowOf(entityFeatures(cut(features)), month)).toEqual(rowOf(entityFeatures(features), month))
  })

  test('the feature set has the forty inputs of the specification, in five themes', () => {
    expect(INPUTS).toHaveLength(40)
    expect(THEMES.map((theme) => INPUTS.filter((input) => input.theme === theme).length)).toEqual([18, 3, 3, 14, 2])
  })
})

describe('labels', () => {
  const fact = (procol_ouvertures: { liquidation: string[]; redressement: string[]; sauvegarde: string[] }, ...values: string[]): FeatureColumns[] => [
    { ...entreprise({ procol_etat: values }), entreprise: { procol_ouvertures, exclu: null } },
  ]

  test('a month is strong when a procedure stands at its end, or opened in it', () => {
    const ouvertures = { liquidation: [], redressement: ['2025-02'], sauvegarde: ['2024-12'] }
    const features = entityFeatures(
      fact(ouvertures, 'in_bonis', 'in_bonis', 'in_bonis', 'redressement', 'redressement', ...new Array<string>(7).fill('in_bonis')),
    )
    expect(Array.from({ length: 6 }, (_, place) => isStrong(features, features.from + place))).toEqual([false, true, false, true, true, false])
    expect(features.ouvertures.map((month) => month - features.from)).toEqual([1, 3])
  })

  test('an opening counts from one to eighteen months ahead, never in its own month', () => {
    expect([0, 1, 18, 19].map((ahead) => labelOf([100 + ahead], 100, 18))).toEqual([0, 1, 1, 0])
  })
})

const scoreOf = (result: ScoreResult): ScoreContent => {
  if (!('score' in result)) throw new Error(JSON.stringify(result))
  return result.score
}

describe('scoreSiren', () => {
  const loaded = loadArtefactJson(tinyArtefact('logistic'))
  const facts = { statutJuridique: '5499', activite: '2562B', hasSeat: true }
  const features = (debt: number, etat = 'in_bonis'): FeatureColumns[] => [
    etablissement('00011', { cotisation_moy12m: filled(1000), montant_part_patronale: filled(debt), effectif: filled(12) }),
    entreprise({ effectif_ent: filled(12), procol_etat: filled(etat) }),
  ]
  const input = (debt: number, etat?: string) => ({ siren: '999000014', list: '2511', features: features(debt, etat), facts })

  test('scores the month before the one of the batch', () => {
    expect(scoreOf(scoreSiren(loaded, input(0))).periode).toEqual(new Date('2025-10-01'))
    expect(scoredMonth('2601')).toBe(2025 * 12 + 11)
    expect(() => scoredMonth('2513')).toThrow('2513')
  })

  test('an alert is explained, and its parts add up to the score', () => {
    const alert = scoreOf(scoreSiren(loaded, input(20_000)))
    expect(alert.level).toBe(2)
    const sum = (values: Record<string, number> | undefined): number => Object.values(values ?? {}).reduce((total, value) => total + value, 0)
    expect(sum(alert.macroExpl)).toBeCloseTo(alert.score, 9)
    expect(sum(alert.microExpl)).toBeCloseTo(alert.score, 9)
    expect(Object.keys(alert.macroExpl ?? {}).sort()).toEqual(['model_offset', ...THEMES].sort())
    expect(Object.keys(alert.macroRadar ?? {}).sort()).toEqual(['activite_partielle', 'dette_urssaf', 'retards_paiement', 'sante_financiere'])
    expect(alert.explSelection?.selectConcerning[0]).toEqual(['dette_urssaf', 'dette_sur_cotisation_mean12m'])
    expect(alert.base + sum(alert.phi)).toBeCloseTo(Math.log(alert.score / (1 - alert.score)), 9)
  })

  test('a company without alert has a score and no explanation', () => {
    const calm = scoreOf(scoreSiren(loaded, input(0)))
    expect(calm.level).toBe(0)
    expect(calm).not.toHaveProperty('phi')
    expect(calm).not.toHaveProperty('macroExpl')
    expect(calm.missing).toEqual(['bilan', 'dette_par_effectif_diff3m', 'effectif_var12m', 'paydex', 'paydex_diff12m'])
  })

  test('the same features give the same document, others another key', () => {
    const once = scoreOf(scoreSiren(loaded, input(500)))
    expect(scoreOf(scoreSiren(loaded, { ...input(500), features: features(500).reverse() }))).toEqual(once)
    expect(scoreOf(scoreSiren(loaded, input(501))).key).not.toBe(once.key)
    expect(scoreOf(scoreSiren(loadArtefactJson(tinyArtefact('forest')), input(500))).key).not.toBe(once.key)
  })

  test('a company in procedure is scored and flagged, which its key says', () => {
    const [free, strong] = [scoreOf(scoreSiren(loaded, input(500))), scoreOf(scoreSiren(loaded, input(500, 'redressement')))]
    expect([free.strong, strong.strong]).toEqual([false, true])
    expect(strong.score).toBe(free.score)
    expect(strong.key).not.toBe(free.key)
  })

  test('the black list excludes by legal form, then activity, then seat', () => {
    expect(scoreSiren(loaded, { ...input(0), facts: { statutJuridique: '7210', activite: '8411Z', hasSeat: false } })).toEqual({ excluded: 'categorie' })
    expect(scoreSiren(loaded, { ...input(0), facts: { ...facts, activite: '84.11Z' } })).toEqual({ excluded: 'activite' })
    expect(scoreSiren(loaded, { ...input(0), facts: { ...facts, hasSeat: false } })).toEqual({ excluded: 'siege' })
    expect(exclusionOf({ statutJuridique: '5710', activite: '6420Z', hasSeat: true })).toBeUndefined()
  })

  test('without facts, what refine found excludes', () => {
    const { facts: _, ...bare } = input(0)
    const found = { procol_ouvertures: { liquidation: [], redressement: [], sauvegarde: [] }, exclu: 'siege' as const }
    expect(scoreSiren(loaded, { ...bare, features: [...bare.features, { ...entreprise({}), siret: '999000014', entreprise: found }] })).toEqual({
      excluded: 'siege',
    })
    expect(scoreSiren(loaded, bare)).toHaveProperty('score')
  })

  test('features that do not reach the scored month are stale', () => {
    expect(scoreSiren(loaded, { ...input(0), list: '2512' })).toEqual({ stale: 'features' })
    expect(scoreSiren(loaded, { ...input(0), features: [] })).toEqual({ stale: 'features' })
  })
})

describe('explanation', () => {
  const features = INPUTS.map(({ name, theme, parent }) => ({ name, theme, parent }))
  const themes = THEMES.map((id) => ({ id, radar: true, scale: 0.25 }))
  const phis = fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 40, maxLength: 40 })
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

  test.each(['identity', 'logit'] as const)('themes and variables add up to the score (link %s)', (link) => {
    fc.assert(
      fc.property(phis, (phi) => {
        const base = link === 'identity' ? 0.25 : -1
        const raw = base + sum(phi)
        const score = link === 'identity' ? raw : 1 / (1 + Math.exp(-raw))
        const { macroExpl, microExpl, macroRadar, explSelection } = explanationOf({ features, themes, link, base }, phi, score)
        expect(sum(Object.values(macroExpl))).toBeCloseTo(score, 9)
        expect(sum(Object.values(microExpl))).toBeCloseTo(score, 9)
        for (const theme of THEMES) {
          const parents = new Set(features.filter((feature) => feature.theme === theme).map(({ parent }) => parent))
          expect(sum([...parents].map((parent) => microExpl[parent] as number))).toBeCloseTo(macroExpl[theme] as number, 9)
        }
        for (const value of Object.values(macroRadar)) expect(value > 0 && value < 1).toBe(true)
        expect(explSelection.selectConcerning.length).toBeLessThanOrEqual(3)
      }),
    )
  })

  test('log-odds that cancel out leave the score to the offset', () => {
    const { macroExpl } = explanationOf({ features, themes, link: 'logit', base: -1 }, new Float64Array(40), 0.27)
    expect(macroExpl).toEqual({ model_offset: 0.27, ...Object.fromEntries(THEMES.map((theme) => [theme, 0])) })
  })

  test('radar (detect, appendix A)', () => {
    expect(radarOf(0.302, 0.25)).toBeCloseTo(0.9342722878, 10)
    expect(radarOf(-0.041, 0.06)).toBeCloseTo(0.1822113288, 10)
    expect(radarOf(0, 1)).toBe(0.5)
  })

  test('what weighs less than 5 % is not selected, ties go by name', () => {
    const phi = INPUT_NAMES.map((name) => ({ dette_par_effectif: 0.2, dette_sur_cotisation_mean12m: 0.2, paydex: 0.01, effectif: -0.3 })[name] ?? 0)
    const { explSelection } = explanationOf({ features, themes, link: 'identity', base: 0 }, phi, 0.11)
    expect(explSelection).toEqual({
      selectConcerning: [
        ['dette_urssaf', 'dette_par_effectif'],
        ['dette_urssaf', 'dette_sur_cotisation_mean12m'],
      ],
      selectReassuring: [['misc', 'effectif']],
    })
  })
})

describe('freshness is a property of the list', () => {
  const artefact = { maxSourceAgeMonths: { debit: 2 } }
  const window = { dateFin: new Date('2025-11-01') }
  test('debts may end two months before the scored month', () => {
    expect(freshnessOf(artefact, window, { debit: '2025-08' })).toEqual({ fresh: true })
  })
  test('older ones hold the list, with the source, its last month and a sentence', () => {
    expect(freshnessOf(artefact, window, { debit: '2025-07' })).toMatchObject({
      fresh: false,
      code: 'DETECT_STALE_SOURCE',
      source: 'debit',
      last: '2025-07',
      needed: '2025-08',
    })
    expect(freshnessOf(artefact, window, {})).toMatchObject({
      fresh: false,
      reason: 'Source « debit » trop ancienne : aucune donnée, 2025-08 attendu au moins',
    })
  })
})
