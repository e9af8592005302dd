import { expect, test } from 'vitest'
import { corpsRecherche, lireRecherche } from './recherche.ts'

const regions = { Bretagne: ['22', '29', '35', '56'] }

test('fewer than three characters ask nothing, whatever their width', () =>
  expect([corpsRecherche(lireRecherche({ q: ' ab ' }), regions), corpsRecherche(lireRecherche({}), regions)]).toEqual([null, null]))
test('the whole country by default, digits without spaces', () =>
  expect(corpsRecherche(lireRecherche({ q: '123 456 789' }), regions)).toEqual({
    search: '123456789',
    siegeUniquement: false,
    ignoreZone: true,
    ignoreRoles: true,
  }))
test('« Ma zone » lifts no rule of the server', () =>
  expect(corpsRecherche(lireRecherche({ q: 'abc', zone: 'ma-zone' }), regions)).toMatchObject({ ignoreZone: false, ignoreRoles: false }))
test('a region is its départements; options are sent when set', () =>
  expect(
    corpsRecherche(
      lireRecherche({
        q: 'abc',
        zone: 'r:Bretagne',
        secteur: 'C',
        effectif: '10',
        siege: 'oui',
        ouverts: 'oui',
      }),
      regions,
    ),
  ).toMatchObject({
    departements: ['22', '29', '35', '56'],
    activites: ['C'],
    effectifMin: 10,
    siegeUniquement: true,
    etatAdministratif: 'A',
  }))
test('garbage in the address is ignored', () =>
  expect(lireRecherche({ q: ['x'], zone: 'ici', secteur: 'ZZ', effectif: '-1' })).toEqual({
    q: '',
    zone: '',
    secteur: '',
    effectif: null,
    siege: false,
    ouverts: false,
  }))
