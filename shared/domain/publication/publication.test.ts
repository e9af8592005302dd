import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entries, Entry, RawValue } from '../entity.ts'
import { fingerprintOf, type PublicationInput, publicationOf } from './publication.ts'
import type { Publication } from './rows.ts'
import type { ScoreDocument } from './score-document.ts'

const date = (text: string): Date => new Date(`${text}T00:00:00Z`)
const batch = {
  key: '2511',
  window: {
    dateDebut: date('2016-01-01'),
    dateFin: date('2025-11-01'),
    dateFinEffectif: date('2025-09-01'),
  },
}

const entries = (...items: Entry[]): Entries => Object.fromEntries(items.map((item, index) => [`h${index}`, item]))

const site = (siret: string, more: Record<string, Entries> = {}, sirene: Entry = {}): RawValue => ({
  key: siret,
  scope: 'etablissement',
  index: { algo2: true },
  batch: {
    '2510': {
      sirene: entries({
        siren: siret.slice(0, 9),
        siege: siret.endsWith('1'),
        code_commune: '2A004',
        code_postal: '20000',
        departement: '2A',
        commune: 'AJACCIO',
        ape: '4711D',
        ...sirene,
      }),
    },
    '2511': more,
  },
})

const entreprise = (
  unite: Entry = {
    raison_sociale: 'FORGES',
    statut_juridique: '5710',
    date_creation: date('1999-04-01'),
  },
): RawValue => ({
  key: '111111111',
  scope: 'entreprise',
  index: { algo2: true },
  batch: { '2510': { sirene_ul: entries(unite) } },
})

const score = (list: string, level: 0 | 1 | 2, more: Partial<ScoreDocument> = {}): ScoreDocument => ({
  list,
  siren: '111111111',
  periode: date('2025-10-01'),
  algo: 'modele',
  artefact: 'a',
  score: 0.5,
  level,
  levelBefore: level,
  redressements: [],
  ...more,
})

const input = (more: Partial<PublicationInput> = {}): PublicationInput => ({
  siren: '111111111',
  entreprise: entreprise(),
  etablissements: [site('11111111100001')],
  scores: [],
  closedUnpublishedLists: [],
  batch,
  ...more,
})

const publish = (more: Partial<PublicationInput> = {}): Publication & { unattachedScores: number } => {
  const publication = publicationOf(input(more))
  if ('outside' in publication) throw new Error('outside')
  return publication
}

const sheet = (publication: Publication, badges: string[]) =>
  publication.feuillets.find((item) => 'siret' in item.cle && item.badges.join() === badges.join())?.valeur

