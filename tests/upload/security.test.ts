import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { tokenVerifier } from '../../shared/adapters/oidc.ts'
import { type Issuer, startIssuer } from './support/issuer.ts'

let issuer: Issuer | undefined
afterEach(async () => {
  vi.useRealTimers()
  await issuer?.stop().catch(() => undefined)
  issuer = undefined
})

const start = async () => {
  const running = await startIssuer()
  issuer = running
  const verify = tokenVerifier({ issuer: running.issuer, clients: ['client'], audience: 'uploads' })
  return { running, verify: (token: string) => verify(`Bearer ${token}`) }
}

const refusal = { code: 'TOKEN_INVALID', status: 401 }

describe('keys', () => {
  test.each(['../../etc/passwd', "' OR 1=1 --", 'https://evil.example/key', '__proto__', 'constructor', 'x'.repeat(10_000), ''])(
    'the kid %j is refused',
    async (kid) => {
      const { running, verify } = await start()
      await expect(verify(await running.token({}, { header: { kid } }))).rejects.toMatchObject(refusal)
    },
  )

  test('no kid: accepted with one key, refused with two', async () => {
    const { running, verify } = await start()
    await expect(verify(await running.token({}, { header: { kid: undefined } }))).resolves.toBeDefined()
    await running.rotate()
    const again = tokenVerifier({ issuer: running.issuer, clients: ['client'] })
    await expect(again(`Bearer ${await running.token({}, { header: { kid: undefined } })}`)).rejects.toMatchObject(refusal)
  })

  test('keys and addresses of keys in the header are ignored', async () => {
    const { running, verify } = await start()
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
    for (const header of [{ jwk: await exportJWK(publicKey) }, { jku: 'https://evil.example/jwks' }, { x5u: 'https://evil.example/x5u' }, { x5c: ['MIIB'] }]) {
      await expect(verify(await running.token({}, { header, key: privateKey }))).rejects.toMatchObject(refusal)
    }
  })

  test('a critical extension is refused', async () => {
    const { running, verify } = await start()
    const token = await running.token()
    const [, payload, signature] = token.split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: running.jwks()[0]?.kid, crit: ['exp'], exp: 1 })).toString('base64url')
    await expect(verify(`${header}.${payload}.${signature}`)).rejects.toMatchObject(refusal)
  })

  test('a key for encryption does not verify', async () => {
    const { running, verify } = await start()
    const [key] = running.jwks()
    if (key) key.use = 'enc'
    await expect(verify(await running.token())).rejects.toMatchObject(refusal)
  })

  test('the header of another algorithm on an RSA key', async () => {
    const { running, verify } = await start()
    const { privateKey } = await generateKeyPair('ES256')
    const kid = running.jwks()[0]?.kid as string
    const forged = await new SignJWT({ iss: running.issuer, sub: 'x', azp: 'client', 'goup-path': 'user1' })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setExpirationTime('5m')
      .sign(privateKey)
    await expect(verify(forged)).rejects.toMatchObject(refusal)
  })

  test('fifty tokens with random kids cause one fetch', async () => {
    const { running, verify } = await start()
    await verify(await running.token())
    expect(running.fetches()).toBe(1)
    const refused = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        verify(await running.token({}, { header: { kid: `random-${index}` } })).catch((error: { status: number }) => error.status),
      ),
    )
    expect(new Set(refused)).toEqual(new Set([401]))
    expect(running.fetches()).toBeLessThanOrEqual(2)
  })

  test('a new key is accepted after the cooldown at most; a retired one is refused once the key set is fetched again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { running, verify } = await start()
    const old = await running.token({ exp: Math.floor(Date.now() / 1000) + 36_000 })
    await verify(old)
    await running.rotate(true)
    vi.setSystemTime(Date.now() + 31_000)
    await expect(verify(await running.token())).resolves.toBeDefined()
    vi.setSystemTime(Date.now() + 601_000)
    await expect(verify(old)).rejects.toMatchObject(refusal)
  })

  test('with the identity provider down, cached keys go on, and a cold start is 503 in five seconds', async () => {
    const { running, verify } = await start()
    const token = await running.token()
    await verify(token)
    await running.silence()
    await expect(verify(token)).resolves.toBeDefined()
    const cold = tokenVerifier({ issuer: running.issuer, clients: ['client'] })
    const before = performance.now()
    await expect(cold(`Bearer ${token}`)).rejects.toMatchObject({ code: 'IDENTITY_DOWN', status: 503 })
    expect(performance.now() - before).toBeLessThan(5000)
  })
})

test.each(['Bearer\t', 'Bearer  ', 'Bearer\u00a0'])('the separator %j is refused', async (separator) => {
  const { running } = await start()
  const verify = tokenVerifier({ issuer: running.issuer, clients: ['client'] })
  await expect(verify(`${separator}${await running.token()}`)).rejects.toMatchObject({ status: 401 })
})

test('the audience may be ours among others, and the client need not be known then', async () => {
  const { running, verify } = await start()
  await expect(verify(await running.token({ azp: 'other', aud: ['account', 'uploads'] }))).resolves.toBeDefined()
  await expect(verify(await running.token({ azp: 'client', aud: 'account' }))).resolves.toBeDefined()
  await expect(verify(await running.token({ azp: undefined, aud: undefined }))).rejects.toMatchObject(refusal)
})
