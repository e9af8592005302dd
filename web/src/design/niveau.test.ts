import { describe, expect, test } from 'vitest'
import { masqueDe } from './masque.ts'
import { alerteInconnue, etiquettesDe, libelleProcedure, niveauDe } from './niveau.ts'

describe('level of risk', () => {
  test('without the right the level is locked, whatever else is known', () =>
    expect(
      niveauDe({
        permScore: false,
        alert: 'Alerte seuil F1',
        etatAdministratif: 'F',
      }).code,
    ).toBe('verrou'))
  test('no alert is out of scope, even when closed', () => expect(niveauDe({ permScore: true, alert: null, etatAdministratif: 'F' }).code).toBe('absent'))
  test.each([
    [{ etatAdministratif: 'F' }, 'defaillance'],
    [{ etat_procol: 'redressement' }, 'defaillance'],
    [{ etat_procol: 'liquidation' }, 'defaillance'],
    [{ etat_procol: 'sauvegarde' }, 'eleve'],
    [{ etat_procol: 'plan_continuation' }, 'eleve'],
    [{}, 'eleve'],
  ])('a failed company comes before its alert: %j → %s', (reste, code) =>
    expect(niveauDe({ permScore: true, alert: 'Alerte seuil F1', ...reste }).code).toBe(code),
  )
  test.each([
    ["Pas d'alerte", 'aucun', 'Pas d’alerte'],
    ['Alerte seuil F2', 'modere', 'Risque modéré'],
    ['Alerte seuil F1', 'eleve', 'Risque élevé'],
    ['Alerte F3', 'absent', 'Hors périmètre'],
  ])('%s → %s', (alert, code, texte) => expect(niveauDe({ permScore: true, alert, etatAdministratif: 'A' })).toEqual({ code, texte }))
  test('an unknown alert is noticed', () =>
    expect([alerteInconnue('Alerte F3'), alerteInconnue('Alerte seuil F1'), alerteInconnue(null)]).toEqual([true, false, false]))
  test('tags: first alert, closed, procedure but in bonis', () => {
    expect(
      etiquettesDe({
        firstAlert: true,
        etatAdministratif: 'F',
        etat_procol: 'plan_sauvegarde',
      }).map(({ texte }) => texte),
    ).toEqual(['1re alerte', 'Fermé', 'Plan de sauvegarde'])
    expect(
      etiquettesDe({
        firstAlert: null,
        etatAdministratif: 'A',
        etat_procol: 'in_bonis',
      }),
    ).toEqual([])
  })
  test('an unknown procedure is readable', () => expect(libelleProcedure('plan_cession')).toBe('plan cession'))
})

describe('masks', () => {
  test('the server decides: allowed is never masked', () => expect(masqueDe(true, 'urssaf', new Set())).toBeNull())
  test('with the role, following unlocks', () => expect(masqueDe(false, 'urssaf', new Set(['urssaf']))?.action).toBe('suivre'))
  test('without the role, the missing right is named', () =>
    expect(masqueDe(false, 'dgefp', new Set(['urssaf']))?.explication).toContain('d’activité partielle'))
})