describe('publicationOf', () => {
  it('a SIREN of which no entry is left is outside', () => {
    const empty: RawValue = {
      key: '11111111100001',
      scope: 'etablissement',
      index: { algo2: false },
      batch: { '2510': { compact: { delete: { sirene: ['h0'] } } } },
    }
    expect(publicationOf(input({ entreprise: undefined, etablissements: [] }))).toEqual({ outside: true })
    expect(publicationOf(input({ entreprise: undefined, etablissements: [empty] }))).toEqual({ outside: true })
  })

  it('entries of batches above the current one are not shown', () => {
    const later = site('11111111100001')
    later.batch['2512'] = {
      sirene: entries({
        siren: '111111111',
        siege: true,
        code_commune: '75101',
        commune: 'PARIS 1',
      }),
      compact: { delete: { sirene: ['h0'] } },
    }
    expect(publish({ etablissements: [later] }).resumes[0]).toMatchObject({
      commune: 'AJACCIO',
      departement: '2A',
    })
  })

  it('an établissement shows in summaries only if its entreprise and its département are known, and counts in deps anyway', () => {
    const lost = site('11111111100002', {}, { code_commune: null, departement: '20' })
    const publication = publish({
      etablissements: [lost, site('11111111100001')],
    })
    expect(publication.resumes.map((row) => [row.siret, row.deps])).toEqual([['11111111100001', ['20', '2A']]])
    expect(publish({ entreprise: undefined }).resumes).toEqual([])
  })

  it('debts and contributions are those of the 24 months before the end of the window', () => {
    const debit = {
      periode: { start: date('2025-05-01'), end: date('2025-06-01') },
      numero_compte: 'c',
      numero_ecart_negatif: '1',
      numero_historique: 1,
      date_traitement: date('2025-08-10'),
      part_ouvriere: 20,
      part_patronale: 100,
    }
    const cotisation = {
      periode: { start: date('2025-07-01'), end: date('2025-10-01') },
      du: 300,
    }
    const publication = publish({
      etablissements: [
        site('11111111100001', {
          debit: entries(debit),
          cotisation: entries(cotisation),
        }),
      ],
    })
    const rows = sheet(publication, ['urssaf'])?.['urssaf'] as unknown[][]
    expect(rows).toHaveLength(24)
    expect(rows.slice(-4)).toEqual([
      ['2025-07-01', 100, 0, 0, 0],
      ['2025-08-01', 100, 100, 20, 0],
      ['2025-09-01', 100, 100, 20, 0],
      ['2025-10-01', null, 100, 20, 0],
    ])
    expect(publication.resumes[0]).toMatchObject({
      dette_urssaf: 120,
      hausse_urssaf: false,
    })
  })

  it('an établissement of which the Urssaf says nothing has an unknown debt, not a debt of 0', () => {
    const publication = publish({
      etablissements: [
        site('11111111100001', {
          effectif: entries({
            numero_compte: 'c',
            periode: date('2025-09-01'),
            effectif: 0,
          }),
        }),
      ],
    })
    expect(publication.resumes[0]).toMatchObject({
      dette_urssaf: null,
      hausse_urssaf: null,
      effectif: 0,
    })
    expect(sheet(publication, ['urssaf'])).toBeUndefined()
    expect(sheet(publication, [])?.['effectif']).toEqual([['2025-09-01', 0]])
  })

  it('scores are on the open siège; lists closed before they were published count nowhere', () => {
    const scores = [score('2508', 1), score('2509', 2), score('2510', 1), score('2511', 0)]
    const sites = [site('11111111100002'), site('11111111100001', {}, { est_actif: false }), site('11111111100011', {}, { est_actif: true })]
    const publication = publish({
      scores,
      etablissements: sites,
      closedUnpublishedLists: ['2508'],
    })
    expect(publication.alertes.map((row) => [row.siret, row.libelle, row.alert])).toEqual([
      ['11111111100011', 'Septembre 2025', 'Alerte seuil F1'],
      ['11111111100011', 'Octobre 2025', 'Alerte seuil F2'],
    ])
    expect(publication.scores).toHaveLength(3)
    expect(publication.resumes.find((row) => row.siret === '11111111100011')).toMatchObject({
      premiere_liste: 'Septembre 2025',
      premiere_liste_rouge: 'Septembre 2025',
    })
    expect(publication.resumes.find((row) => row.siret === '11111111100002')).toMatchObject({
      premiere_liste: null,
      premiere_liste_entreprise: 'Septembre 2025',
    })
  })

  it('a score without an établissement is counted, not lost in silence', () => {
    expect(publish({ scores: [score('2511', 2)], etablissements: [] })).toMatchObject({ unattachedScores: 1, alertes: [] })
  })

  it('a change is counted between scores of the same artefact only', () => {
    const publication = publish({
      scores: [score('2509', 1, { score: 0.4 }), score('2510', 1, { score: 0.5 }), score('2511', 1, { score: 0.7, artefact: 'b' })],
    })
    const sheets = publication.feuillets.filter((item) => item.badges.includes('score')).map((item) => item.valeur['score'] as { batch: string; diff?: number })
    expect(sheets.map((item) => [item.batch, item.diff])).toEqual([
      ['2509', undefined],
      ['2510', 0.1],
      ['2511', undefined],
    ])
  })

  it('contributions still add up to the rounded score', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
          maxLength: 12,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, total) => {
          const macroExpl = Object.fromEntries([...values.map((value, index): [string, number] => [`v${index}`, value]), ['model_offset', 0]])
          const publication = publish({
            scores: [score('2511', 2, { score: total, macroExpl })],
          })
          const shown = publication.feuillets.find((item) => item.badges.includes('score'))?.valeur['score'] as {
            score: number
            macroExpl: Record<string, number>
          }
          const sum = Object.values(shown.macroExpl).reduce((a, b) => a + b, 0)
          expect(Math.abs(sum - shown.score)).toBeLessThan(1e-9)
        },
      ),
    )
  })

  it('the order of documents and scores changes nothing', () => {
    const sites = ['11111111100001', '11111111100002', '11111111100003'].map((siret) => site(siret))
    const scores = [score('2509', 1), score('2510', 2), score('2511', 0)]
    const reference = fingerprintOf(publish({ etablissements: sites, scores }))
    fc.assert(
      fc.property(fc.shuffledSubarray(sites, { minLength: 3 }), fc.shuffledSubarray(scores, { minLength: 3 }), (someSites, someScores) => {
        expect(fingerprintOf(publish({ etablissements: someSites, scores: someScores }))).toBe(reference)
      }),
    )
  })

  it('no confidential data is in a sheet that everybody reads', () => {
    const publication = publish({
      scores: [score('2511', 2)],
      etablissements: [
        site('11111111100001', {
          debit: entries({
            periode: { start: date('2025-05-01'), end: date('2025-06-01') },
            date_traitement: date('2025-08-10'),
            numero_historique: 1,
            part_ouvriere: 20,
            part_patronale: 100,
          }),
        }),
      ],
    })
    const names = publication.feuillets.filter((item) => item.badges.length === 0).flatMap((item) => Object.keys(item.valeur))
    expect(new Set(names)).toEqual(new Set(['identite', 'etablissement']))
  })
})
