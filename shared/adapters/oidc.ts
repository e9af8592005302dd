import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import * as z from 'zod'
import { AppError } from '../domain/errors.ts'

/**
 * `issuer` is the realm. A token is for us when its `azp` is one of `clients` or its `aud` holds `audience`
 * (architecture §8: Keycloak puts only `account` in `aud` by default). `jwksUrl` defaults to what the issuer's
 * discovery document says.
 */
export type OidcOptions = { issuer: string; clients: readonly string[]; audience?: string | undefined; jwksUrl?: string | undefined }

/** Claims of a verified token; what else a function needs, it parses from `payload`. */
export type VerifiedToken = { payload: JWTPayload & Record<string, unknown> }

export type VerifyToken = (authorization: string | undefined) => Promise<VerifiedToken>

const ALGORITHMS = ['RS256', 'PS256', 'ES256']
const LEEWAY_SECONDS = 30

/**
 * Verifies `Authorization: Bearer …` in the function itself. Throws `TOKEN_MISSING`, `TOKEN_EXPIRED` or `TOKEN_INVALID`
 * (401), or `IDENTITY_DOWN` (503) when the keys cannot be fetched. Keys are kept 10 minutes and fetched again for an
 * unknown `kid`, at most every 30 seconds.
 */
export const tokenVerifier = (options: OidcOptions): VerifyToken => {
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined
  return async (authorization) => {
    const token = bearerOf(authorization)
    keys ??= createRemoteJWKSet(new URL(options.jwksUrl ?? (await discoverJwksUrl(options.issuer))), {
      cacheMaxAge: 600_000,
      cooldownDuration: 30_000,
      timeoutDuration: 3000,
    })
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        algorithms: ALGORITHMS,
        clockTolerance: LEEWAY_SECONDS,
        requiredClaims: ['exp', 'sub'],
      })
      // The library asks that it be there, not that it names somebody.
      if (typeof payload.sub !== 'string' || payload.sub === '') throw new AppError('TOKEN_INVALID', 'Ce jeton est refusé.')
      // An ID or refresh token of the same realm is not an access token (upload §9).
      if (payload.typ !== undefined && payload.typ !== 'Bearer') throw new AppError('TOKEN_INVALID', 'Ce jeton n’est pas un jeton d’accès.')
      if (!isForUs(payload, options)) throw new AppError('TOKEN_INVALID', 'Ce jeton a été émis pour une autre application.')
      return { payload: payload as VerifiedToken['payload'] }
    } catch (error) {
      throw translate(error)
    }
  }
}

const bearerOf = (authorization: string | undefined): string => {
  if (authorization === undefined || authorization === '') throw new AppError('TOKEN_MISSING', 'L’en-tête Authorization est absent.')
  const found = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)
  if (!found?.[1]) throw new AppError('TOKEN_INVALID', 'L’en-tête Authorization doit être « Bearer » suivi d’un jeton.')
  return found[1]
}

const isForUs = (payload: JWTPayload, { clients, audience }: OidcOptions): boolean => {
  if (typeof payload.azp === 'string' && clients.includes(payload.azp)) return true
  const audiences = Array.isArray(payload.aud) ? payload.aud : payload.aud === undefined ? [] : [payload.aud]
  return audience !== undefined && audiences.includes(audience)
}

const translate = (error: unknown): unknown => {
  if (error instanceof AppError) return error
  if (error instanceof errors.JWTExpired) return new AppError('TOKEN_EXPIRED', 'Votre session a expiré.', { cause: error })
  if (error instanceof errors.JWKSTimeout) return new AppError('IDENTITY_DOWN', 'Le service d’identité ne répond pas.', { cause: error })
  if (error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC') return new AppError('TOKEN_INVALID', 'Ce jeton est refusé.', { cause: error })
  return new AppError('IDENTITY_DOWN', 'Le service d’identité ne répond pas.', { cause: error })
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() })

const discoverJwksUrl = async (issuer: string): Promise<string> => {
  try {
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(3000) })
    const found = Discovery.parse(await answer.json())
    if (found.issuer !== issuer) throw new Error(`the discovery document is that of ${found.issuer}`)
    return found.jwks_uri
  } catch (cause) {
    throw new AppError('IDENTITY_DOWN', 'Le service d’identité ne répond pas.', { cause })
  }
}
