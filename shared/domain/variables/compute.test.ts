import { describe, expect, test } from 'vitest'
import type { Entries, RawValue } from '../entity.ts'
import type { FeatureColumns } from '../features.ts'
import { parseDay } from '../month.ts'
import { computeFeatures } from './compute.ts'
import { VARIABLES, variableNames } from './documentation.ts'
import { rowsOf } from './rows.ts'
import { DEFAULT_RULES, RULES_2023, type Rules } from './rules.ts'

const SIREN = '012345678'
const BATCH = '2107'
const day = (text: string): Date => parseDay(text) as Date
const WINDOW = { dateDebut: day('2021-01-01'), dateFin: day('2021-07-01'), dateFinEffectif: day('2021-05-01') }

const raw = (key: string, types: Record<string, Entries>, algo2 = true): RawValue => ({
  key,
  scope: key.length === 9 ? 'entreprise' : 'etablissement',
  index: { algo2 },
  batch: { [BATCH]: types },
})
const effectifs = (...values: [string, number][]): Entries =>
  Object.fromEntries(values.map(([month, effectif], i) => [`e${i}`, { periode: day(month), effectif, numero_compte: '1' }]))
const compute = async (entreprise: RawValue | undefined, etablissements: RawValue[], rules: Rules = DEFAULT_RULES): Promise<FeatureColumns[]> => {
  const found: FeatureColumns[] = []
  for await (const columns of computeFeatures({ siren: SIREN, entreprise, etablissements: () => etablissements, window: WINDOW, batch: BATCH, rules }))
    found.push(columns)
  return found
}

describe('variables of a SIREN', () => {
  test('the entreprise comes first, then the établissements of the perimeter only', async () => {
    const found = await compute(raw(SIREN, {}), [raw(`${SIREN}00011`, {}), raw(`${SIREN}00029`, {}, false)])
    expect(found.map(({ siret }) => siret)).toEqual([SIREN, `${SIREN}00011`])
    expect(found[1]?.columns['nbr_etablissements_connus']).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('headcounts of 2026: accounts add up, a zero is a value, nothing is carried back nor beyond the lag of headcounts', async () => {
    const effectif = { ...effectifs(['2021-01-01', 8], ['2021-02-01', 0]), other: { periode: day('2021-01-01'), effectif: 2, numero_compte: '2' } }
    const [, columns] = await compute(undefined, [raw(`${SIREN}00011`, { effectif })])
    expect(columns?.columns['effectif']).toEqual([10, 0, 0, null, null, null])
    expect(columns?.columns['effectif_reporte']).toEqual([0, 0, 1, 1, 1, 1])
  })

  test('variables of the entreprise do not wait for accounts, but stay off the rows of the reference without them', async () => {
    const entreprise = raw(SIREN, { effectif_ent: { a: { periode: day('2021-01-01'), effectif: 40 } } })
    const etablissements = [raw(`${SIREN}00011`, {})]
    const [shared, columns] = (await compute(entreprise, etablissements)) as [FeatureColumns, FeatureColumns]
    expect(shared.columns['effectif_ent']?.[0]).toBe(40)
    const first = (rules: Rules) => [...rowsOf(columns, shared, { batch: BATCH, rules })][0]?.value
    expect(first(DEFAULT_RULES)?.['effectif_ent']).toBe(40)
    expect(first(RULES_2023)).not.toHaveProperty('effectif_ent')
  })

  test('proceedings of the SIREN: told by any établissement, inside the perimeter or not; the next month in the state of an établissement', async () => {
    const procol = {
      a: { date_effet: day('2021-02-10'), action_procol: 'redressement', stade_procol: 'ouverture' },
      b: { date_effet: day('2021-05-31'), action_procol: 'redressement', stade_procol: 'plan_continuation' },
    }
    const [shared, columns] = await compute(undefined, [raw(`${SIREN}00011`, {}), raw(`${SIREN}00029`, { procol }, false)])
    expect(shared?.columns['procol_etat']).toEqual(['in_bonis', 'redressement', 'redressement', 'redressement', 'plan_continuation', 'plan_continuation'])
    expect(shared?.entreprise?.procol_ouvertures).toEqual({ liquidation: [], redressement: ['2021-02'], sauvegarde: [] })
    expect(columns?.columns['etat_proc_collective']).toEqual(['in_bonis', 'in_bonis', 'redressement', 'redressement', 'redressement', 'plan_continuation'])
    expect(columns?.columns['tag_failure']).toEqual([undefined, true, true, true, true, true])
  })

  test('an abandoned or ended proceeding no longer stands, and a plan ends after ten years', async () => {
    const event = (date: string, action_procol: string, stade_procol: string) => ({ date_effet: day(date), action_procol, stade_procol })
    const procol = {
      a: event('2011-03-15', 'sauvegarde', 'plan_continuation'),
      b: event('2021-04-02', 'liquidation', 'ouverture'),
      c: event('2021-06-03', 'liquidation', 'abandon_procedure'),
    }
    const [shared] = await compute(undefined, [raw(`${SIREN}00011`, { procol })])
    expect(shared?.columns['procol_etat']).toEqual(['plan_sauvegarde', 'plan_sauvegarde', 'in_bonis', 'liquidation', 'liquidation', 'in_bonis'])
  })

  test('black list: category, then activity, then no head office with a département', async () => {
    const siege = raw(`${SIREN}00011`, { sirene: { a: { siege: true, departement: '33' } } })
    const exclu = async (sireneUl: Entries[string], etablissements: RawValue[]) =>
      (await compute(raw(SIREN, { sirene_ul: { a: sireneUl } }), etablissements))[0]?.entreprise?.exclu
    expect(await exclu({ statut_juridique: '7210', ape: '8411Z' }, [])).toBe('categorie')
    expect(await exclu({ statut_juridique: '5710', ape: '84.11Z' }, [siege])).toBe('activite')
    expect(await exclu({ statut_juridique: '5710', ape: '4711D' }, [])).toBe('siege')
    expect(await exclu({ statut_juridique: '5710', ape: '4711D' }, [siege])).toBe(null)
  })

  test('days asked for: serious requests only, overlaps once, cut to the twelve months', async () => {
    const request = (start: string, end: string, more = {}) => ({
      periode: { start: day(start), end: day(end) },
      motif_recours_se: 1,
      effectif: 10,
      effectif_autorise: 6,
      ...more,
    })
    const apdemande = {
      a: request('2020-01-01', '2020-03-01'),
      b: request('2021-01-01', '2021-01-11'),
      c: request('2021-01-06', '2021-01-21'),
      few: request('2021-02-01', '2021-02-11', { effectif_autorise: 5 }),
      other: request('2021-02-01', '2021-02-11', { motif_recours_se: 6 }),
    }
    const [, columns] = await compute(undefined, [raw(`${SIREN}00011`, { apdemande })])
    // of request a, 29 days of February 2020 fall within the twelve months that end in January 2021
    expect(columns?.columns['apart_jours_demandes_12m']).toEqual([49, 20, 20, 20, 20, 20])
  })
})

describe('documentation of the variables', () => {
  test('every computed variable is documented, once', async () => {
    const names = new Set(variableNames({ additions: true }))
    expect(names.size).toBe(variableNames({ additions: true }).length)
    expect(VARIABLES.length).toBeGreaterThan(100)
    const found = await compute(raw(SIREN, { paydex: {}, effectif_ent: {} }), [raw(`${SIREN}00011`, { cotisation: {}, debit: {}, effectif: {} })])
    for (const { columns } of found) for (const name of Object.keys(columns)) expect([...names]).toContain(name)
  })
})
