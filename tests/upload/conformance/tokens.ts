import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { expectProblem, metadata, type Subject, TUS, UNKNOWN } from '../support/target.ts'

/** Who may (upload §8, K). */
export const describeTokens = ({ target, client }: Subject): void => {
  describe('tokens', () => {
    const refused = async (authorization: string | undefined, status = 401) => {
      const answer = await client.post({ 'upload-length': '5', authorization })
      expectProblem(answer, status)
      expect(answer.headers.location).toBeUndefined()
      if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    }
    const seconds = () => Math.floor(Date.now() / 1000)
    const kid = async () => {
      const [header = ''] = (await target.token('user1')).split('.')
      return JSON.parse(Buffer.from(header, 'base64url').toString()).kid as string
    }
    const forge = async (header: Record<string, unknown>, signer?: Parameters<SignJWT['sign']>[0]) => {
      const key = signer ?? (await generateKeyPair('RS256')).privateKey
      const payload = { iss: target.issuer, sub: 'x', azp: 'client', aud: 'uploads', typ: 'Bearer', 'goup-path': 'user1', iat: seconds(), exp: seconds() + 600 }
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', ...header }).sign(key)
    }

    test('K01 no token', () => refused(undefined))
    test('K02 no token on HEAD and PATCH', async () => {
      const path = await client.create(5)
      const head = await client.head(path, { authorization: undefined })
      expect({ status: head.status, offset: head.headers['upload-offset'], challenge: head.headers['www-authenticate'] }).toEqual({
        status: 401,
        offset: undefined,
        challenge: 'Bearer',
      })
      expectProblem(await client.patch(path, 0, 'hello', { authorization: undefined }), 401)
      expect(await client.offset(path)).toBe(0)
    })
    test.each(['Bearer garbage', 'Bearer a.b.c', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', ''])('K03 %j is 401', (authorization) => refused(authorization))
    test('K03 a token without scheme, and two tokens', async () => {
      const token = await target.token('user1')
      await refused(token)
      await refused(`Bearer ${token}, Bearer ${token}`)
      await refused(`Bearer ${token} ${token}`)
      await refused(`Bearer\t${token}`)
      await refused(`Bearer ${token}, Basic dXNlcjpwYXNz`)
    })
    test.each(['none', 'None', 'NONE'])('K04 the algorithm %s is 401', async (alg) => {
      const [, payload = ''] = (await target.token('user1')).split('.')
      const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
      await refused(`Bearer ${header}.${payload}.`)
    })
    test('K05 a payload changed after the signature', async () => {
      const [header, payload = '', signature] = (await target.token('user1')).split('.')
      const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), 'goup-path': 'user2' }
      await refused(`Bearer ${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`)
    })
    test('K07 an own key under an unknown kid, in ten seconds', async () => refused(`Bearer ${await forge({ kid: 'mine' })}`), 10_000)
    test('K14 another key under the right kid', async () => refused(`Bearer ${await forge({ kid: await kid() })}`))
    test('a symmetric signature with the public key as secret', async () => {
      const discovery = (await (await fetch(`${target.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)).json()) as { jwks_uri: string }
      const keys = await (await fetch(discovery.jwks_uri)).text()
      await refused(`Bearer ${await forge({ alg: 'HS256', kid: await kid() }, new TextEncoder().encode(keys))}`)
      await refused(`Bearer ${await forge({ alg: 'HS256', kid: await kid() }, new TextEncoder().encode('secret'.repeat(8)))}`)
    })
    test('K09 a token in the query only', async () => {
      const token = await target.token('user1')
      for (const name of ['token', 'access_token', 'jwt']) {
        expectProblem(await client.call('POST', `/files?${name}=${token}`, { authorization: undefined, 'upload-length': '5' }), 401)
      }
    })
    test('K10, K11 expired, not valid yet; the tolerance is thirty seconds', async () => {
      await refused(`Bearer ${await target.token('user1', { exp: seconds() - 40 })}`)
      await refused(`Bearer ${await target.token('user1', { nbf: seconds() + 40 })}`)
      for (const claims of [{ exp: seconds() - 20 }, { nbf: seconds() + 20 }, { iat: seconds() + 300 }]) {
        expect((await client.post({ 'upload-length': '5', authorization: `Bearer ${await target.token('user1', claims)}` })).status).toBe(201)
      }
    })
    test.each([{ exp: null }, { exp: 'tomorrow' }, { exp: -1 }, { sub: null }, { sub: 5 }, { sub: '' }, { sub: ['s'] }])(
      'the claims %j are 401',
      async (claims) => {
        await refused(`Bearer ${await target.token('user1', claims)}`)
      },
    )
    test('K12 another audience and client', async () => {
      for (const aud of ['other', ['other', 'account'], null]) await refused(`Bearer ${await target.token('user1', { azp: 'other', aud })}`)
    })
    test('K13 another issuer, or nearly ours', async () => {
      for (const iss of ['https://evil.example', `${target.issuer}/`, `${target.issuer}x`, null])
        await refused(`Bearer ${await target.token('user1', { iss })}`)
    })
    test('an ID or refresh token is no access token', async () => {
      for (const typ of ['ID', 'Refresh', 'Offline']) await refused(`Bearer ${await target.token('user1', { typ })}`)
    })
    test.each([
      ['K15 absent', { 'goup-path': null }],
      ['K17 climbing', { 'goup-path': '../user1' }],
      ['K17 absolute', { 'goup-path': '/etc' }],
      ['K17 through an account', { 'goup-path': 'user1/../user2' }],
      ['K18 public', { 'goup-path': 'public' }],
      ['tusd', { 'goup-path': 'tusd' }],
      ['goup', { 'goup-path': 'goup' }],
      ['import', { 'goup-path': 'import' }],
      ['hidden', { 'goup-path': '.state' }],
      ['a point', { 'goup-path': '.' }],
      ['empty', { 'goup-path': '' }],
      ['object', { 'goup-path': { path: 'user1' } }],
      ['array', { 'goup-path': ['user1'] }],
      ['number', { 'goup-path': 1 }],
      ['33 characters', { 'goup-path': 'u'.repeat(33) }],
      ['upper case', { 'goup-path': 'USER1' }],
      ['trailing space', { 'goup-path': 'user1 ' }],
      ['NUL', { 'goup-path': 'user1\0' }],
      ['look-alike', { 'goup-path': 'usеr1' }],
      ['unknown account', { 'goup-path': 'nobody' }],
      ['two spellings that differ', { 'goup-path': 'user1', goup_path: 'user2' }],
      ['nested', { 'goup-path': null, value: { 'goup-path': 'user1' } }],
    ])('the space %s is 403', async (_, claims) => refused(`Bearer ${await target.token('user1', claims)}`, 403))
    test('both spellings, equal or alone, are accepted', async () => {
      for (const claims of [{ 'goup-path': null, goup_path: 'user1' }, { goup_path: 'user1' }]) {
        expect((await client.post({ 'upload-length': '5', authorization: `Bearer ${await target.token('user1', claims)}` })).status).toBe(201)
      }
    })
    test('a token without a space is 403 on HEAD and PATCH too', async () => {
      const path = await client.create(5)
      const authorization = `Bearer ${await target.token('user1', { 'goup-path': null })}`
      expect((await client.head(path, { authorization })).status).toBe(403)
      expectProblem(await client.patch(path, 0, 'hello', { authorization }), 403)
    })
    test('K21, K22 the upload of another partner is unknown, in every disguise', async () => {
      const path = await client.create(5, { 'upload-metadata': metadata({ filename: 'private.csv' }) })
      const authorization = `Bearer ${await target.token('user2')}`
      const foreign = await client.patch(path, 0, 'hello', { authorization })
      const unknown = await client.patch(UNKNOWN, 0, 'hello', { authorization })
      expectProblem(foreign, 404)
      const essence = ({ body }: { body: Buffer }) => ({ ...JSON.parse(body.toString()), instance: undefined, requestId: undefined })
      expect(essence(foreign)).toEqual(essence(unknown))
      expect(Object.keys(foreign.headers).sort()).toEqual(Object.keys(unknown.headers).sort())
      const head = await client.head(path, { authorization })
      expect({ status: head.status, metadata: head.headers['upload-metadata'] }).toEqual({ status: 404, metadata: undefined })
      expectProblem(
        await client.call('POST', path, { authorization, 'x-http-method-override': 'PATCH', 'upload-offset': '0', 'content-type': TUS }, 'hello'),
        404,
      )
      expect((await client.head(`${path}/`, { authorization })).status).toBe(404)
      expect(await client.offset(path)).toBe(0)
    })
    test('another person of the same partner may go on', async () => {
      const path = await client.create(5)
      const authorization = `Bearer ${await target.token('user1', { sub: 'a-colleague' })}`
      expect((await client.patch(path, 0, 'hello', { authorization })).status).toBe(204)
    })
    test('K24 the scheme in lower case', async () => {
      expect((await client.post({ 'upload-length': '5', authorization: `bearer ${await target.token('user1')}` })).status).toBe(201)
    })
  })
}
