import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bandeauxActifs, lireConfiguration } from './configuration.ts'
import { identiteDe, lireJeton, pageAccueil } from './identite.ts'
import { cheminSur, noterRedirection } from './retour.ts'

const CONFIG = {
  oidc: { emetteur: 'http://localhost:9000', client: 'signauxfaibles' },
}

describe('configuration', () => {
  test('defaults: same origin, pieces of 4 MiB', () => {
    const lue = lireConfiguration(CONFIG)
    expect([lue.api, lue.depot, lue.bandeaux]).toEqual(['/api', { url: '/files', morceau: 4_194_304, remplacerPatch: false }, []])
  })
  test('the faulty key is named', () => {
    expect(() => lireConfiguration({ oidc: { client: 'x' } })).toThrow('oidc.emetteur')
    expect(() => lireConfiguration({ ...CONFIG, bandeaux: [{ texte: 'a', du: 'hier' }] })).toThrow('bandeaux[0].du')
    expect(() => lireConfiguration({ ...CONFIG, depot: { morceau: 0 } })).toThrow('depot.morceau')
    expect(() => lireConfiguration('<html>')).toThrow('(document)')
  })
  test('banners come and go by themselves', () => {
    const { bandeaux } = lireConfiguration({
      ...CONFIG,
      bandeaux: [{ texte: 'a', du: '2026-01-10T00:00:00Z', au: '2026-01-11T00:00:00Z' }, { texte: 'b' }],
    })
    expect(bandeauxActifs(bandeaux, new Date('2026-01-10T12:00:00Z')).map(({ texte }) => texte)).toEqual(['a', 'b'])
    expect(bandeauxActifs(bandeaux, new Date('2026-01-11T00:00:00Z')).map(({ texte }) => texte)).toEqual(['b'])
  })
})

describe('identity', () => {
  const avec = (roles: string[], reste = {}) => identiteDe({ sub: '1', resource_access: { signauxfaibles: { roles } }, ...reste }, 'signauxfaibles')
  test('rights and territories are told apart', () => {
    const identite = avec(['score', 'urssaf', '21', '2A', 'Bretagne', 'offline_access', 'detection', 'wekan'])
    expect([...identite.droits, ...identite.zones]).toEqual(['score', 'urssaf', '21', '2A', 'Bretagne'])
  })
  test('the start page is the first that the rights open', () =>
    expect([avec(['score', '21']), avec(['21']), avec([], { 'goup-path': 'user1' }), avec([], { goup_path: 'user1' }), avec([])].map(pageAccueil)).toEqual([
      '/listes',
      '/recherche',
      '/depots',
      '/depots',
      '/sans-droit',
    ]))
  test('roles of another client do not count', () =>
    expect(identiteDe({ resource_access: { autre: { roles: ['score'] } } }, 'signauxfaibles').roles).toEqual([]))
  test('a token is read with its accents; what is no token is null', () => {
    const jeton = `e30.${btoa(String.fromCharCode(...new TextEncoder().encode('{"given_name":"Zoé"}')))}.x`
    expect([lireJeton(jeton), lireJeton('abc'), lireJeton('a.b.c')]).toEqual([{ given_name: 'Zoé' }, null, null])
  })
})

describe('return from the provider', () => {
  test('only a path of ours is followed', () =>
    expect(['/listes?x=1', '//ailleurs.fr', 'https://ailleurs.fr', '/\\ailleurs.fr', '/retour?code=1', null].map(cheminSur)).toEqual([
      '/listes?x=1',
      '/',
      '/',
      '/',
      '/',
      '/',
    ]))
  test('a safe path never leaves the origin', () =>
    fc.assert(fc.property(fc.string(), (texte) => new URL(cheminSur(`/${texte}`), 'https://ici.example').origin === 'https://ici.example')))
  test('a third redirect within ten seconds is refused, later it is allowed', () => {
    const une = noterRedirection(null, 1000)
    const deux = noterRedirection(une, 2000)
    expect(noterRedirection(deux, 3000)).toBeNull()
    expect(noterRedirection(deux, 11_500)).not.toBeNull()
  })
})
