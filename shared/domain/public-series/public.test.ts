import { expect, test } from 'vitest'
import type { Entries, RawValue } from '../entity.ts'
import { parseDay } from '../month.ts'
import { RULES_2023, RULES_2026 } from '../variables/rules.ts'
import { publicOf } from './public.ts'

const BATCH = '2107'
const day = (text: string): Date => parseDay(text) as Date
const raw = (key: string, types: Record<string, Entries>): RawValue => ({
  key,
  scope: key.length === 9 ? 'entreprise' : 'etablissement',
  index: { algo2: false },
  batch: { [BATCH]: types },
})
const shown = (value: RawValue, rules = RULES_2023): Record<string, unknown> => publicOf(value, { batch: BATCH, dateFin: day('2021-07-01'), rules }).value

test('requests are ordered by their start, the latest first, even one of which the end is not known', () => {
  const apdemande = {
    a: { id_demande: '1', periode: { start: day('2020-01-01'), end: day('2020-02-01') } },
    b: { id_demande: '2', periode: { start: day('2021-01-01'), end: null } },
    c: { id_demande: '3', periode: { start: day('2020-06-01'), end: day('2020-07-01') } },
    d: { id_demande: '4', periode: null },
  }
  expect(shown(raw('01234567800012', { apdemande }))['apdemande']).toEqual([apdemande.b, apdemande.c, apdemande.a, apdemande.d])
})

test('the sheet shows the first sirene_ul in 2023 and the last one since, with the name of the person, and leaves the entry alone', () => {
  const entries = {
    a: { nom_unite_legale: 'MARTIN', prenom1_unite_legale: 'JEANNE', statut_juridique: '1000' },
    b: { raison_sociale: 'MARTIN ET FILS', statut_juridique: '5499' },
  }
  const value = raw('012345678', { sirene_ul: entries })
  expect(shown(value)).toEqual({ key: '012345678', batch: BATCH, sirene_ul: { ...entries.a, raison_sociale: 'MARTIN*JEANNE/' } })
  expect(shown(value, RULES_2026)['sirene_ul']).toEqual(entries.b)
  expect(entries.a).not.toHaveProperty('raison_sociale')
})

test('paydex is listed as soon as the type is present, by date; other lists only when they say something', () => {
  const paydex = { a: { date_valeur: day('2021-03-15'), nb_jours: 7 }, b: { date_valeur: day('2020-03-15'), nb_jours: null } }
  expect(shown(raw('012345678', { paydex }))['paydex']).toEqual([paydex.b, paydex.a])
  expect(shown(raw('012345678', { paydex: {}, bdf: {}, diane: {} }))).toEqual({ key: '012345678', batch: BATCH, paydex: [] })
})

test('an entity that holds nothing has a sheet all the same: 24 months without anything, or a key', () => {
  expect(shown(raw('012345678', {}))).toEqual({ key: '012345678', batch: BATCH })
  const { periodes, effectif, cotisation, debit_part_ouvriere: ouvriere } = shown(raw('01234567800012', {})) as Record<string, unknown[]>
  expect([periodes?.[0], periodes?.at(-1)]).toEqual([day('2019-07-01'), day('2021-06-01')])
  expect([effectif, cotisation, ouvriere]).toEqual([null, 0, 0].map((none) => new Array(24).fill(none)))
})

test('since 2026 the sheet also shows partial activity by month, requests and consumptions added up whether they are linked or not', () => {
  const apdemande = {
    a: { id_demande: 'S04400000100', periode: { start: day('2021-04-10'), end: day('2021-05-20') }, hta: 151.67, motif_recours_se: 5 },
    b: { id_demande: 'S04400000200', periode: { start: day('2021-05-01'), end: day('2021-05-31') }, hta: 303.34, motif_recours_se: 1 },
    old: { id_demande: 'S04400000300', periode: { start: day('2019-01-01'), end: day('2019-01-31') }, hta: 1, motif_recours_se: 1 },
  }
  const apconso = { c: { id_conso: 'S09900000001', periode: day('2021-06-01'), heure_consomme: 75.835 } }
  const value = raw('01234567800012', { apdemande, apconso })
  expect(shown(value)).not.toHaveProperty('activite_partielle')
  expect(shown(value, RULES_2026)['activite_partielle']).toEqual([
    { periode: day('2021-04-01'), etp_autorise: 1, etp_consomme: 0, motif_recours: 'Autres circonstances exceptionnelles' },
    { periode: day('2021-05-01'), etp_autorise: 3, etp_consomme: 0, motif_recours: 'Autres circonstances exceptionnelles; Conjoncture économique' },
    { periode: day('2021-06-01'), etp_autorise: 0, etp_consomme: 0.5, motif_recours: null },
  ])
})
