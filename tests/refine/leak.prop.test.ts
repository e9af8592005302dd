import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entries, Entry, RawValue } from '../../shared/domain/entity.ts'
import type { FeatureColumns } from '../../shared/domain/features.ts'
import { monthFromIndex } from '../../shared/domain/month.ts'
import { CIBLE_VARIABLES } from '../../shared/domain/variables/cible.ts'
import { computeFeatures } from '../../shared/domain/variables/compute.ts'
import { ENTREPRISE_VARIABLES } from '../../shared/domain/variables/entreprise.ts'
import { NAF_VARIABLES } from '../../shared/domain/variables/naf.ts'
import { DEFAULT_RULES, RULES_2023, RULES_2026, type Rules } from '../../shared/domain/variables/rules.ts'
import { SIRENE_VARIABLES } from '../../shared/domain/variables/sirene.ts'

/**
 * A variable at a month does not change when what happened in later months is deleted (refine T14). Left out: targets, and the registers
 * without dates, which describe every month as it is today.
 */
const EXEMPT = new Set([...CIBLE_VARIABLES, ...SIRENE_VARIABLES, ...NAF_VARIABLES, ...ENTREPRISE_VARIABLES].map(({ name }) => name).concat('tag_failure'))

const FIRST = 2018 * 12
const COUNT = 30
const WINDOW = { dateDebut: monthFromIndex(FIRST), dateFin: monthFromIndex(FIRST + COUNT), dateFinEffectif: monthFromIndex(FIRST + COUNT - 3) }
const SIREN = '012345678'

/** `known`: the month in which the entry becomes known, before the 21st for debts. */
type Dated = { type: string; known: number; entry: Entry; scope: 'entreprise' | 'etablissement'; nic: number }
const at = (month: number, day = 1): Date => new Date(monthFromIndex(FIRST + month).getTime() + (day - 1) * 86_400_000)

const month = fc.integer({ min: -14, max: COUNT - 1 })
const dayOfMonth = fc.integer({ min: 1, max: 28 })
const amount = fc.integer({ min: 0, max: 5000 })
const nic = fc.constantFrom(1, 2)
const etablissement = <T extends object>(type: string, shape: fc.Arbitrary<{ known: number; entry: T }>): fc.Arbitrary<Dated> =>
  fc.tuple(shape, nic).map(([{ known, entry }, number]) => ({ type, known, entry: entry as Entry, scope: 'etablissement', nic: number }))
const entreprise = <T extends object>(type: string, shape: fc.Arbitrary<{ known: number; entry: T }>): fc.Arbitrary<Dated> =>
  shape.map(({ known, entry }) => ({ type, known, entry: entry as Entry, scope: 'entreprise', nic: 0 }))

const dated = fc.oneof(
  etablissement(
    'effectif',
    fc
      .tuple(month, fc.integer({ min: 0, max: 60 }), fc.constantFrom('1', '2'))
      .map(([m, effectif, numero_compte]) => ({ known: m, entry: { periode: at(m), effectif, numero_compte } })),
  ),
  etablissement(
    'cotisation',
    fc.tuple(month, fc.constantFrom(1, 3), amount).map(([m, length, du]) => ({ known: m, entry: { periode: { start: at(m), end: at(m + length) }, du } })),
  ),
  etablissement(
    'debit',
    fc
      .tuple(month, dayOfMonth, fc.constantFrom('1', '2'), fc.integer({ min: 1, max: 4 }), amount, amount)
      .map(([m, day, numero_ecart_negatif, numero_historique, part_ouvriere, part_patronale]) => ({
        known: m + (day > 20 ? 1 : 0),
        entry: {
          periode: { start: at(0), end: at(1) },
          numero_compte: '1',
          numero_ecart_negatif,
          numero_historique,
          date_traitement: at(m, day),
          part_ouvriere,
          part_patronale,
        },
      })),
  ),
  etablissement(
    'delai',
    fc.tuple(month, dayOfMonth, fc.integer({ min: 1, max: 400 }), amount).map(([m, day, duree_delai, montant_echeancier]) => ({
      known: m,
      entry: { date_creation: at(m, day), date_echeance: at(m, day + duree_delai), duree_delai, montant_echeancier },
    })),
  ),
  etablissement(
    'procol',
    fc
      .tuple(
        month,
        dayOfMonth,
        fc.constantFrom('liquidation', 'redressement', 'sauvegarde'),
        fc.constantFrom('ouverture', 'plan_continuation', 'fin_procedure', 'abandon_procedure'),
      )
      .map(([m, day, action_procol, stade_procol]) => ({
        known: m,
        entry: { date_effet: at(m, day), action_procol, stade_procol },
      })),
  ),
  etablissement(
    'ccsf',
    fc.tuple(month, dayOfMonth).map(([m, day]) => ({ known: m, entry: { date_traitement: at(m, day) } })),
  ),
  etablissement(
    'apdemande',
    fc.tuple(month, fc.integer({ min: 0, max: 3 }), amount, fc.constantFrom('A', 'B')).map(([m, length, hta, id]) => ({
      known: m,
      entry: { id_demande: id, periode: { start: at(m), end: at(m + length, 20) }, hta, motif_recours_se: 1, effectif: 10, effectif_autorise: 9 },
    })),
  ),
  etablissement(
    'apconso',
    fc
      .tuple(month, amount, fc.constantFrom('A', 'B'))
      .map(([m, heure_consomme, id]) => ({ known: m, entry: { id_conso: id, periode: at(m), heure_consomme } })),
  ),
  etablissement(
    'compte',
    month.map((m) => ({ known: m, entry: { periode: at(m), numero_compte: '1' } })),
  ),
  entreprise(
    'effectif_ent',
    fc.tuple(month, fc.integer({ min: 0, max: 60 })).map(([m, effectif]) => ({ known: m, entry: { periode: at(m), effectif } })),
  ),
  entreprise(
    'paydex',
    fc.tuple(month, dayOfMonth, amount).map(([m, day, nb_jours]) => ({ known: m, entry: { date_valeur: at(m, day), nb_jours } })),
  ),
  entreprise(
    'bdf',
    fc.tuple(month, amount).map(([m, taux_marge]) => ({ known: m, entry: { arrete_bilan_bdf: at(m, 28), annee_bdf: 2018, taux_marge, poids_frng: 1 } })),
  ),
  entreprise(
    'diane',
    fc.tuple(month, amount, fc.option(amount)).map(([m, ca, valeur_ajoutee]) => ({
      known: m,
      entry: { arrete_bilan_diane: at(m, 28), exercice_diane: 2018, ca, valeur_ajoutee, dette_fiscale_et_sociale: 3, couverture_ca_fdr: 2 },
    })),
  ),
)

