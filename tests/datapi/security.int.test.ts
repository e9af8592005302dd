import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ROUTES } from '../../functions/datapi/routes/index.ts'
import { publishList, publishPage, upsertList } from '../../shared/adapters/postgres/publication.ts'
import { F1, F2, SANS_ALERTE } from '../../shared/domain/publication/facts.ts'
import { publicationOfFacts } from '../../shared/domain/publication/publication.ts'
import { type TestDatabase, usePostgres } from '../support/postgres.ts'
import { type Call, datapiOn, type TestAgent } from './agents.ts'
import { OTHER_ROUTES, readEverything, readingsOf } from './every-route.ts'
import { sampleFacts } from './facts-samples.ts'

const postgres = usePostgres()
const AT = new Date('2025-12-10T08:00:00Z')
const BEFORE = new Date('2025-12-01T00:00:00Z')
const SIREN = '111111111'
const SIRET = `${SIREN}00001`
const DATA = ['score', 'urssaf', 'dgefp', 'bdf', 'pge']
const parisian: TestAgent = { username: 'paris', roles: ['75', ...DATA] }
const stranger: TestAgent = { username: 'ailleurs', roles: ['13', ...DATA] }

let database: TestDatabase
let call: Call
let app: ReturnType<typeof datapiOn>['app']

beforeEach(async () => {
  database = await postgres.create()
  ;({ call, app } = datapiOn(database.pool, AT))
})
afterEach(() => database.drop())

const describeLists = async (): Promise<void> => {
  for (const [batch, libelle] of [
    ['2509', 'Septembre 2025'],
    ['2510', 'Octobre 2025'],
    ['2511', 'Novembre 2025'],
  ] as const) {
    await upsertList(database.pool, { batch, libelle, algo: 'modele-1', etat: 'building' })
  }
}

const ALERTES = [
  { batch: '2509', libelle: 'Septembre 2025', alert: SANS_ALERTE },
  { batch: '2510', libelle: 'Octobre 2025', alert: F2 },
  { batch: '2511', libelle: 'Novembre 2025', alert: F1 },
]

const publish = (siren = SIREN, departement = '75', scores: object[] = ALERTES) =>
  publishPage(database.pool, [{ siren, seq: 1, publication: publicationOfFacts(sampleFacts(siren, { departement, scores, sites: 2 })) }], BEFORE)

/** Every answer that an agent can get about companies and lists, as one text. */
const everything = async (agent: TestAgent): Promise<string> => {
  const answers = []
  for (const list of ['Novembre%202025', '2511']) answers.push(...(await readEverything(call, agent, { siren: SIREN, siret: SIRET, list, search: '111' })))
  return JSON.stringify(answers).replaceAll(/urn:request:[\w-]+/g, '')
}

describe('every route', () => {
  it('is asked here, or is known to show neither company nor list: a new one cannot escape', () => {
    const known = [...Object.keys(readingsOf({ siren: '', siret: '', list: '', search: '' })), ...OTHER_ROUTES]
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(known.sort())
  })
})

describe('a list that is not published', () => {
  it('shows nowhere: everything is as if its scores did not exist, for whoever follows as for whoever does not', async () => {
    await describeLists()
    await publishList(database.pool, { batch: '2509', publieLe: BEFORE })
    await publish()
    const follower: TestAgent = { username: 'suiveur', roles: ['75', ...DATA] }
    await call(follower, 'POST', `/follow/${SIRET}`, { category: 'detection', comment: '' })
    const [withRows, followed] = [await everything(parisian), await everything(follower)]
    expect(withRows).not.toContain('Novembre')
    expect(followed).not.toContain('Octobre')
    await publishPage(
      database.pool,
      [{ siren: SIREN, seq: 2, publication: publicationOfFacts(sampleFacts(SIREN, { scores: ALERTES.slice(0, 1), sites: 2 })) }],
      BEFORE,
    )
    expect(await everything(parisian)).toBe(withRows)
    expect(await everything(follower)).toBe(followed)
  })

  it('shows nowhere before the date that was chosen for it, and everywhere from that date on', async () => {
    await describeLists()
    await publish()
    for (const batch of ['2509', '2510']) await publishList(database.pool, { batch, publieLe: BEFORE })
    await publishList(database.pool, { batch: '2511', publieLe: new Date(AT.getTime() + 1) })
    expect(await everything(parisian)).not.toContain('Novembre')
    ;({ call } = datapiOn(database.pool, new Date(AT.getTime() + 1)))
    const all = await everything(parisian)
    expect(all).toContain('"id":"Novembre 2025"')
    expect(all).toContain('"idListe":"Novembre 2025"')
  })

  it('an empty base answers without failing', async () => {
    for (const [method, path] of [
      ['GET', '/listes'],
      ['POST', '/scores/liste'],
      ['GET', '/follow'],
    ] as const)
      expect((await call(parisian, method, path)).status).toBe(204)
    await publish(SIREN, '75', [])
    expect((await call(parisian, 'GET', `/etablissement/get/${SIRET}`)).status).toBe(200)
  })
})

