import { describe, expect, test } from 'vitest'
import type { Entry } from '../../shared/domain/entity.ts'
import type { FeatureValue } from '../../shared/domain/features.ts'
import { formatDay, monthFromIndex, monthIndex, parseDay } from '../../shared/domain/month.ts'
import { regionOf } from '../../shared/domain/reference/regions.ts'
import { activitePartielle } from '../../shared/domain/variables/apart.ts'
import { writeCcsf } from '../../shared/domain/variables/ccsf.ts'
import { writeCibles } from '../../shared/domain/variables/cible.ts'
import { writeRatiosDette } from '../../shared/domain/variables/cotisation.ts'
import { writeDefaillances } from '../../shared/domain/variables/defaillance.ts'
import { writeDelais } from '../../shared/domain/variables/delai.ts'
import { openDebts, writeDettes } from '../../shared/domain/variables/dette.ts'
import { ratiosOf } from '../../shared/domain/variables/diane.ts'
import { writeEffectifs } from '../../shared/domain/variables/effectif.ts'
import { raisonSociale } from '../../shared/domain/variables/entreprise.ts'
import type { Columns, Frame } from '../../shared/domain/variables/frame.ts'
import { nafTables } from '../../shared/domain/variables/naf.ts'
import { writePaydex } from '../../shared/domain/variables/paydex.ts'
import { collectProcols, etatLabel, etatsAt, inOrder, type ProcolEvent } from '../../shared/domain/variables/procol-siren.ts'
import { RULES_2023, RULES_2026 } from '../../shared/domain/variables/rules.ts'
import { addToSommes, emptySommes, writeSommes } from '../../shared/domain/variables/sommes.ts'
import { firstDifference, hasSamples, readSample } from './refine-samples.ts'

type Table<T> = { cases: T[] }
const day = (text: string): Date => parseDay(text)!
const frame = (from: string, to: string, offsetEffectif = 0, rules = RULES_2023): Frame => {
  const first = monthIndex(day(from))
  return { first, count: monthIndex(day(to)) - first, dateFin: day(to), offsetEffectif, rules }
}
const entries = (byHash: Record<string, Entry>): ReadonlyMap<string, Entry> => new Map(Object.entries(byHash))
const column = (columns: Columns, name: string, count: number): unknown[] =>
  Array.from({ length: count }, (_, i) => columns[name]?.[i] ?? (columns[name]?.[i] === null ? null : '∅'))
const rowAt = (columns: Columns, place: number, names: string[]): Record<string, FeatureValue> =>
  Object.fromEntries(names.filter((name) => columns[name]?.[place] !== undefined).map((name) => [name, columns[name]?.[place]]))
const same = (actual: unknown, expected: unknown, about = ''): void => expect(firstDifference(actual, expected), about).toBeUndefined()

