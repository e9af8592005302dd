import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rangMois } from '../../format/dates.ts'
import { dessinCascade, dessinRadar, resumeCascade } from './dessins.ts'
import { cascade, cleNormale, facteursParSens, libelleMotif, libelleTheme, radar, redressement } from './explication.ts'
import { jugements, libelleJugement } from './procedures.ts'
import { resumeDette, resumeEffectif } from './resumes.ts'
import { cotisationAppelee, delaisDuMois, derniers, echeancier, effectifAutorise, etpParMois, moisUrssaf, sansTrous } from './series.ts'

const nu = (texte: string): string => texte.replace(/[\u00a0\u202f]/g, ' ')
const periodes = ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z', '2025-04-01T00:00:00Z']

describe('series', () => {
  test('arrays are zipped by index before they are cut, holes are kept as gaps', () => {
    const mois = sansTrous(
      moisUrssaf({
        periodes,
        effectif: [47, 0, null],
        cotisation: [100, null, 0],
      }),
    )
    expect(mois.map(({ effectif }) => effectif)).toEqual([47, 0, null, null])
    expect(mois.map(cotisationAppelee)).toEqual([100, null, null, null])
    expect(
      derniers(
        Array.from({ length: 30 }, (_, rang) => rang),
        false,
      ),
    ).toHaveLength(24)
  })
  test('masked arrays give nulls, never zeros', () =>
    expect(moisUrssaf({ periodes, effectif: [1, 1, 1] })[0]).toMatchObject({
      partPatronale: null,
      partSalariale: null,
    }))
  test('filling the holes keeps every known month', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 24_000, max: 24_300 }), {
          minLength: 1,
          maxLength: 40,
        }),
        (rangs) => {
          const mois = [...rangs]
            .sort((a, b) => a - b)
            .map((rang) => ({
              rang,
              effectif: rang,
              cotisation: null,
              partPatronale: null,
              partSalariale: null,
            }))
          const pleins = sansTrous(mois)
          expect(pleins.filter(({ effectif }) => effectif !== null)).toEqual(mois)
          expect(pleins.every(({ rang }, index) => rang === (mois[0]?.rang ?? 0) + index)).toBe(true)
        },
      ),
    ))
  test('short-time work of one month adds up', () =>
    expect(
      etpParMois([
        { date: '2025-01-01T00:00:00Z', heureConsomme: 151.67 },
        { date: '2025-01-01T00:00:00Z', heureConsomme: 151.67 },
      ]).get(rangMois('2025-01-01') ?? 0),
    ).toBeCloseTo(2))
  test('the authorised headcount covers the months between the two dates', () => {
    const demandes = [
      {
        debut: '2025-01-15T00:00:00Z',
        fin: '2025-03-10T00:00:00Z',
        effectifAutorise: 6,
      },
    ]
    expect(['2024-12-01', '2025-01-01', '2025-03-01', '2025-04-01'].map((mois) => effectifAutorise(demandes, rangMois(mois) ?? 0))).toEqual([null, 6, 6, null])
  })
  test('a plan runs strictly between its dates; the latest created counts', () => {
    const delai = (dateCreation: string, dateEcheance: string, montantEcheancier: number) => ({
      action: '',
      stade: '',
      dureeDelai: 0,
      dateCreation,
      dateEcheance,
      montantEcheancier,
    })
    const delais = [delai('2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z', 1), delai('2025-02-15T00:00:00Z', '2025-05-01T00:00:00Z', 2)]
    const a = (mois: string) => rangMois(mois) ?? 0
    expect([
      echeancier(delais, a('2025-01-01')),
      echeancier(delais, a('2025-02-01')),
      echeancier(delais, a('2025-03-01')),
      echeancier(delais, a('2025-06-01')),
    ]).toEqual([null, 1, 2, null])
    expect(delaisDuMois(delais, a('2025-03-01'))).toHaveLength(2)
  })
})

describe('sentences', () => {
  const mois = (valeurs: [number | null, number | null][]) =>
    valeurs.map(([effectif, part], index) => ({
      rang: 2025 * 12 + index,
      effectif,
      cotisation: null,
      partPatronale: part,
      partSalariale: part,
    }))
  test('headcount from the first to the last known month', () =>
    expect(
      nu(
        resumeEffectif(
          mois([
            [47, null],
            [null, null],
            [39, null],
          ]),
          new Map([[2025 * 12, 1]]),
        ),
      ),
    ).toBe('De 47 à 39 salariés entre janv. 2025 et mars 2025 (−17 %). Activité partielle utilisée 1 mois.'))
  test('without the right, short-time work is not spoken of', () => expect(nu(resumeEffectif(mois([[47, null]]), null))).toBe('47 salariés en janv. 2025.'))
  test('a zero debt is no debt, and unknown is not zero', () => {
    expect(
      resumeDette(
        mois([
          [1, 0],
          [1, 0],
        ]),
      ),
    ).toBe('Aucune dette connue sur la période.')
    expect(
      nu(
        resumeDette(
          mois([
            [1, 100],
            [1, 250],
          ]),
        ),
      ),
    ).toBe('500 € dus en févr. 2025 (part patronale 250 €, part ouvrière 250 €), en hausse depuis janv. 2025.')
  })
})

