import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import * as z from 'zod'
import { type Account, AUDIENCE, claimsOf } from './accounts.ts'

const ALGORITHM = 'RS256'
const LIFETIME_SECONDS = 900
const EXPIRED_SINCE_SECONDS = 3600

const StoredKey = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })

/** The key of the local issuer, kept in the private directory of the stack (made at the first start). */
export const issuerKey = async (directory: string): Promise<JWK & { kid: string }> => {
  const file = path.join(directory, 'issuer-key.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return StoredKey.parse(JSON.parse(text)) as JWK & { kid: string }
  const made = await newKey(randomUUID())
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(file, JSON.stringify(made), { mode: 0o600 })
  return made
}

const newKey = async (kid: string): Promise<JWK & { kid: string }> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: ALGORITHM, use: 'sig' }
}

export type TokenRequest = {
  account: Account
  issuer: string
  /** Merged over the claims of the account; a null removes one. */
  claims?: Record<string, unknown>
  expired?: boolean
  /** Signs with another key under the same id: the signature must be refused. */
  wrongKey?: boolean
}

/** An access token of the local issuer, for tests and for people with curl. `directory` is the private directory of the stack. */
export const mintToken = async (directory: string, { account, issuer, claims = {}, expired = false, wrongKey = false }: TokenRequest): Promise<string> => {
  const key = await issuerKey(directory)
  const signer = wrongKey ? await newKey(key.kid) : key
  const now = Math.floor(Date.now() / 1000) - (expired ? EXPIRED_SINCE_SECONDS + LIFETIME_SECONDS : 0)
  const standard = { iss: issuer, sub: account.username, aud: AUDIENCE, iat: now, exp: now + LIFETIME_SECONDS, jti: randomUUID(), scope: 'openid' }
  const merged = Object.entries({ ...standard, ...claimsOf(account), ...claims }).filter(([, value]) => value !== null)
  return new SignJWT(Object.fromEntries(merged)).setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'JWT' }).sign(await importJWK(signer, ALGORITHM))
}