describe('following', () => {
  beforeEach(async () => {
    await describeLists()
    await publish()
    for (const batch of ['2509', '2510', '2511']) await publishList(database.pool, { batch, publieLe: BEFORE })
  })

  const fiche = async (agent: TestAgent) => (await call(agent, 'GET', `/etablissement/get/${SIRET}`)).body as Record<string, unknown>

  it('opens all établissements of the entreprise for this agent only, and ending closes them at once', async () => {
    expect(await fiche(stranger)).toMatchObject({ permUrssaf: false, followed: false })
    const created = await call(stranger, 'POST', `/follow/${SIREN}00002`, { Category: 'source_interne', comment: 'appel' })
    expect([created.status, created.body]).toEqual([
      201,
      { siret: `${SIREN}00002`, username: 'ailleurs', active: true, since: '2025-12-10T08:00:00Z', comment: 'appel', category: 'source_interne' },
    ])
    expect((await call(stranger, 'POST', `/follow/${SIREN}00002`, { category: 'detection' })).status).toBe(204)
    expect(await fiche(stranger)).toMatchObject({ permUrssaf: true, followed: false, followedEntreprise: true })
    expect(await fiche({ ...stranger, username: 'autre' })).toMatchObject({ permUrssaf: false, followedEntreprise: false })
    expect((await call(stranger, 'DELETE', `/follow/${SIREN}00002`, { unfollowCategory: 'actions' })).status).toBe(200)
    expect((await call(stranger, 'DELETE', `/follow/${SIREN}00002?unfollowCategory=actions`)).status).toBe(204)
    expect(await fiche(stranger)).toMatchObject({ permUrssaf: false, followedEntreprise: false })
  })

  it('of simultaneous calls one creates, and nobody ends the suivi of another', async () => {
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(() => call(stranger, 'POST', `/follow/${SIRET}`, { category: 'detection' }).then(({ status }) => status)),
    )
    expect(statuses.sort()).toEqual([201, 204, 204, 204])
    expect((await call(parisian, 'POST', `/follow/${SIRET}/fin`, { unfollowCategory: 'actions' })).status).toBe(204)
    expect(await fiche(stranger)).toMatchObject({ followed: true })
  })

  it('gives nothing to a follower who lost the role', async () => {
    await call(stranger, 'POST', `/follow/${SIRET}`, { category: 'detection' })
    expect(await fiche({ ...stranger, roles: ['13', 'score'] })).toMatchObject({ permUrssaf: false, permScore: true })
  })

  it('refuses unknown motives, a free motive without words, and an unknown établissement', async () => {
    expect((await call(stranger, 'POST', `/follow/${SIRET}`, { category: 'curiosite' })).status).toBe(400)
    expect((await call(stranger, 'POST', `/follow/${SIRET}`, { category: '' })).status).toBe(400)
    expect((await call(stranger, 'POST', `/follow/${SIRET}`, { category: 'autre', comment: '  ' })).status).toBe(400)
    expect((await call(stranger, 'DELETE', `/follow/${SIRET}`, {})).status).toBe(400)
    expect((await call(stranger, 'POST', '/follow/99999999900001', { category: 'detection' })).status).toBe(404)
  })
})

