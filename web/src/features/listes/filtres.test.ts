import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CODES_PROCEDURE } from '../../design/niveau.ts'
import { corpsListe, ecrireFiltres, erreurFiltres, FILTRES_PAR_DEFAUT, type Filtres, filtresActifs, lireFiltres, TOUT_AFFICHER } from './filtres.ts'

const borne = fc.option(fc.nat(), { nil: null })
const filtres: fc.Arbitrary<Filtres> = fc.record({
  zone: fc.oneof(fc.constant(''), fc.constantFrom('d:21', 'd:2A', 'd:971', 'r:Bretagne', 'r:Île-de-France')),
  sitesAilleurs: fc.boolean(),
  secteurs: fc.option(fc.subarray(['A', 'C', 'F', 'U']), { nil: null }),
  procedures: fc.subarray([...CODES_PROCEDURE]),
  premiereAlerte: fc.boolean(),
  sansDelai: fc.boolean(),
  sansRecentes: fc.boolean(),
  exclureSuivis: fc.boolean(),
  siege: fc.boolean(),
  fermes: fc.boolean(),
  comite: fc.boolean(),
  effectifMin: borne,
  effectifMax: borne,
  effectifEtabMin: borne,
  effectifEtabMax: borne,
  caMin: borne,
  caMax: borne,
  texte: fc.string(),
})
const contexte = {
  liste: { id: 'Janvier 2026', batch: '2512', algo: 'a' },
  regions: { Bretagne: ['22', '29', '35', '56'] },
  droitUrssaf: true,
}

describe('filters of a list', () => {
  test('reading what was written gives the same filters', () =>
    fc.assert(
      fc.property(filtres, (choix) => {
        expect(lireFiltres(Object.fromEntries(new URLSearchParams(ecrireFiltres(choix))))).toEqual(choix)
      }),
    ))
  test('the default view has a plain address', () => expect(ecrireFiltres({ ...FILTRES_PAR_DEFAUT })).toEqual({}))
  test('garbage in the address is the default', () =>
    expect(
      lireFiltres({
        zone: 'x',
        premiere: 'peut-être',
        'eff-min': '-3',
        secteurs: ['<b>'],
        inconnu: '1',
      }),
    ).toEqual({ ...FILTRES_PAR_DEFAUT, secteurs: [] }))
  test('showing everything sends an empty body', () => expect(corpsListe({ ...TOUT_AFFICHER }, contexte)).toEqual({}))
  test('default body', () =>
    expect(corpsListe({ ...FILTRES_PAR_DEFAUT }, contexte)).toEqual({
      procol: ['in_bonis'],
      firstAlert: true,
      hasntDelai: true,
      etatAdministratif: 'A',
    }))
  test('the date of recent companies comes from the list', () =>
    expect(
      corpsListe(
        { ...FILTRES_PAR_DEFAUT },
        {
          ...contexte,
          liste: { ...contexte.liste, dateCreationMax: '2023-01-01T00:00:00Z' },
        },
      ).creationDateThreshold,
    ).toBe('2023-01-01'))
  test('a region is its départements; sites elsewhere go with « Ma zone » only', () => {
    expect(corpsListe({ ...TOUT_AFFICHER, zone: 'r:Bretagne', sitesAilleurs: true }, contexte)).toEqual({ zone: ['22', '29', '35', '56'] })
    expect(corpsListe({ ...TOUT_AFFICHER, sitesAilleurs: true }, contexte)).toEqual({ ignorezone: true })
  })
  test('the filter on payment plans is not sent without the right', () =>
    expect(corpsListe({ ...FILTRES_PAR_DEFAUT }, { ...contexte, droitUrssaf: false }).hasntDelai).toBeUndefined())
  test('the restricted list is asked for only where there is one', () => {
    expect(corpsListe({ ...TOUT_AFFICHER, comite: true }, contexte)).toEqual({})
    expect(corpsListe({ ...TOUT_AFFICHER, comite: true }, { ...contexte, liste: { ...contexte.liste, listeRestreinte: true } })).toEqual({
      codefiListOnly: true,
    })
  })
  test('a SIREN is sent without spaces, a name keeps its own', () => {
    expect(corpsListe({ ...TOUT_AFFICHER, texte: ' 123 456 789 ' }, contexte).filter).toBe('123456789')
    expect(corpsListe({ ...TOUT_AFFICHER, texte: ' LE BON 2 ' }, contexte).filter).toBe('LE BON 2')
  })
  test('no sector, no procedure, or bounds the wrong way round are not sent', () =>
    expect([
      erreurFiltres({ ...TOUT_AFFICHER, secteurs: [] })?.champ,
      erreurFiltres({ ...TOUT_AFFICHER, procedures: [] })?.champ,
      erreurFiltres({ ...TOUT_AFFICHER, caMin: 2, caMax: 1 })?.champ,
      erreurFiltres({ ...TOUT_AFFICHER }),
    ]).toEqual(['secteurs', 'procedures', 'ca', null]))
  test('removing every active filter shows everything', () =>
    fc.assert(
      fc.property(filtres, (choix) => {
        const sans = Object.assign({}, choix, ...filtresActifs(choix, contexte, (zone) => zone).map(({ retirer }) => retirer)) as Filtres
        const { ignorezone, ...corps } = corpsListe(sans, contexte)
        expect(corps).toEqual({})
        expect(ignorezone).toBe(choix.sitesAilleurs ? true : undefined)
      }),
    ))
})
