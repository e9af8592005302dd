import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishList, publishPage, upsertList } from '../../shared/adapters/postgres/publication.ts'
import { GROUPES, permissionsOf } from '../../shared/domain/access/permissions.ts'
import { F2, SANS_ALERTE } from '../../shared/domain/publication/facts.ts'
import { publicationOfFacts } from '../../shared/domain/publication/publication.ts'
import type { Groupe } from '../../shared/domain/publication/rows.ts'
import { type TestDatabase, usePostgres } from '../support/postgres.ts'
import { type Call, datapiOn, type TestAgent } from './agents.ts'
import { readEverything } from './every-route.ts'
import { sampleFacts } from './facts-samples.ts'

/** The leak matrix (datapi §8-1): 32 combinations of data roles × 8 cases × every route that shows companies. */

const postgres = usePostgres()
const AT = new Date('2025-12-10T00:00:00Z')

/** One entreprise per case of datapi §2.2; each has data in every group, or the test would prove nothing. */
const CASES = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  siren: `10000000${bits}`,
  visible: (bits & 4) !== 0,
  alerted: (bits & 2) !== 0,
  followed: (bits & 1) !== 0,
}))
const COMBINATIONS: Groupe[][] = Array.from({ length: 32 }, (_, bits) => GROUPES.filter((_groupe, index) => (bits & (1 << index)) !== 0))

const agentOf = (groupes: readonly Groupe[]): TestAgent => ({ username: `agent-${groupes.join('-')}`, roles: ['75', ...groupes] })

let database: TestDatabase
let call: Call

beforeAll(async () => {
  database = await postgres.create()
  const { pool } = database
  for (const batch of ['2510', '2511']) {
    await upsertList(pool, { batch, libelle: batch === '2511' ? 'Novembre 2025' : 'Octobre 2025', algo: 'modele-1', etat: 'building' })
    await publishList(pool, { batch, publieLe: new Date('2025-12-01T00:00:00Z') })
  }
  await publishPage(
    pool,
    CASES.map(({ siren, visible, alerted }) => {
      const alert = alerted ? F2 : SANS_ALERTE
      const scores = [{ batch: '2510', libelle: 'Octobre 2025', alert }, { alert }]
      return { siren, seq: 1, publication: publicationOfFacts(sampleFacts(siren, { departement: visible ? '75' : '13', scores, sites: 2 })) }
    }),
    new Date('2025-12-01T00:00:00Z'),
  )
  for (const { siren } of CASES) {
    await pool.query(
      `insert into feuillet (panier, cle, badges, valeur, auteur, publie_le) values ('fiche', $1, '{pge}', '{"pge": true}', 'test', '2025-12-01')`,
      [JSON.stringify({ siren })],
    )
  }
  for (const groupes of COMBINATIONS) {
    for (const { siren } of CASES.filter((item) => item.followed)) {
      await pool.query(`insert into suivi (siret, siren, username, category) values ($1, $2, $3, 'detection')`, [
        `${siren}00001`,
        siren,
        agentOf(groupes).username,
      ])
    }
  }
  call = datapiOn(pool, AT, { pageLength: 50 }).call
})
afterAll(() => database?.drop())

/** Properties of each group, wherever they are in an answer. */
const CONFIDENTIAL: Record<Groupe, readonly string[]> = {
  score: ['alert', 'scores', 'macroExpl', 'microExpl', 'macroRadar', 'explSelection'],
  urssaf: ['urssaf', 'detteUrssaf', 'hasDelai', 'cotisation', 'partPatronale', 'partSalariale', 'montantMajorations', 'delai'],
  dgefp: ['activite_partielle', 'apHeureConsommeAVG12m', 'apMontantAVG12m', 'apDemande', 'apConso'],
  bdf: ['bdf', 'delaiFournisseur'],
  pge: ['pge'],
}

type Found = { siren: string; names: Set<string>; values: [string, unknown][] }

