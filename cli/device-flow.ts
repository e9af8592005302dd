import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { AppError } from '../shared/domain/errors.ts'

/** `issuer` is the realm, `client` one that it lets use the device flow. `say` shows a line to the person. */
export type DeviceFlowOptions = { issuer: string; client: string; say: (line: string) => void; fetch?: typeof globalThis.fetch }

const Discovery = z.object({ token_endpoint: z.url(), device_authorization_endpoint: z.url() })

const Device = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string().optional(),
  expires_in: z.number(),
  interval: z.number().default(5),
})

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string().optional(), expires_in: z.number().default(60) })
type Tokens = z.infer<typeof Tokens>

const Refusal = z.object({ error: z.string() })

/** A token is renewed when it has less than this left. */
const MARGIN_MS = 20_000

/**
 * Signs a person in on a machine without a browser (RFC 8628), then gives a valid token each time it is asked, renewed as long
 * as the identity provider lets it. Throws `TOKEN_INVALID` when the person refuses or waits too long, `IDENTITY_DOWN`.
 */
export const deviceTokens = async (options: DeviceFlowOptions): Promise<() => Promise<string>> => {
  const endpoints = await discover(options)
  let tokens = await signIn(options, endpoints)
  let freshUntil = freshness(tokens)
  return async () => {
    if (Date.now() < freshUntil) return tokens.access_token
    tokens = tokens.refresh_token === undefined ? await signIn(options, endpoints) : await refresh(options, endpoints, tokens.refresh_token)
    freshUntil = freshness(tokens)
    return tokens.access_token
  }
}

const freshness = ({ expires_in: seconds }: Tokens): number => Date.now() + seconds * 1000 - MARGIN_MS

const discover = async (options: DeviceFlowOptions): Promise<z.infer<typeof Discovery>> => {
  const answer = await request(options, `${options.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const found = Discovery.safeParse(answer.body)
  if (!found.success) throw new AppError('IDENTITY_DOWN', 'Ce service d’identité n’offre pas la connexion depuis un appareil sans navigateur.')
  return found.data
}

const signIn = async (options: DeviceFlowOptions, endpoints: z.infer<typeof Discovery>): Promise<Tokens> => {
  const begun = await request(options, endpoints.device_authorization_endpoint, { client_id: options.client, scope: 'openid' })
  const device = Device.safeParse(begun.body)
  if (!device.success) throw new AppError('TOKEN_INVALID', 'Le service d’identité refuse cette connexion.')
  const { device_code, user_code, verification_uri, verification_uri_complete, expires_in } = device.data
  options.say(`Pour vous connecter, ouvrez ${verification_uri_complete ?? verification_uri} et vérifiez le code ${user_code}.`)
  const until = Date.now() + expires_in * 1000
  let seconds = device.data.interval
  while (Date.now() < until) {
    await pause(seconds * 1000)
    const answer = await request(options, endpoints.token_endpoint, {
      client_id: options.client,
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code,
    })
    const tokens = Tokens.safeParse(answer.body)
    if (tokens.success) return tokens.data
    const refusal = Refusal.safeParse(answer.body)
    if (refusal.data?.error === 'slow_down') seconds += 5
    else if (refusal.data?.error !== 'authorization_pending') throw new AppError('TOKEN_INVALID', 'La connexion a été refusée.')
  }
  throw new AppError('TOKEN_EXPIRED', 'Le code n’a pas été validé à temps.')
}

const refresh = async (options: DeviceFlowOptions, endpoints: z.infer<typeof Discovery>, token: string): Promise<Tokens> => {
  const answer = await request(options, endpoints.token_endpoint, { client_id: options.client, grant_type: 'refresh_token', refresh_token: token })
  const tokens = Tokens.safeParse(answer.body)
  return tokens.success ? { refresh_token: token, ...tokens.data } : signIn(options, endpoints)
}

const request = async ({ fetch = globalThis.fetch }: DeviceFlowOptions, url: string, form?: Record<string, string>): Promise<{ body: unknown }> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}) })
    return { body: await answer.json() }
  } catch (cause) {
    throw new AppError('IDENTITY_DOWN', 'Le service d’identité ne répond pas.', { cause })
  }
}
