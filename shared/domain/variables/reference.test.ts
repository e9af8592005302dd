import { describe, expect, test } from 'vitest'
import type { Entries, Entry, RawBatch, RawValue } from '../entity.ts'
import type { FeatureColumns } from '../features.ts'
import { parseDay } from '../month.ts'
import { computeFeatures } from './compute.ts'
import { type FeatureRow, rowsOf } from './rows.ts'
import { RULES_2023 } from './rules.ts'

/** Corners of the rules of 2023, on whole rows as the conformance commands give them (refine §3). */
const SIREN = '012345678'
const SIRET = `${SIREN}00012`
const BATCH = '2301'
const day = (text: string): Date => parseDay(text) as Date
/** Two years: the first twelve months of 2021 are places 0 to 11. */
const WINDOW = { dateDebut: day('2021-01-01'), dateFin: day('2023-01-01'), dateFinEffectif: day('2022-11-01') }
const months = (count: number): Date[] => Array.from({ length: count }, (_, i) => new Date(Date.UTC(2021, i, 1)))

const raw = (key: string, batch: Record<string, RawBatch>): RawValue => ({
  key,
  scope: key.length === 9 ? 'entreprise' : 'etablissement',
  index: { algo2: true },
  batch,
})
const rows = async (etablissement: Record<string, Entries>, entreprise: Record<string, Entries> = {}, earlier: Record<string, RawBatch> = {}) => {
  const own = raw(SIRET, { ...earlier, [BATCH]: etablissement })
  const found: FeatureRow['value'][] = []
  const input = { siren: SIREN, entreprise: raw(SIREN, { [BATCH]: entreprise }), etablissements: () => [own], window: WINDOW, batch: BATCH, rules: RULES_2023 }
  const computed: FeatureColumns[] = []
  for await (const columns of computeFeatures(input)) computed.push(columns)
  const [shared, columns] = computed
  if (shared === undefined || columns === undefined) throw new Error('an entreprise and an établissement were expected')
  for (const { value } of rowsOf(columns, shared, { batch: BATCH, rules: RULES_2023 })) found.push(value)
  return found
}
const column = (found: readonly FeatureRow['value'][], name: string): unknown[] => found.map((row) => row[name])
const monthly = (start: Date, end: Date) => ({ start, end })
const due = (amounts: readonly (number | null | undefined)[]): Entries =>
  Object.fromEntries(
    months(amounts.length).map((start, i): [string, Entry] => {
      const amount = amounts[i]
      const periode = monthly(start, new Date(Date.UTC(2021, i + 1, 1)))
      return [`c${i}`, amount === undefined ? { periode } : { periode, du: amount }]
    }),
  )
const debt = (traite: string, ouvriere: number | null | undefined, more: Entry = {}): Entry => ({
  periode: monthly(day('2020-01-01'), day('2020-02-01')),
  numero_ecart_negatif: '1',
  numero_compte: '1',
  numero_historique: 1,
  date_traitement: day(traite),
  part_patronale: 0,
  ...(ouvriere === undefined ? {} : { part_ouvriere: ouvriere }),
  ...more,
})

describe('contributions and debts', () => {
  test('a type of which every entry was deleted is present: it computes zeros', async () => {
    const earlier = { '2212': { debit: { d: debt('2021-01-05', 10) } } }
    const emptied = await rows({ cotisation: due([100]), compact: { delete: { debit: ['d'] } } as unknown as Entries }, {}, earlier)
    expect(emptied[0]).toMatchObject({ cotisation: 100, montant_part_ouvriere: 0 })
    // the batch that emptied it may be the only one that names it
    const named = await rows({ cotisation: due([100]), compact: { delete: { debit: ['d'] } } as unknown as Entries })
    expect(named[0]).toMatchObject({ cotisation: 100, montant_part_ouvriere: 0 })
    expect((await rows({ cotisation: due([100]) }))[0]).not.toHaveProperty('cotisation')
  })

  test('an old entry may name its successor; that of its history goes first', async () => {
    const other = { numero_ecart_negatif: '2' }
    const alone = { a: debt('2021-01-05', 10, { debit_suivant: 'b' }), b: debt('2021-03-05', 0, other) }
    expect(column(await rows({ cotisation: {}, debit: alone }), 'montant_part_ouvriere').slice(0, 4)).toEqual([10, 10, 0, 0])
    const followed = { ...alone, c: debt('2021-04-05', 5, { numero_historique: 2 }) }
    expect(column(await rows({ cotisation: {}, debit: followed }), 'montant_part_ouvriere').slice(0, 5)).toEqual([10, 10, 10, 5, 5])
  })

  test('a null amount counts 0, a missing one makes no number', async () => {
    const found = await rows({
      cotisation: due([100, null, undefined]),
      debit: { a: debt('2021-01-05', null), b: debt('2021-02-05', undefined, { numero_compte: '2' }) },
    })
    expect(column(found, 'cotisation').slice(0, 4)).toEqual([100, 0, Number.NaN, undefined])
    expect(column(found, 'montant_part_ouvriere').slice(0, 2)).toEqual([0, Number.NaN])
  })

  test('contributions of which the mean is negative have no ratio, nor a debt that is exactly their mean a bad month', async () => {
    const negative = await rows({ cotisation: due(new Array(12).fill(-10)), debit: { a: debt('2021-01-05', 5) } })
    expect(negative[11]).toMatchObject({ cotisation_moy12m: -10 })
    expect(negative[11]).not.toHaveProperty('ratio_dette')
    const equal = await rows({ cotisation: due(new Array(15).fill(10)), debit: { a: debt('2021-01-05', 10) } })
    expect(equal[14]).toMatchObject({ ratio_dette: 1, tag_debit: true })
    expect(equal[14]).not.toHaveProperty('tag_default')
  })
})

