import { createServer, type Server } from 'node:http'
import type { LambdaEvent } from 'hono/aws-lambda'
import { handle } from 'hono/aws-lambda'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datapiApp } from '../../functions/datapi/app.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { tokenVerifier } from '../../shared/adapters/oidc.ts'
import { type TestDatabase, usePostgres } from '../support/postgres.ts'
import { SETTINGS } from './agents.ts'

/** Tokens as they come from outside (datapi §8-7), against a realm with real keys, through the adapter of Lambda. */

const postgres = usePostgres()
type Key = Awaited<ReturnType<typeof generateKeyPair>> & { kid: string }
const makeKey = async (kid: string): Promise<Key> => ({ ...(await generateKeyPair('RS256', { extractable: true })), kid })

let database: TestDatabase
let realm: Server
let issuer = ''
let published: Key[] = []
let current: Key
let invoke: (authorization: string | undefined, path?: string) => Promise<{ status: number; body: Record<string, unknown> }>

beforeAll(async () => {
  database = await postgres.create()
  current = await makeKey('first')
  published = [current]
  realm = createServer((_request, response) => {
    void Promise.all(published.map(async ({ publicKey, kid }) => ({ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }))).then((keys) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys })),
    )
  })
  await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', resolve))
  const address = realm.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  start()
})
afterAll(async () => {
  realm.close()
  await database.drop()
})

/** A new container: its keys are not cached yet. */
const start = (): void => {
  const verify = tokenVerifier({ issuer, clients: ['signauxfaibles'], audience: 'datapi', jwksUrl: `${issuer}/certs` })
  const handler = handle(datapiApp({ pool: () => database.pool, verify, clock: () => new Date(), log: silentLog, settings: SETTINGS }))
  invoke = async (authorization, path = '/api/reference/naf') => {
    const answer = await handler({
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      headers: authorization === undefined ? {} : { authorization },
      requestContext: {
        accountId: '1',
        apiId: 'x',
        domainName: 'api.test',
        domainPrefix: 'api',
        requestId: 'request-1',
        routeKey: '$default',
        stage: '$default',
        time: '',
        timeEpoch: 0,
        http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      },
      isBase64Encoded: false,
    } as unknown as LambdaEvent)
    return { status: answer.statusCode, body: answer.body === '' ? {} : JSON.parse(answer.body) }
  }
}

const CLAIMS = {
  typ: 'Bearer',
  azp: 'signauxfaibles',
  aud: 'account',
  preferred_username: 'agent',
  given_name: 'A',
  family_name: 'B',
  resource_access: { signauxfaibles: { roles: ['75', 'score'] } },
}

const sign = (claims: JWTPayload = {}, options: { key?: Key; kid?: string; from?: number; seconds?: number } = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1000) + (options.from ?? 0)
  const payload = Object.fromEntries(
    Object.entries({ iss: issuer, sub: 's', iat: now, exp: now + (options.seconds ?? 300), ...CLAIMS, ...claims }).filter(([, value]) => value !== null),
  )
  const key = options.key ?? current
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: options.kid ?? key.kid }).sign(key.privateKey)
}

const statusOf = async (token: string | undefined): Promise<number> => (await invoke(token === undefined ? undefined : `Bearer ${token}`)).status

describe('a token', () => {
  it('of the realm, for this client or this audience, is accepted', async () => {
    expect(await statusOf(await sign())).toBe(200)
    expect(await statusOf(await sign({ azp: 'another', aud: ['account', 'datapi'] }))).toBe(200)
    expect(await statusOf(await sign({}, { from: -320, seconds: 300 }))).toBe(200)
  })

  it.each([
    ['that expired', () => sign({}, { from: -600 })],
    ['that is not valid yet', () => sign({ nbf: Math.floor(Date.now() / 1000) + 120 })],
    ['without an end', () => sign({ exp: null as never })],
    ['of another issuer', () => sign({ iss: 'https://elsewhere.test' })],
    ['of another client', () => sign({ azp: 'another' })],
    ['of another key under the same id', async () => sign({}, { key: await makeKey('first') })],
    ['of a key that the realm does not know', async () => sign({}, { key: await makeKey('unknown') })],
    ['that is an identity token', () => sign({ typ: 'ID' })],
    ['that names nobody', () => sign({ preferred_username: null as never })],
    ['without a name', () => sign({ family_name: null as never })],
    ['that is cut', async () => (await sign()).slice(0, -4)],
    ['that is no token', async () => 'abc'],
    ['without a signature', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await sign()).split('.')[1]}.`],
    [
      'signed with the public key as a secret',
      async () =>
        new SignJWT({ iss: issuer, sub: 's', ...CLAIMS })
          .setProtectedHeader({ alg: 'HS256', kid: 'first' })
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(await exportSPKI(current.publicKey))),
    ],
  ])('%s is refused, with a body of ours', async (_name, make) => {
    const { status, body } = await invoke(`Bearer ${await make()}`)
    expect([status, body['status'], body['instance']]).toEqual([401, 401, 'urn:request:request-1'])
  })

  it('must be there, after « Bearer »', async () => {
    expect((await invoke(undefined)).body).toMatchObject({ status: 401, code: 'TOKEN_MISSING' })
    for (const header of ['Bearer', `Basic ${await sign()}`, await sign(), `Bearer ${await sign()} x`]) expect((await invoke(header)).status).toBe(401)
  })

  it('without roles, with roles of another client or roles that are no list, is of an agent without role', async () => {
    const accesses = [null, {}, { another: { roles: ['score', '75'] } }, { signauxfaibles: { roles: 'score' } }, { signauxfaibles: { roles: [1, 2] } }, []]
    for (const access of accesses) expect(await statusOf(await sign({ resource_access: access as never }))).toBe(200)
    const { rows } = await database.pool.query('select roles from journal.requete where status = 200 order by id desc limit $1', [accesses.length])
    expect(rows.map((row) => row.roles)).toEqual(accesses.map(() => []))
  })

  it('may be long: 200 roles, 20 kB', async () => {
    const roles = Array.from({ length: 200 }, (_, index) => `role-${index}-${'x'.repeat(80)}`)
    const token = await sign({ resource_access: { signauxfaibles: { roles } } })
    expect(token.length).toBeGreaterThan(20_000)
    expect(await statusOf(token)).toBe(200)
  })

  it('of a new key is accepted during a rotation; of the old one no more, once a container reads the keys again', async () => {
    const old = await sign()
    const next = await makeKey('second')
    published = [current, next]
    start()
    expect([await statusOf(old), await statusOf(await sign({}, { key: next }))]).toEqual([200, 200])
    published = [next]
    start()
    expect([await statusOf(old), await statusOf(await sign({}, { key: next }))]).toEqual([401, 200])
    current = next
  })
})