describe('counts and filters are no oracle', () => {
  beforeEach(async () => {
    await describeLists()
    for (const batch of ['2509', '2510', '2511']) await publishList(database.pool, { batch, publieLe: BEFORE })
    await publish('111111111', '75')
    await publish('222222222', '75')
  })

  it('whether a payment plan runs cannot be asked without the role urssaf', async () => {
    const without: TestAgent = { username: 'u', roles: ['75', 'score'] }
    const answers = await Promise.all(
      [true, false, undefined].map((hasntDelai) => call(without, 'POST', '/scores/liste', { hasntDelai }).then(({ body }) => body)),
    )
    expect(answers[0]).toEqual(answers[2])
    expect(answers[1]).toEqual(answers[2])
    expect(JSON.stringify(answers)).not.toContain('hasDelai')
    const withRole = await call({ username: 'u', roles: ['75', 'score', 'urssaf'] }, 'POST', '/scores/liste', { hasntDelai: true })
    expect(withRole.status).toBe(204)
  })

  it('a list without the role score, or without a zone, says nothing at all', async () => {
    expect(await call({ username: 'u', roles: ['75', 'urssaf'] }, 'POST', '/scores/liste', {})).toMatchObject({ status: 204, body: undefined })
    expect(await call({ username: 'u', roles: DATA }, 'POST', '/scores/liste', { ignoreZone: true })).toMatchObject({ status: 204, body: undefined })
  })

  it('counts by département are those of the list, under the same conditions', async () => {
    await publish('333333333', '13')
    const national: TestAgent = { username: 'n', roles: ['France entière', 'score'] }
    const path = '/scores/liste/2511/departements'
    expect((await call(national, 'POST', path, {})).body).toEqual([
      { departement: '13', total: 1, nbF1: 1, nbF2: 0 },
      { departement: '75', total: 2, nbF1: 2, nbF2: 0 },
    ])
    expect((await call(parisian, 'POST', path, { ignoreZone: true })).body).toEqual([{ departement: '75', total: 2, nbF1: 2, nbF2: 0 }])
    expect((await call({ username: 'n', roles: ['France entière'] }, 'POST', path, {})).status).toBe(204)
    expect((await call(national, 'POST', '/scores/liste/2601/departements', {})).status).toBe(404)
  })

  it('a zone in the body widens nothing', async () => {
    expect((await call(stranger, 'POST', '/scores/liste', { zone: ['75'], ignoreZone: true })).status).toBe(204)
  })

  it('the text of a search is literal: pattern characters match themselves', async () => {
    for (const text of ['%%%', '___', '1_1', '\\\\\\', "' or 1=1 --", '"; drop table resume; --']) {
      expect((await call(parisian, 'POST', '/etablissement/search', { search: text, ignoreZone: true, ignoreRoles: true })).status).toBe(204)
      expect((await call(parisian, 'POST', '/scores/liste', { filter: text })).status).toBe(204)
    }
  })

  it('no string of a body or of a path reaches the SQL as such', async () => {
    const hostile = [`'`, `"`, `{}`, `{"a"}`, `a,b`, `'; select pg_sleep(9); --`, `\\`, `$1`, `é🙂`]
    for (const text of hostile) {
      for (const body of [{ zone: [text] }, { procol: [text, '}'] }, { activite: [text] }, { excludeSecteursCovid: [text] }, { filter: text }]) {
        expect([200, 204]).toContain((await call(parisian, 'POST', '/scores/liste', body)).status)
      }
      expect((await call(parisian, 'POST', `/scores/liste/${encodeURIComponent(text)}`, {})).status).toBe(404)
      expect((await call(parisian, 'POST', '/scores/liste', { creationDateThreshold: text })).status).toBe(400)
      expect((await call(parisian, 'GET', `/etablissement/get/${encodeURIComponent(text)}`)).status).toBe(400)
    }
    expect((await database.pool.query('select count(*) as n from resume')).rows[0].n).toBe(4)
  })
})

