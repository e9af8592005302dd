import { createServer } from 'node:http'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export type Issuer = {
  issuer: string
  /** Claims are merged over those of a partner; `undefined` removes one. */
  token(claims?: Record<string, unknown>, options?: { header?: Record<string, unknown>; key?: CryptoKey }): Promise<string>
  /** Publishes one more key, and signs with it from now on; the old one stays unless `retire`. */
  rotate(retire?: boolean): Promise<void>
  /** How many times the key set was fetched. */
  fetches(): number
  /** Answers nothing any more, as an identity provider that is down. */
  silence(): Promise<void>
  jwks(): Record<string, unknown>[]
  stop(): Promise<void>
}

/** An identity provider of a few lines, with keys that the test holds. */
export const startIssuer = async (): Promise<Issuer> => {
  let fetches = 0
  const keys: Record<string, unknown>[] = []
  let current: { kid: string; privateKey: CryptoKey }
  const rotate = async (retire = false) => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
    const kid = `key-${crypto.randomUUID()}`
    if (retire) keys.length = 0
    keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' })
    current = { kid, privateKey }
  }
  await rotate()
  const server = createServer((incoming, outgoing) => {
    outgoing.setHeader('content-type', 'application/json')
    if (incoming.url === '/realm/.well-known/openid-configuration') return void outgoing.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }))
    if (incoming.url === '/realm/jwks') {
      fetches += 1
      return void outgoing.end(JSON.stringify({ keys }))
    }
    outgoing.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  const issuer = `http://127.0.0.1:${address.port}/realm`
  const stop = () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
  return {
    issuer,
    rotate,
    fetches: () => fetches,
    silence: stop,
    jwks: () => keys,
    stop,
    token(claims = {}, { header = {}, key } = {}) {
      const now = Math.floor(Date.now() / 1000)
      const payload: JWTPayload = {
        iss: issuer,
        sub: 'person-1',
        azp: 'client',
        typ: 'Bearer',
        iat: now,
        exp: now + 600,
        'goup-path': 'user1',
        email: 'user1@example.org',
        ...claims,
      }
      for (const [name, value] of Object.entries(claims)) if (value === undefined) delete payload[name]
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: current.kid, ...header }).sign(key ?? current.privateKey)
    },
  }
}
