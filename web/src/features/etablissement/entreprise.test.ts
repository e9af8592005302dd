import { describe, expect, test } from 'vitest'
import type { Etablissement, Resume } from '../../contracts/datapi.ts'
import { ordreEntreprise, sommeParMois, tendanceEffectif, totauxDe } from './entreprise.ts'

const resume = (part: Partial<Resume>): Resume =>
  ({ siret: '1', etatAdministratif: 'A', permUrssaf: true, permDGEFP: true, dernier_effectif: null, siege: false, ...part }) as Resume
const site = (effectif: (number | null)[], partPatronale?: (number | null)[]): Etablissement =>
  ({
    periodeUrssaf: {
      periodes: effectif.map((_, rang) => `2025-0${rang + 1}-01T00:00:00Z`),
      effectif,
      ...(partPatronale === undefined ? {} : { partPatronale }),
    },
  }) as Etablissement

describe('an entreprise', () => {
  test('totals: closed sites have no headcount, unknown ones make it partial, masked is not zero', () => {
    const totaux = totauxDe([
      resume({ dernier_effectif: 10, detteUrssaf: 0 }),
      resume({ dernier_effectif: null, detteUrssaf: 51_000 }),
      resume({ etatAdministratif: 'F', dernier_effectif: 99, permUrssaf: false }),
    ])
    expect(totaux.ouverts).toBe(2)
    expect(totaux.effectif).toEqual({ valeur: 10, partiel: true })
    expect(totaux.dette).toEqual({ valeur: 51_000, partiel: true })
    expect(totauxDe([resume({ permUrssaf: false, detteUrssaf: 5 })]).dette).toEqual({ valeur: null, partiel: false })
  })
  test('a hole in one site is a gap of the sum, an end is not', () => {
    const { mois, partiel } = sommeParMois([site([10, null, 12, 12]), site([5, 5, 5, null])])
    expect(mois.map(({ effectif }) => effectif)).toEqual([15, null, 17, 12])
    expect(partiel.size).toBe(1)
  })
  test('debts add up over sites, masked stays unknown', () => {
    expect(sommeParMois([site([1, 1], [100, 0]), site([1, 1], [50, null])]).mois.map(({ partPatronale }) => partPatronale)).toEqual([150, 0])
    expect(sommeParMois([site([1])]).mois[0]?.partPatronale).toBeNull()
    expect(sommeParMois([])).toEqual({ mois: [], partiel: new Set() })
  })
  test.each([
    [[10, 10], 'Effectif stable.'],
    [[10, 12], 'Effectif en hausse (+2).'],
    [[12, 10], 'Effectif en baisse (−2).'],
    [[10, 20, 12], 'Effectif variable (écart de 10).'],
  ])('headcount %j: %s, and no month, which the next sentence says', (effectif, phrase) =>
    expect(tendanceEffectif(sommeParMois([site(effectif)]).mois)).toBe(phrase),
  )
  test('head office first, then by headcount', () =>
    expect(
      ordreEntreprise([resume({ siret: 'a' }), resume({ siret: 'b', dernier_effectif: 5 }), resume({ siret: 'c', siege: true })]).map(({ siret }) => siret),
    ).toEqual(['c', 'b', 'a']))
})