/** The base as it stands, every type present so that only entries can tell. */
const TYPES = {
  etablissement: ['effectif', 'cotisation', 'debit', 'delai', 'procol', 'ccsf', 'apdemande', 'apconso', 'compte'],
  entreprise: ['effectif_ent', 'paydex', 'bdf', 'diane'],
}
const rawOf = (key: string, scope: 'entreprise' | 'etablissement', items: readonly (readonly [string, Dated])[]): RawValue => {
  const types = Object.fromEntries(
    TYPES[scope].map((type): [string, Entries] => [
      type,
      Object.fromEntries(items.filter(([, item]) => item.type === type).map(([hash, item]) => [hash, item.entry])),
    ]),
  )
  return { key, scope, index: { algo2: true }, batch: { '2101': types } }
}
const compute = async (items: readonly (readonly [string, Dated])[], rules: Rules): Promise<FeatureColumns[]> => {
  const etablissements = [1, 2].map((number) =>
    rawOf(
      `${SIREN}0000${number}`,
      'etablissement',
      items.filter(([, item]) => item.nic === number),
    ),
  )
  const shared = rawOf(
    SIREN,
    'entreprise',
    items.filter(([, item]) => item.scope === 'entreprise'),
  )
  const found: FeatureColumns[] = []
  for await (const columns of computeFeatures({ siren: SIREN, entreprise: shared, etablissements: () => etablissements, window: WINDOW, batch: '2101', rules }))
    found.push(columns)
  return found
}

const leaks = async (items: Dated[], place: number, rules: Rules): Promise<string[]> => {
  const hashed = items.map((item, i) => [`h${i}`, item] as const)
  const whole = await compute(hashed, rules)
  const cut = await compute(
    hashed.filter(([, item]) => item.known <= place),
    rules,
  )
  const found: string[] = []
  for (const [i, { siret, columns }] of whole.entries()) {
    for (const name of new Set([...Object.keys(columns), ...Object.keys(cut[i]!.columns)])) {
      if (EXEMPT.has(name)) continue
      for (let before = 0; before <= place; before++) {
        const [a, b] = [columns[name]?.[before], cut[i]!.columns[name]?.[before]]
        const isSame = a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : Object.is(a, b)
        if (!isSame) found.push(`${siret} ${name} at ${before}: ${String(a)}, ${String(b)} without what came after ${place}`)
      }
    }
  }
  return found
}

describe('no variable at a month depends on later months', () => {
  test.each([['2026', RULES_2026]] as const)('rules %s', async (_name, rules) => {
    await fc.assert(
      fc.asyncProperty(fc.array(dated, { maxLength: 25 }), fc.integer({ min: 0, max: COUNT - 1 }), async (items, place) => {
        expect(await leaks(items, place, rules)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('production rules: the same, where identifiers of partial activity are not used twice', async () => {
    const once = fc.array(dated, { maxLength: 25 }).map((items) => items.filter(({ type }) => type !== 'apdemande' && type !== 'apconso'))
    await fc.assert(
      fc.asyncProperty(once, fc.integer({ min: 0, max: COUNT - 1 }), async (items, place) => {
        expect(await leaks(items, place, DEFAULT_RULES)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('the rules of 2023 are known to leak: the test can see it', async () => {
    const headcount: Dated = {
      type: 'effectif',
      known: COUNT - 3,
      entry: { periode: at(COUNT - 3), effectif: 12, numero_compte: '1' },
      scope: 'etablissement',
      nic: 1,
    }
    expect((await leaks([headcount], 3, RULES_2023)).length).toBeGreaterThan(0)
    expect(await leaks([headcount], 3, RULES_2026)).toEqual([])
  })
})
