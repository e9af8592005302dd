import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson } from '../canonical-json.ts'
import type { Entries, Entry, RawValue } from '../entity.ts'
import { inputsFingerprint, type LargeInput, outlineOf, partsOf } from './large.ts'
import { publicationOf } from './publication.ts'
import type { Publication } from './rows.ts'
import type { ScoreDocument } from './score-document.ts'

const SIREN = '552100554'
const month = (number: number): Date => new Date(Date.UTC(2025, number, 1))
const batch = { key: '2511', window: { dateDebut: month(-24), dateFin: month(10), dateFinEffectif: month(8) } }
const entries = (items: readonly Entry[]): Entries => Object.fromEntries(items.map((item, index) => [`h${index}`, item]))

const sirene = fc.record({
  siege: fc.boolean(),
  departement: fc.constantFrom('2A', '59', '99', ''),
  est_actif: fc.boolean(),
  commune: fc.constantFrom('AJACCIO', 'LILLE'),
})
const effectif = fc.record({ periode: fc.integer({ min: 6, max: 9 }).map(month), effectif: fc.integer({ min: 0, max: 50 }) })
const procol = fc.record({
  action_procol: fc.constantFrom('redressement', 'liquidation', 'sauvegarde'),
  stade_procol: fc.constantFrom('ouverture', 'plan_continuation'),
  date_effet: fc.integer({ min: 0, max: 3 }).map(month),
})
const delai = fc.record({
  stade: fc.constantFrom('APPROB', 'REJ'),
  date_creation: fc.constant(month(1)),
  date_echeance: fc.integer({ min: 2, max: 9 }).map(month),
})
const site = fc.record({
  sirene: fc.array(sirene, { maxLength: 1 }),
  effectif: fc.array(effectif, { maxLength: 3 }),
  procol: fc.array(procol, { maxLength: 2 }),
  delai: fc.array(delai, { maxLength: 2 }),
})
const sites = fc.array(site, { maxLength: 7 }).map((all) =>
  all.map(
    (types, number): RawValue => ({
      key: `${SIREN}${String(number).padStart(5, '0')}`,
      scope: 'etablissement',
      index: { algo2: true },
      batch: { '2511': Object.fromEntries(Object.entries(types).map(([type, items]) => [type, entries(items)])) },
    }),
  ),
)
const entreprise = fc.option(
  fc.constant<RawValue>({ key: SIREN, scope: 'entreprise', index: { algo2: true }, batch: { '2511': { sirene_ul: entries([{ raison_sociale: 'FORGES' }]) } } }),
  { nil: undefined },
)
const scores = fc
  .uniqueArray(fc.constantFrom('2509', '2510', '2511'))
  .map((lists) =>
    lists.map(
      (list): ScoreDocument => ({ list, siren: SIREN, periode: month(9), algo: 'm', artefact: 'a', score: 0.5, level: 2, levelBefore: 1, redressements: [] }),
    ),
  )

const inParts = async (input: LargeInput): Promise<(Publication & { unattachedScores: number }) | { outside: true }> => {
  const outline = await outlineOf(input)
  if ('outside' in outline) return outline
  const whole = { siren: SIREN, feuillets: [], resumes: [], alertes: [], scores: [], unattachedScores: outline.unattachedScores } as Publication & {
    unattachedScores: number
  }
  for await (const { feuillets, resumes, alertes, scores: rows } of partsOf(input, outline)) {
    whole.feuillets.push(...feuillets)
    whole.resumes.push(...resumes)
    whole.alertes.push(...alertes)
    whole.scores.push(...rows)
  }
  return whole
}

/** Tables have no order. */
const asRows = (publication: Awaited<ReturnType<typeof inParts>>) =>
  'outside' in publication
    ? publication
    : { ...publication, feuillets: publication.feuillets.map(canonicalJson).sort(), alertes: publication.alertes.map(canonicalJson).sort() }

it('a few établissements at a time publish the same rows as all together', () =>
  fc.assert(
    fc.asyncProperty(entreprise, sites, scores, fc.integer({ min: 1, max: 3 }), async (unite, all, documents, piece) => {
      const shared = { siren: SIREN, entreprise: unite, scores: documents, closedUnpublishedLists: ['2509'], batch }
      const etablissements = async function* () {
        for (let at = 0; at < all.length; at += piece) yield all.slice(at, at + piece)
      }
      const parts = await inParts({ ...shared, etablissements })
      expect(asRows(parts)).toEqual(asRows(publicationOf({ ...shared, etablissements: all })))
    }),
  ))

it('the fingerprint moves with every input, and with nothing else', () => {
  const input = { siren: SIREN, scores: [], closedUnpublishedLists: [], batch }
  const known = inputsFingerprint(input, ['v1', 'v2'])
  expect(inputsFingerprint({ ...input }, ['v1', 'v2'])).toBe(known)
  const others = [
    inputsFingerprint(input, ['v1', 'v3']),
    inputsFingerprint({ ...input, closedUnpublishedLists: ['2509'] }, ['v1', 'v2']),
    inputsFingerprint({ ...input, batch: { ...batch, key: '2512' } }, ['v1', 'v2']),
    inputsFingerprint({ ...input, batch: { ...batch, window: { ...batch.window, dateFinEffectif: month(7) } } }, ['v1', 'v2']),
  ]
  expect(new Set([known, ...others]).size).toBe(5)
})
