import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CODES_DEPARTEMENTS } from '../reference/departements.ts'
import { agentOf } from './agent.ts'
import { maskSummary } from './masks.ts'
import { badgesOf, GROUPES, permissionsOf } from './permissions.ts'
import { maskedRedressements } from './redressements.ts'
import { isWholeTerritory, zoneOf } from './zone.ts'

const table = path.resolve(import.meta.dirname, '../../../../shared/conformance/datapi/derived/permissions.csv')

describe('the rule of access', () => {
  it.skipIf(!existsSync(table))('gives what the recorded table says, in its 384 cases', () => {
    const [header = '', ...lines] = readFileSync(table, 'utf8').trim().split('\n')
    const names = header.trim().split(',')
    expect(lines).toHaveLength(384)
    for (const line of lines) {
      const row = Object.fromEntries(
        line
          .trim()
          .split(',')
          .map((value, index) => [names[index], value]),
      )
      const roles = (row['roles_utilisateur'] ?? '').split(' ')
      const situation = {
        deps: (row['departements_entreprise'] ?? '').split(' '),
        departement: row['departement_etablissement'] ?? '',
        alerted: row['alerte'] === 't',
        followed: row['suivi'] === 't',
      }
      const { visible, inZone, score, urssaf, dgefp, bdf, pge } = permissionsOf({ roles, zone: ['75'] }, situation)
      const said = [visible, inZone, score, urssaf, dgefp, bdf, pge].map((flag) => (flag ? 't' : 'f'))
      expect([line, ...said]).toEqual([line, ...['visible', 'in_zone', 'score', 'urssaf', 'dgefp', 'bdf', 'pge'].map((name) => row[name])])
    }
  })

  const roles = fc.subarray([...GROUPES, 'stats', 'Bretagne', '75', '13', 'France entière'])
  const situation = fc.record({
    deps: fc.subarray(['75', '13', '35', '20']),
    departement: fc.option(fc.constantFrom('75', '13', '35', '20')),
    alerted: fc.boolean(),
    followed: fc.boolean(),
  })

  it('opens a group only to a holder of its role, and nothing to whom neither follows nor sees', () => {
    fc.assert(
      fc.property(roles, situation, (held, facts) => {
        const permissions = permissionsOf({ roles: held, zone: zoneOf(held) }, facts)
        for (const groupe of badgesOf(permissions)) expect(held).toContain(groupe)
        if (!facts.followed && !(permissions.visible && facts.alerted)) expect(badgesOf(permissions)).toEqual([])
      }),
    )
  })

  it('never closes what it opened when a role or a zone is added', () => {
    fc.assert(
      fc.property(roles, roles, situation, (held, added, facts) => {
        const before = badgesOf(permissionsOf({ roles: held, zone: zoneOf(held) }, facts))
        const more = [...held, ...added]
        expect(badgesOf(permissionsOf({ roles: more, zone: zoneOf(more) }, facts))).toEqual(expect.arrayContaining(before))
      }),
    )
  })

  it('the second barrier leaves nothing of a refused group', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), (permScore, permUrssaf, permDGEFP, permBDF) => {
        const summary = {
          permScore,
          permUrssaf,
          permDGEFP,
          permBDF,
          firstAlert: true,
          alert: 'x',
          urssaf: true,
          detteUrssaf: 1,
          hasDelai: true,
          activite_partielle: true,
          apHeureConsommeAVG12m: 1,
          apMontantAVG12m: 1,
        }
        const masked = maskSummary(summary)
        expect('alert' in masked && masked.firstAlert !== null).toBe(permScore)
        expect(['urssaf', 'detteUrssaf', 'hasDelai'].some((name) => name in masked)).toBe(permUrssaf)
        expect(['activite_partielle', 'apHeureConsommeAVG12m', 'apMontantAVG12m'].some((name) => name in masked)).toBe(permDGEFP)
      }),
    )
  })
})

describe('zone', () => {
  it('is the codes, the départements of the labels, or all of them', () => {
    expect(zoneOf(['75', 'score', 'Bretagne', '75'])).toEqual(['22', '29', '35', '56', '75'])
    expect(zoneOf(['bretagne', 'Ile-de-France', '20', '99', ''])).toEqual([])
    expect(zoneOf(['Rhône-Alpes'])).toContain('38')
    expect(zoneOf(['France entière'])).toEqual(CODES_DEPARTEMENTS)
    expect(isWholeTerritory(zoneOf(['France entière']))).toBe(true)
    expect(isWholeTerritory(zoneOf(['Île-de-France']))).toBe(false)
  })
})

describe('agentOf', () => {
  const claims = {
    sub: 's',
    typ: 'Bearer',
    preferred_username: 'u',
    given_name: 'G',
    family_name: 'F',
    email: 'e',
    resource_access: {
      signauxfaibles: { roles: ['75', 'score'] },
      other: { roles: ['urssaf'] },
    },
  }

  it('takes the roles of our client alone', () => {
    expect(agentOf(claims, 'signauxfaibles')).toEqual({
      sub: 's',
      username: 'u',
      givenName: 'G',
      familyName: 'F',
      email: 'e',
      segment: null,
      roles: ['75', 'score'],
      zone: ['75'],
    })
  })

  it('no role at all, or roles that are no list, is an agent without role', () => {
    for (const access of [undefined, {}, null, 'x', { signauxfaibles: { roles: 'score' } }, { signauxfaibles: null }]) {
      expect(agentOf({ ...claims, resource_access: access }, 'signauxfaibles')).toMatchObject({ roles: [], zone: [] })
    }
  })

  it('refuses a token that names nobody, and one that is no access token', () => {
    expect(() => agentOf({ ...claims, preferred_username: undefined }, 'signauxfaibles')).toThrow('username absent')
    expect(() => agentOf({ ...claims, family_name: '' }, 'signauxfaibles')).toThrow('absent')
    expect(() => agentOf({ ...claims, typ: 'ID' }, 'signauxfaibles')).toThrow('jeton d’accès')
  })
})

describe('redressements', () => {
  it('both spellings of each confidential name are hidden', () => {
    const names = ['solvabilité_faible', 'k_propres_négatifs', 'rentabilité_faible', 'solvabilite_faible', 'k_propres_negatifs', 'rentabilite_faible']
    for (const name of names) {
      expect(maskedRedressements(['detteUrssaf', name, 'autre'], [2020], 2020)).toEqual(['detteUrssaf', 'autre', 'confidentiel'])
      expect(maskedRedressements([name.normalize('NFD')], [], 2020)).toEqual(['confidentiel'])
    }
    expect(maskedRedressements(names, [2019, 2021], 2020)).toEqual([
      'solvabilité_faible',
      'k_propres_négatifs',
      'solvabilite_faible',
      'k_propres_negatifs',
      'confidentiel',
    ])
    expect(maskedRedressements(['detteUrssaf'], [], 2020)).toEqual(['detteUrssaf'])
  })
})