describe('other rules of the établissement', () => {
  test('a referral to the CCSF of 1970 or before is no date', async () => {
    const found = await rows({
      ccsf: { a: { date_traitement: new Date(0) }, b: { date_traitement: day('1960-01-01') }, c: { date_traitement: day('2021-02-01') } },
    })
    expect(column(found, 'date_ccsf').slice(0, 3)).toEqual([undefined, undefined, day('2021-02-01')])
  })

  test('a liquidation that ends stays one', async () => {
    const procol = { a: { action_procol: 'liquidation', stade_procol: 'fin_procedure', date_effet: day('2021-02-26') } }
    const found = await rows({ procol })
    expect(found[1]).toMatchObject({ etat_proc_collective: 'liquidation', tag_failure: true, date_proc_collective: day('2021-02-26') })
  })

  test('the headcount that is carried may be 0, and the part of working time is then null', async () => {
    const apdemande = { a: { id_demande: 'S04400000', periode: monthly(day('2021-01-01'), day('2021-02-28')), hta: 10, motif_recours_se: 2 } }
    const apconso = {
      a: { id_conso: 'S0440000099', periode: day('2021-01-01'), heure_consomme: 5 },
      b: { id_conso: 'S04400000', periode: day('2021-02-01'), heure_consomme: null },
    }
    const found = await rows({ effectif: { a: { periode: day('2022-11-01'), effectif: 0 } }, apdemande, apconso })
    expect(found[0]).toMatchObject({ effectif: 0, effectif_reporte: 1, apart_heures_consommees: 5, ratio_apart: null })
    expect(found[1]).toMatchObject({ apart_heures_consommees: 0, apart_heures_consommees_cumulees: 5, apart_motif_recours: 2 })
    expect(found[2]).not.toHaveProperty('ratio_apart')
  })
})

describe('accounts of the entreprise', () => {
  const bdf = (more: Entry): Entry => ({ arrete_bilan_bdf: day('2020-05-31'), annee_bdf: 2020, ...more })
  const diane = (arrete: string, more: Entry): Entry => ({ arrete_bilan_diane: day(arrete), exercice_diane: 2020, ...more })

  test('without its year a bilan of the Banque de France leaves exercice_bdf at 0', async () => {
    for (const annee of [null, 0]) {
      const found = await rows({}, { bdf: { a: bdf({ annee_bdf: annee, taux_marge: 3 }) } })
      expect(found[0]).toMatchObject({ exercice_bdf: 0, annee_bdf: annee, taux_marge: 3 })
    }
  })

  test('a null of the Banque de France is there, and keeps diane from computing the ratio', async () => {
    const found = await rows({}, { bdf: { a: bdf({ poids_frng: null }) }, diane: { a: diane('2020-05-31', { couverture_ca_fdr: 36 }) } })
    expect(found[0]).toMatchObject({ poids_frng: null })
    // diane is in force one month more, where nothing of the Banque de France stands
    expect(found[13]).toMatchObject({ poids_frng: 10 })
    expect(found[12]).toMatchObject({ poids_frng_past_1: null })
  })

  test('a null of diane erases the value of an earlier bilan on a common month, but no past of it', async () => {
    const entries = { a: diane('2019-05-31', { ca: 100 }), b: diane('2020-05-31', { ca: null }) }
    const found = await rows({}, { diane: entries })
    // 2021-01 and 2021-02 are the 13th and the 14th month of the first bilan, and the first two of the second one
    expect(column(found, 'ca').slice(0, 3)).toEqual([undefined, undefined, undefined])
    expect(column(found, 'ca_past_1').slice(0, 15)).toEqual([...new Array(14).fill(100), undefined])
  })

  test('an entreprise created before 1901 has no age, where an établissement has a null one', async () => {
    const found = await rows(
      { sirene: { a: { date_creation: day('1900-12-31'), departement: '2A' } } },
      { sirene_ul: { a: { date_creation: day('1900-12-31'), raison_sociale: 'A' } }, bdf: { a: bdf({}) } },
    )
    expect(found[0]).toMatchObject({ age: null, region: '', date_creation_entreprise: 1900, latitude: null })
    expect(found[0]).not.toHaveProperty('age_entreprise')
  })
})