describe('explanation', () => {
  test('keys are read with or without accents, unknown ones are shown', () => {
    expect([cleNormale('Santé financière'), libelleTheme('sante_financiere'), libelleTheme('autre_theme')]).toEqual([
      'sante_financiere',
      'Santé financière',
      'autre theme',
    ])
  })
  test('the waterfall ends at the sum, aggravating first by size', () => {
    const marches = cascade({ model_offset: 0.25, a: 0.1, b: 0.3, c: -0.04 })
    expect(marches.map(({ sorte }) => sorte)).toEqual(['base', 'hausse', 'hausse', 'baisse', 'total'])
    expect(marches.at(-1)?.fin).toBeCloseTo(0.61)
    expect(marches[1]).toMatchObject({ debut: 0.25, valeur: 0.3 })
  })
  test('what a theme adds is in points, what it leads to in per cent, in the sentence as in the table', () => {
    const marches = cascade({ model_offset: 0.251, dette_urssaf: 0.302, misc: -0.041 })
    expect(nu(resumeCascade(marches))).toBe('Risque estimé : 51,2 %. Ce qui pèse le plus : dette sociale (+30,2 points).')
    expect(dessinCascade(marches, undefined).tableau.lignes.map((ligne) => ligne.map(nu))).toEqual([
      ['Niveau de base', '+25,1 points', '25,1 %'],
      ['Dette sociale', '+30,2 points', '55,3 %'],
      ['Emploi', '−4,1 points', '51,2 %'],
      ['Risque estimé', '–', '51,2 %'],
    ])
  })
  test('each bar begins where the one before ended', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.double({ min: -1, max: 1, noNaN: true })), (macro) => {
        const marches = cascade(macro).slice(0, -1)
        return marches.every(({ debut }, index) => index === 0 || debut === marches[index - 1]?.fin)
      }),
    ))
  test('factors: preferred order first, five at most, in both forms', () => {
    const micro = {
      model_offset: 0.2,
      ca: 0.3,
      effectif: 0.1,
      paydex: -0.05,
      bilan_absent: 0,
    }
    const { inquietent, rassurent } = facteursParSens({
      microExpl: micro,
      explSelection: { selectConcerning: [['misc', 'effectif']] },
    })
    expect([inquietent.map(({ cle }) => cle), rassurent.map(({ cle }) => cle)]).toEqual([['effectif', 'ca'], ['paydex']])
    expect(facteursParSens({ microExpl: { dette_urssaf: { cotisation: 0.2 } } }).inquietent[0]).toMatchObject({ theme: 'Dette sociale' })
  })
  test('fewer than three themes are no radar', () =>
    expect([radar({ a: 1, b: 1 }), radar(undefined), radar({ a: 1, b: 0, c: 0.5 }).length]).toEqual([[], [], 3]))
  test('no axis of a radar lies flat, and their names are short lines: a phone has no room beside the drawing', () => {
    for (const count of [3, 4, 5, 6, 8]) {
      const { donnees, options } = dessinRadar(Array.from({ length: count }, () => ({ nom: 'Retards de paiement aux fournisseurs', valeur: 0.5 })))
      const scale: unknown = options.scales?.r ?? {}
      const { startAngle: first } = scale as { startAngle: number }
      const angles = Array.from({ length: count }, (_, rank) => (first + (rank * 360) / count) % 180)
      expect([count, angles.includes(90)]).toEqual([count, false])
      expect(donnees.labels?.[0]).toEqual(['Retards de', 'paiement aux', 'fournisseurs'])
    }
  })
  test('an expert rule is told with its reasons', () => {
    const score = {
      idListe: '',
      batch: '',
      algo: '',
      periode: '',
      alert: 'Alerte seuil F1',
      alertPreRedressements: 'Alerte seuil F2',
      redressements: ['k_propres_négatifs', 'confidentiel'],
    }
    expect(redressement(score)).toEqual({
      texte: 'Niveau relevé par une règle experte',
      motifs: ['Capitaux propres négatifs', libelleMotif('confidentiel')],
    })
    expect(redressement({ ...score, alertPreRedressements: 'Alerte seuil F1' })).toBeNull()
  })
})

describe('procedures', () => {
  test('a redressement is not called a liquidation', () =>
    expect(libelleJugement({ action: 'redressement', stade: 'ouverture' })).toBe('Ouverture d’un redressement judiciaire'))
  test('unknown codes are readable', () => expect(libelleJugement({ action: 'liquidation', stade: 'plan_cession' })).toBe('Liquidation\u00a0: plan cession'))
  test('newest first, and absent is none', () => {
    const a = { dateEffet: '2024-01-01T00:00:00Z', action: '', stade: '' }
    const b = { ...a, dateEffet: '2025-01-01T00:00:00Z' }
    expect([jugements([a, b]), jugements(undefined)]).toEqual([[b, a], []])
  })
})
