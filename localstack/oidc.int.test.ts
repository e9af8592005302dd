import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { deviceTokens } from '../cli/device-flow.ts'
import { tokenVerifier, type VerifyToken } from '../shared/adapters/oidc.ts'
import { ACCOUNTS, AUDIENCE, accountOf, CLIENT } from './accounts.ts'
import { type Oidc, startOidc } from './oidc.ts'
import { mintToken } from './tokens.ts'

const ORIGIN = 'http://localhost:65000'
const Tokens = z.object({ access_token: z.string(), refresh_token: z.string(), id_token: z.string() })

let oidc: Oidc
let directory: string
let verify: VerifyToken

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'oidc-'))
  oidc = await startOidc({ directory, origins: [ORIGIN] })
  verify = tokenVerifier({ issuer: oidc.issuer, clients: [CLIENT] })
})
afterAll(async () => {
  await oidc?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** A browser without a screen: follows redirects to the provider, keeps its cookies. */
const browser = () => {
  const cookies = new Map<string, string>()
  return async (url: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s)
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
}

const authorizeUrl = (challenge: string, extra: Record<string, string> = {}): string =>
  `${oidc.issuer}/auth?${new URLSearchParams({ client_id: CLIENT, redirect_uri: `${ORIGIN}/retour`, response_type: 'code', scope: 'openid', state: 's', code_challenge: challenge, code_challenge_method: 'S256', ...extra })}`

const pkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

const follow = async (go: ReturnType<typeof browser>, start: string): Promise<string> => {
  let url = start
  for (let hop = 0; hop < 10; hop++) {
    const answer = await go(url)
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`no redirect from ${url}: ${answer.status} ${await answer.text()}`)
    url = new URL(location, url).href
    if (url.startsWith(ORIGIN)) return url
  }
  throw new Error('too many redirects')
}

const exchange = async (body: Record<string, string>): Promise<Response> =>
  fetch(`${oidc.issuer}/token`, { method: 'POST', headers: { origin: ORIGIN }, body: new URLSearchParams({ client_id: CLIENT, ...body }) })

const signIn = async (username: string) => {
  const { verifier, challenge } = pkce()
  const url = await follow(browser(), authorizeUrl(challenge, { login_hint: username }))
  const code = new URL(url).searchParams.get('code') ?? ''
  return exchange({ grant_type: 'authorization_code', code, redirect_uri: `${ORIGIN}/retour`, code_verifier: verifier })
}

describe('signing in', () => {
  test('a login hint finishes at once, and the access token is one that the functions accept', async () => {
    const answer = await signIn('agent.bretagne')
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    const { access_token } = Tokens.parse(await answer.json())
    const { payload } = await verify(`Bearer ${access_token}`)
    expect(payload).toMatchObject({
      azp: CLIENT,
      preferred_username: 'agent.bretagne',
      given_name: 'Brieuc',
      family_name: 'Le Goff',
      email: 'agent.bretagne@example.org',
      email_verified: true,
      segment: 'dreets',
    })
    expect(payload.resource_access).toEqual({ [CLIENT]: { roles: [...(accountOf('agent.bretagne')?.roles ?? [])] } })
  })

  test('a partner’s token names its space, and the id token names the person', async () => {
    const { access_token, id_token } = Tokens.parse(await (await signIn('partner2')).json())
    expect((await verify(`Bearer ${access_token}`)).payload['goup-path']).toBe('user2')
    expect(decodeJwt(id_token)).toMatchObject({ preferred_username: 'partner2', given_name: 'Prosper' })
  })

  test('a refresh token gives a new access token without « offline_access »', async () => {
    const { refresh_token } = Tokens.parse(await (await signIn('agent.paris')).json())
    const renewed = Tokens.parse(await (await exchange({ grant_type: 'refresh_token', refresh_token })).json())
    expect((await verify(`Bearer ${renewed.access_token}`)).payload.preferred_username).toBe('agent.paris')
  })

  test('a code is worth one exchange only, and using it again takes back what it gave', async () => {
    const { verifier, challenge } = pkce()
    const code = new URL(await follow(browser(), authorizeUrl(challenge, { login_hint: 'agent.paris' }))).searchParams.get('code') ?? ''
    const body = { grant_type: 'authorization_code', code, redirect_uri: `${ORIGIN}/retour`, code_verifier: verifier }
    const { refresh_token } = Tokens.parse(await (await exchange(body)).json())
    expect((await exchange(body)).status).toBe(400)
    expect((await exchange({ grant_type: 'refresh_token', refresh_token })).status).toBe(400)
  })

  test('without a hint, a page lists every account, and choosing one signs in', async () => {
    const go = browser()
    const { challenge } = pkce()
    const first = await go(authorizeUrl(challenge))
    const page = new URL(first.headers.get('location') ?? '', oidc.issuer).href
    const html = await (await go(page)).text()
    for (const { username } of ACCOUNTS) expect(html).toContain(`value="${username}"`)
    expect(html).not.toContain('<script')
    const chosen = await go(page, { method: 'POST', body: new URLSearchParams({ account: 'administrateur' }) })
    expect(await follow(go, new URL(chosen.headers.get('location') ?? '', page).href)).toContain('code=')
  })

  test('a machine without a browser gets its tokens once a person has confirmed its code', async () => {
    const go = browser()
    const steps: string[] = []
    const confirm = async (line: string): Promise<void> => {
      const url = /http\S+/.exec(line)?.[0] ?? ''
      const confirmation = await (await go(url)).text()
      steps.push(confirmation)
      const fields = Object.fromEntries(
        [...confirmation.matchAll(/name="(xsrf|user_code)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
      )
      let answer = await go(`${oidc.issuer}/device`, { method: 'POST', body: new URLSearchParams({ ...fields, confirm: 'yes' }) })
      const page = new URL(answer.headers.get('location') ?? '', oidc.issuer).href
      answer = await go(page, { method: 'POST', body: new URLSearchParams({ account: 'partner1' }) })
      answer = await go(new URL(answer.headers.get('location') ?? '', oidc.issuer).href)
      steps.push(await answer.text())
    }
    let confirmed: Promise<void> | undefined
    const tokens = await deviceTokens({
      issuer: oidc.issuer,
      client: CLIENT,
      say: (line) => {
        confirmed = confirm(line)
      },
    })
    await confirmed
    expect(steps[1]).toContain('L’appareil est connecté')
    expect((await verify(`Bearer ${await tokens()}`)).payload['goup-path']).toBe('user1')
  })

  test('without PKCE, or to an address of somebody else, nothing is given', async () => {
    const without = await fetch(authorizeUrl('').replace(/&code_challenge[^&]*/g, ''), { redirect: 'manual' })
    expect(without.headers.get('location') ?? '').toContain('error=invalid_request')
    const elsewhere = await fetch(authorizeUrl(pkce().challenge, { redirect_uri: 'http://localhost:1/retour' }), { redirect: 'manual' })
    expect(elsewhere.status).toBe(400)
  })
})

describe('minted tokens', () => {
  const account = ACCOUNTS[0] as (typeof ACCOUNTS)[number]
  const mint = (options: Partial<Parameters<typeof mintToken>[1]> = {}) => mintToken(directory, { account, issuer: oidc.issuer, ...options })

  test('are accepted like those of the provider', async () => {
    const { payload } = await verify(`Bearer ${await mint()}`)
    expect(payload).toMatchObject({ preferred_username: 'partner1', 'goup-path': 'user1', aud: AUDIENCE })
  })

  test('claims are merged over those of the account, and a null removes one', async () => {
    const { payload } = await verify(`Bearer ${await mint({ claims: { 'goup-path': 'user9', email: null } })}`)
    expect(payload['goup-path']).toBe('user9')
    expect(payload).not.toHaveProperty('email')
  })

  test('an expired one, one signed with another key, and one of another issuer or application are refused', async () => {
    await expect(verify(`Bearer ${await mint({ expired: true })}`)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
    await expect(verify(`Bearer ${await mint({ wrongKey: true })}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    await expect(verify(`Bearer ${await mint({ claims: { iss: 'http://localhost:1' } })}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    await expect(verify(`Bearer ${await mint({ claims: { azp: 'autre', aud: 'autre' } })}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })
})
