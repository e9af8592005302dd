import { randomUUID } from 'node:crypto'
import type { Reply, Request } from './http.ts'

/**
 * An identity provider of a hundred lines for looking at the pages without the platform: authorization code flow, no password, unsigned-like tokens
 * that nothing but the fixtures accepts. The real flow runs against a certified provider in `npm start`.
 */
export type Account = {
  login: string
  name: [given: string, family: string]
  roles: string[]
  goupPath?: string
}

export const ACCOUNTS: readonly Account[] = [
  {
    login: 'agent',
    name: ['Alix', 'Martin'],
    roles: ['score', 'urssaf', 'dgefp', 'bdf', 'pge', '21', '71', '89', '58'],
  },
  {
    login: 'agent-limite',
    name: ['Camille', 'Durand'],
    roles: ['score', '21'],
  },
  {
    login: 'agent-recherche',
    name: ['Dominique', 'Petit'],
    roles: ['urssaf', '75'],
  },
  {
    login: 'partenaire',
    name: ['Claude', 'Bernard'],
    roles: [],
    goupPath: 'user1',
  },
  { login: 'sans-droit', name: ['Sacha', 'Roux'], roles: [] },
]

const PATH = '/oidc'
const codes = new Map<string, string>()
const refreshes = new Map<string, string>()
/** Short enough to see a renewal while looking, long enough not to disturb. */
const LIFETIME_S = 300

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (claims: object): string => `${base64url({ alg: 'none' })}.${base64url(claims)}.fixture`

const claimsOf = (login: string, issuer: string): object => {
  const account = ACCOUNTS.find((candidate) => candidate.login === login) ?? ACCOUNTS[0]
  if (account === undefined) throw new Error('no account')
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: 'signauxfaibles',
    azp: 'signauxfaibles',
    sub: account.login,
    iat: now,
    exp: now + LIFETIME_S,
    preferred_username: account.login,
    given_name: account.name[0],
    family_name: account.name[1],
    email: `${account.login}@example.org`,
    resource_access: { signauxfaibles: { roles: account.roles } },
    ...(account.goupPath === undefined ? {} : { 'goup-path': account.goupPath }),
  }
}

/** Roles and space of the bearer of a request; null without a token of ours. */
export const bearer = (authorization: string | undefined): { login: string; roles: string[]; goupPath: string | null } | null => {
  const login = ACCOUNTS.find(
    (account) => authorization?.includes(Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')) && decode(authorization) === account.login,
  )
  return login === undefined
    ? null
    : {
        login: login.login,
        roles: login.roles,
        goupPath: login.goupPath ?? null,
      }
}
const decode = (authorization: string): string => {
  const payload = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString('utf8')) as { sub?: string }
  return payload.sub ?? ''
}

const choicePage = (query: URLSearchParams): string => {
  const links = ACCOUNTS.map(({ login }) => {
    const next = new URLSearchParams(query)
    next.set('login_hint', login)
    return `<p><a id="${login}" href="${PATH}/auth?${next.toString().replaceAll('&', '&amp;')}">${login}</a></p>`
  })
  return `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Comptes d'essai</title><h1>Comptes d'essai</h1>${links.join('')}</html>`
}

export const issuerOf = (origin: string): string => `${origin}${PATH}`

/** Session of the fake provider: one cookie, so that a reload signs in silently. */
export const answerIdentity = ({ url, origin, form, cookie }: Request): Reply | null => {
  if (!url.pathname.startsWith(`${PATH}/`)) return null
  const issuer = issuerOf(origin)
  switch (url.pathname.slice(PATH.length)) {
    case '/.well-known/openid-configuration':
      return {
        json: {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          end_session_endpoint: `${issuer}/end`,
          jwks_uri: `${issuer}/jwks`,
        },
      }
    case '/jwks':
      return { json: { keys: [] } }
    case '/auth': {
      const login = url.searchParams.get('login_hint') ?? /sf-fixture=([\w-]+)/.exec(cookie)?.[1]
      if (login === undefined) return { html: choicePage(url.searchParams) }
      const code = randomUUID()
      codes.set(code, login)
      const back = new URL(url.searchParams.get('redirect_uri') ?? origin)
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return {
        redirect: back.href,
        headers: {
          'set-cookie': `sf-fixture=${login}; Path=${PATH}; HttpOnly`,
        },
      }
    }
    case '/token': {
      const login = form.get('grant_type') === 'refresh_token' ? refreshes.get(form.get('refresh_token') ?? '') : codes.get(form.get('code') ?? '')
      if (login === undefined) return { status: 400, json: { error: 'invalid_grant' } }
      const refresh = randomUUID()
      refreshes.set(refresh, login)
      const jwt = token(claimsOf(login, issuer))
      return {
        json: {
          access_token: jwt,
          id_token: jwt,
          refresh_token: refresh,
          token_type: 'Bearer',
          expires_in: LIFETIME_S,
          scope: 'openid',
        },
      }
    }
    case '/end':
      return {
        redirect: url.searchParams.get('post_logout_redirect_uri') ?? origin,
        headers: { 'set-cookie': `sf-fixture=; Path=${PATH}; Max-Age=0` },
      }
    default:
      return { status: 404, json: {} }
  }
}