describe('the border', () => {
  it.each([
    ['a body that is not JSON', 'POST', '/etablissement/search', '{', 400],
    ['a body that is an array', 'POST', '/etablissement/search', '[]', 400],
    ['a search of two characters', 'POST', '/etablissement/search', '{"search": "ab"}', 400],
    ['a negative page', 'POST', '/scores/liste', '{"page": -1}', 400],
    ['an unknown state', 'POST', '/scores/liste', '{"etatAdministratif": "X"}', 400],
    ['a text with a null character', 'POST', '/etablissement/search', '{"search": "abc\\u0000"}', 400],
    ['a filter of 300 items', 'POST', '/scores/liste', JSON.stringify({ zone: Array(300).fill('75') }), 400],
    ['a malformed siret', 'GET', '/etablissement/get/123', undefined, 400],
    ['an unknown siret', 'GET', '/etablissement/get/99999999900001', undefined, 404],
    ['an unknown siren', 'GET', '/entreprise/all/999999999', undefined, 404],
    ['an unknown address', 'GET', '/nothing', undefined, 404],
    ['a body above 1 MB', 'POST', '/scores/liste', JSON.stringify({ filter: 'x'.repeat(1_000_001) }), 413],
  ])('%s is refused with a problem that says nothing of the inside', async (_name, method, path, body, status) => {
    const token = Buffer.from(JSON.stringify({ typ: 'Bearer', sub: 's', preferred_username: 'u', given_name: 'a', family_name: 'b' })).toString('base64url')
    const answer = await app.request(`/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.text()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8'])
    expect(text).not.toMatch(/select|postgres|\.ts\b|stack/i)
  })

  it('another type of content is refused, an empty body and null are no filter', async () => {
    const form = await call(parisian, 'POST', '/scores/liste', {}, { 'content-type': 'text/plain' })
    expect(form).toMatchObject({ status: 415, body: { code: 'CONTENT_TYPE_REFUSED' } })
    expect((await call(parisian, 'POST', '/scores/liste')).status).toBe(204)
    expect((await call(parisian, 'POST', '/scores/liste', null)).status).toBe(204)
  })

  it('without a token: the service answers its health and its description, and nothing else', async () => {
    expect(await call(null, 'GET', '/healthcheck')).toMatchObject({ status: 200, body: { statut: 'ok', version: 'test' } })
    const document = (await call(null, 'GET', '/openapi.json')).body as { paths: Record<string, Record<string, unknown>> }
    for (const [path, methods] of Object.entries(document.paths)) {
      // the document tells of the deposits too, which another function answers
      if (path === '/healthcheck' || path.startsWith('/depots')) continue
      for (const method of Object.keys(methods)) {
        const answer = await call(null, method.toUpperCase(), path.replace('{siret}', SIRET).replace('{siren}', SIREN).replace('{id}', '2511'))
        expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
      }
    }
    expect(Object.keys(document.paths).length).toBeGreaterThan(12)
  })

  it('the page of the documentation runs nothing but its own script', async () => {
    const answer = await app.request('/api/docs')
    const [html, policy] = [await answer.text(), answer.headers.get('content-security-policy') ?? '']
    const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    expect(html).toContain('/etablissement/get/{siret}')
    expect(html).not.toMatch(/(src|href)="http/)
  })

  it('a preflight is answered without a token, for configured origins only', async () => {
    const preflight = (origin: string) =>
      app.request('/api/follow/1', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' },
      })
    const allowed = await preflight('http://pages.test')
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, 'http://pages.test'])
    expect((await preflight('http://elsewhere.test')).headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('the journal', () => {
  const lines = async () => (await database.pool.query('select * from journal.requete order by id')).rows

  beforeEach(async () => {
    await describeLists()
    for (const batch of ['2509', '2510', '2511']) await publishList(database.pool, { batch, publieLe: BEFORE })
    await publish()
  })

  it('each request of an agent leaves one line, refusals included, and never the token', async () => {
    await call(parisian, 'GET', `/etablissement/get/${SIRET}`)
    await call(parisian, 'POST', '/scores/liste', { page: 0, filter: 'forges' })
    await call(null, 'GET', '/listes')
    await call(parisian, 'GET', '/etablissement/get/99999999900001')
    await call(parisian, 'POST', `/follow/${SIRET}`, { category: 'autre', comment: 'x'.repeat(1500) })
    await call(null, 'GET', '/healthcheck')
    const rows = await lines()
    expect(rows.map((row) => [row.route, row.status, row.username])).toEqual([
      ['/etablissement/get/{siret}', 200, 'paris'],
      ['/scores/liste', 204, 'paris'],
      ['/listes', 401, null],
      ['/etablissement/get/{siret}', 404, 'paris'],
      ['/follow/{siret}', 201, 'paris'],
    ])
    expect(rows[0]).toMatchObject({
      siren: [SIREN],
      siret: [SIRET],
      groupes: ['score', 'urssaf', 'dgefp', 'bdf', 'pge'],
      roles: parisian.roles,
      sub: 'sub-paris',
    })
    expect(rows[1].params).toEqual({ page: 0, filter: 'forges' })
    expect(rows[4].params).toEqual({ siret: SIRET, category: 'autre' })
    expect(JSON.stringify(rows)).not.toContain('Bearer')
  })

  it('where it cannot be written, nothing confidential is answered and nothing is followed', async () => {
    await database.pool.query('alter table journal.requete rename to moved')
    expect((await call(parisian, 'GET', `/etablissement/get/${SIRET}`)).status).toBe(500)
    expect((await call(parisian, 'POST', `/follow/${SIRET}`, { category: 'detection' })).status).toBe(500)
    expect((await database.pool.query('select from suivi')).rowCount).toBe(0)
    expect((await call({ username: 'u', roles: [] }, 'GET', `/etablissement/get/${SIRET}`)).status).toBe(200)
    expect((await call(parisian, 'GET', '/reference/departements')).status).toBe(200)
  })
})