describe.skipIf(!hasSamples)('tables, one per function', () => {
  test('ccsf', () => {
    for (const { ccsf, expected } of readSample<Table<{ ccsf: Record<string, Entry>; expected: { periode: Date; date_ccsf?: Date }[] }>>('unit/ccsf.json')
      .cases) {
      for (const row of expected) {
        const columns: Columns = {}
        const first = monthIndex(row.periode)
        writeCcsf(columns, { ...frame('2021-01-01', '2021-02-01'), first, count: 1 }, entries(ccsf))
        same(columns['date_ccsf']?.[0], row.date_ccsf)
      }
    }
  })

  test('learning targets, with an horizon of one month', () => {
    type Case = { n_months: number; months: Record<string, true>[]; expected: Record<string, Record<string, FeatureValue>> }
    for (const { n_months, months, expected } of readSample<Table<Case>>('unit/cible-apprentissage.json').cases) {
      const columns: Columns = { tag_default: months.map((month) => month['tag_default']), tag_failure: months.map((month) => month['tag_failure']) }
      writeCibles(columns, { ...frame('2015-01-01', '2015-02-01'), count: months.length }, n_months)
      for (const [i, month] of months.map((_, place) => formatDay(monthFromIndex(2015 * 12 + place))).entries()) {
        same(rowAt(columns, i, ['outcome', 'time_til_outcome', 'time_til_default', 'time_til_failure']), expected[month], month)
      }
    }
  })

  test('distance to an event, ahead and behind', () => {
    type Case = { direction: 'future' | 'past'; n_months: number; events: { outcome: boolean }[]; expected: Record<string, Record<string, FeatureValue>> }
    for (const { direction, n_months, events, expected } of readSample<Table<Case>>('unit/look-ahead.json').cases) {
      const columns: Columns = { tag_failure: events.map(({ outcome }) => outcome || undefined) }
      writeCibles(columns, { ...frame('2015-01-01', '2015-02-01'), count: events.length }, n_months)
      for (const [month, row] of Object.entries(expected)) {
        const place = monthIndex(day(month)) - 2015 * 12
        const distance = columns['time_til_outcome']?.[place]
        same(direction === 'past' ? Math.abs(Number(distance)) : distance, row['time_til_outcome'], month)
        same(columns['outcome']?.[place], row['outcome'], month)
      }
      if (Object.keys(expected).length === 0) expect(columns['time_til_outcome']).toBeUndefined()
    }
  })

  test('cotisation: means and ratios', () => {
    type Case = { variable: string; about: string; first_period: string; months: Record<string, number>[]; expected: unknown[] }
    for (const { variable, about, first_period, months, expected } of readSample<Table<Case>>('unit/cotisation.json').cases) {
      const names = ['cotisation', 'montant_part_ouvriere', 'montant_part_patronale']
      const columns: Columns = Object.fromEntries(names.map((name) => [name, months.map((month) => month[name])]))
      writeRatiosDette(columns, { ...frame(first_period, first_period), count: months.length })
      same(column(columns, variable, months.length), expected, about)
    }
  })

  test('contributions and debts', () => {
    type Case = {
      variable: string
      date_debut: string
      date_fin: string
      input: { cotisation: Record<string, Entry>; debit: Record<string, Entry> }
      expected: unknown[]
    }
    for (const { variable, date_debut, date_fin, input, expected } of readSample<Table<Case>>('unit/cotisationsdettes.json').cases) {
      const columns: Columns = {}
      writeDettes(columns, frame(date_debut, date_fin), entries(input.cotisation), entries(input.debit))
      const found = column(columns, variable, expected.length)
      // the table shows what the step writes: the default of the row stays elsewhere
      same(variable === 'interessante_urssaf' ? found.map((value) => (value === true ? '∅' : value)) : found, expected, variable)
    }
  })

  test('proceedings of an établissement', () => {
    type Case = { periods: string[]; procol: Record<string, Entry>; expected: Record<string, Record<string, FeatureValue>> }
    for (const { periods, procol, expected } of readSample<Table<Case>>('unit/defaillances.json').cases) {
      const columns: Columns = {}
      writeDefaillances(columns, { ...frame(periods[0]!, periods[0]!), count: periods.length }, entries(procol), [])
      for (const [place, period] of periods.entries()) {
        const row = rowAt(columns, place, ['etat_proc_collective', 'date_proc_collective', 'tag_failure'])
        same(Object.keys(expected[period]!).length === 0 && row['etat_proc_collective'] === 'in_bonis' ? {} : row, expected[period], period)
      }
    }
  })

  test('delais', () => {
    type Case = {
      delai: Entry
      debts_by_period: Record<string, Record<string, number>>
      first_period: string
      last_period: string
      expected: Record<string, Record<string, number>>
    }
    for (const { delai, debts_by_period, first_period, last_period, expected } of readSample<Table<Case>>('unit/delais.json').cases) {
      const place = frame(first_period, last_period)
      const window = { ...place, count: place.count + 1 }
      const periods = Array.from({ length: window.count }, (_, i) => formatDay(monthFromIndex(window.first + i)))
      const columns: Columns = Object.fromEntries(
        ['montant_part_ouvriere', 'montant_part_patronale'].map((name) => [name, periods.map((period) => debts_by_period[period]?.[name])]),
      )
      writeDelais(columns, window, entries({ delai }), true)
      const names = ['delai_nb_jours_restants', 'delai_nb_jours_total', 'delai_montant_echeancier', 'delai_deviation_remboursement']
      for (const [i, period] of periods.entries()) same(rowAt(columns, i, names), expected[period] ?? {}, period)
    }
  })

  test('headcounts', () => {
    type Case = { offset_effectif: number; periods: string[]; effectif: Record<string, Entry>; expected: Record<string, Record<string, number>> }
    for (const { offset_effectif, periods, effectif, expected } of readSample<Table<Case>>('unit/effectifs.json').cases) {
      const columns: Columns = {}
      writeEffectifs(columns, { ...frame(periods[0]!, periods[0]!, offset_effectif), count: periods.length }, 'effectif', entries(effectif))
      for (const [i, period] of periods.entries()) same(rowAt(columns, i, ['effectif', 'effectif_reporte']), expected[period], period)
    }
  })

  test('sums over the entreprise', () => {
    type Case = { etablissements: Record<string, Record<string, number>>; expected: Record<string, number>[] }
    for (const { etablissements, expected } of readSample<Table<Case>>('unit/entreprise-sums.json').cases) {
      const one = { ...frame('2020-01-01', '2020-02-01') }
      const all = Object.values(etablissements).map((values): Columns => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])))
      const sommes = emptySommes(1)
      for (const columns of all) addToSommes(sommes, columns, one)
      for (const [i, columns] of all.entries()) {
        writeSommes(columns, one, sommes, new Set(columns['apart_heures_consommees'] === undefined ? [] : [0]))
        same(rowAt(columns, 0, Object.keys(columns)), expected[i])
      }
    }
  })

  test('paydex', () => {
    type Case = { paydex: Record<string, Entry>; periods: string[]; expected: Record<string, Record<string, number | null>> }
    for (const { paydex, periods, expected } of readSample<Table<Case>>('unit/paydex.json').cases) {
      const window = frame(periods[0]!, periods.at(-1)!)
      const columns: Columns = {}
      writePaydex(columns, { ...window, count: window.count + 1 }, entries(paydex))
      for (const period of periods) {
        const names = ['paydex_nb_jours', 'paydex_nb_jours_past_3', 'paydex_nb_jours_past_6', 'paydex_nb_jours_past_12']
        same(rowAt(columns, monthIndex(day(period)) - window.first, names), expected[period], period)
      }
    }
  })

  test('names', () => {
    for (const { sirene_ul, expected } of readSample<Table<{ sirene_ul: Entry; expected: string }>>('unit/raison-sociale.json').cases)
      expect(raisonSociale(sirene_ul)).toBe(expected)
  })

  test('ratios of diane', () => {
    for (const { diane, expected } of readSample<Table<{ diane: Entry; expected: Record<string, number | null> }>>('unit/ratios.json').cases) {
      for (const name of ['poids_frng', 'dette_fiscale', 'frais_financier'] as const) same(ratiosOf(diane)[name] ?? null, expected[name] ?? null, name)
    }
  })

  test('NAF labels are those of the samples', () => {
    const naf = readSample<Record<'n1' | 'n2' | 'n3' | 'n4' | 'n5' | 'n5to1', Record<string, string>>>('naf.json')
    const { libelles, sections } = nafTables()
    for (const level of ['n2', 'n3', 'n4', 'n5'] as const)
      for (const [code, libelle] of Object.entries(naf[level])) expect(libelles.get(code), code).toBe(libelle)
    for (const [code, section] of Object.entries(naf.n5to1)) expect(sections.get(code), code).toEqual({ code: section, libelle: naf.n1[section] })
    expect(sections.size).toBe(Object.keys(naf.n5to1).length)
  })
})