/** Names of properties of every company of an answer, at any depth. */
const companiesOf = (value: unknown, siren = '', into: Map<string, Found> = new Map()): Map<string, Found> => {
  if (Array.isArray(value)) for (const item of value) companiesOf(item, siren, into)
  else if (typeof value === 'object' && value !== null) {
    const own = 'siren' in value && typeof value.siren === 'string' ? value.siren : siren
    const found = into.get(own) ?? { siren: own, names: new Set<string>(), values: [] }
    into.set(own, found)
    for (const [name, item] of Object.entries(value)) {
      found.names.add(name)
      found.values.push([name, item])
      companiesOf(item, own, into)
    }
  }
  return into
}

const check = (answer: unknown, agent: TestAgent, expected: { present?: Partial<Record<Groupe, string>> } = {}): number => {
  let companies = 0
  for (const { siren, names, values } of companiesOf(answer).values()) {
    const facts = CASES.find((item) => item.siren === siren)
    if (facts === undefined) continue
    companies += 1
    const permissions = permissionsOf(
      { roles: agent.roles, zone: ['75'] },
      { deps: [facts.visible ? '75' : '13'], departement: null, alerted: facts.alerted, followed: facts.followed },
    )
    for (const groupe of GROUPES) {
      if (permissions[groupe]) {
        const name = expected.present?.[groupe]
        if (name !== undefined) expect([siren, groupe, names.has(name)]).toEqual([siren, groupe, true])
      } else {
        expect([siren, groupe, CONFIDENTIAL[groupe].filter((name) => names.has(name))]).toEqual([siren, groupe, []])
        if (groupe === 'score') expect(values.filter(([name, value]) => name === 'firstAlert' && value !== null)).toEqual([])
      }
    }
  }
  return companies
}

const FICHE = { score: 'scores', urssaf: 'partPatronale', dgefp: 'apDemande', pge: 'pge', bdf: 'bdf' } as const
const SUMMARY = { score: 'alert', urssaf: 'detteUrssaf', dgefp: 'activite_partielle' } as const

describe.each(COMBINATIONS.map((groupes) => ({ name: groupes.join(' ') || 'no role', groupes })))('$name', ({ groupes }) => {
  const agent = agentOf(groupes)

  it('fiches disclose what the rule opens, and nothing else', async () => {
    for (const { siren } of CASES) {
      for (const path of [`/etablissement/get/${siren}00001`, `/entreprise/get/${siren}`, `/entreprise/all/${siren}`]) {
        const { status, body } = await call(agent, 'GET', path)
        expect(status).toBe(200)
        expect(check(body, agent, { present: FICHE })).toBe(1)
      }
    }
  })

  it('searches, lists, past lists and suivis disclose what the rule opens, and nothing else', async () => {
    const search = await call(agent, 'POST', '/etablissement/search', { search: '1000', ignoreRoles: true, ignoreZone: true })
    expect(check(search.body, agent, { present: SUMMARY })).toBe(8)
    const follow = await call(agent, 'GET', '/follow')
    expect(check(follow.body, agent, { present: SUMMARY })).toBe(4)
    for (const path of ['/scores/liste', '/scores/liste/Octobre%202025', '/scores/liste/2511']) {
      const { status, body } = await call(agent, 'POST', path, { ignoreZone: true })
      if (!groupes.includes('score')) expect([status, body]).toEqual([204, undefined])
      else expect(check(body, agent, { present: { ...SUMMARY, urssaf: 'hasDelai' } })).toBe(2)
    }
  })

  it('no route discloses what the rule closes', async () => {
    const shown = new Map<string, number>()
    for (const { siren } of CASES) {
      for (const { route, body } of await readEverything(call, agent, { siren, siret: `${siren}00001`, list: '2511', search: '1000' })) {
        shown.set(route, (shown.get(route) ?? 0) + check(body, agent))
      }
    }
    expect(shown.get('post /kanban/follow')).toBe(shown.get('get /follow'))
    const silent = ['get /listes', 'post /etablissement/search/total', 'post /scores/liste/{id}/departements']
    const hidden = groupes.includes('score') ? [] : ['post /scores/liste', 'post /scores/liste/{id}']
    expect([...shown].flatMap(([route, companies]) => (companies === 0 ? [route] : [])).sort()).toEqual([...silent, ...hidden].sort())
  })
})