describe.skipIf(!hasSamples)('rules of 2026, as the successor computes them', () => {
  const asEntry = (row: Record<string, unknown>): Entry => ({
    ...(row as Entry),
    periode:
      row['periode'] === undefined ? { start: day(row['periode_debut'] as string), end: day(row['periode_fin'] as string) } : day(row['periode'] as string),
  })

  test('debts: months where the situation changes', () => {
    type Case = { siret: string; debit: Record<string, unknown>[]; expected: { periode: string; part_ouvriere: number; part_patronale: number }[] }
    for (const { siret, debit, expected } of readSample<Table<Case>>('unit/rules2026-debit.json').cases) {
      const rows = debit.map((row, i) => [String(i), { ...asEntry(row), date_traitement: day(row['date_traitement'] as string) }] as const)
      const window = { ...frame('2021-01-01', '2025-01-01'), rules: RULES_2026 }
      const { ouvriere, patronale } = openDebts(new Map(rows), window)
      let known = -1
      for (let place = 0; place < window.count; place++) {
        const periode = formatDay(monthFromIndex(window.first + place))
        while (known + 1 < expected.length && expected[known + 1]!.periode <= periode) known += 1
        const row = expected[known]
        same([ouvriere[place], patronale[place]], [row?.part_ouvriere ?? 0, row?.part_patronale ?? 0], `${siret} ${periode}`)
      }
    }
  })

  test('partial activity by month, in full-time equivalents', () => {
    type Case = { siret: string; apdemande: Record<string, unknown>[]; apconso: Record<string, unknown>[]; expected: Record<string, unknown>[] }
    for (const { siret, apdemande, apconso, expected } of readSample<Table<Case>>('unit/rules2026-ap.json').cases) {
      const demandes = apdemande.map((row, i) => [String(i), { ...asEntry(row), hta: row['heures'], motif_recours_se: row['motif_recours'] } as Entry] as const)
      const consos = apconso.map((row, i) => [String(i), { ...asEntry(row), heure_consomme: row['heures'] } as Entry] as const)
      const found = activitePartielle(new Map(consos), new Map(demandes)).map((row) => ({ ...row, periode: formatDay(row.periode) }))
      same(
        found,
        expected.map(({ is_last: _isLast, ...row }) => row),
        siret,
      )
    }
  })

  test('proceedings of a SIREN at a date', () => {
    type At = { date: string; expected: { date_effet: string; action_procol: string; stade_procol: string; libelle_procol: string } | null }
    for (const { siren, procol, at } of readSample<Table<{ siren: string; procol: Record<string, string>[]; at: At[] }>>('unit/rules2026-procol.json').cases) {
      const events = new Map<string, ProcolEvent>()
      collectProcols(events, new Map(procol.map((row, i) => [String(i), { ...row, date_effet: day(row['date_effet']!) } as Entry])))
      for (const { date, expected } of at) {
        const [event] = etatsAt(inOrder(events.values()), [day(date)])
        const found =
          event === undefined
            ? null
            : { date_effet: formatDay(event.date), action_procol: event.action, stade_procol: event.stade, libelle_procol: etatLabel(event) }
        same(found, expected, `${siren} ${date}`)
      }
    }
  })

  test('régions: Corsica and overseas are known since 2026', () => {
    expect([regionOf('2A', '2023'), regionOf('974', '2023'), regionOf('20', '2023'), regionOf('75', '2023')]).toEqual(['', '', 'Corse', 'Île-de-France'])
    expect([regionOf('2A', '2026'), regionOf('974', '2026'), regionOf('00', '2026')]).toEqual(['Corse', 'La Réunion', ''])
  })
})
