import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Configuration, Provider as ProviderType } from 'oidc-provider'
import { Provider } from 'oidc-provider'
import { AUDIENCE, accountOf, CLIENT, claimsOf } from './accounts.ts'
import { deviceCodePage, deviceConfirmPage, deviceDonePage, errorPage, signedOutPage, signInPage, signOutPage } from './oidc-page.ts'
import { memoryStore } from './oidc-store.ts'
import { issuerKey } from './tokens.ts'

export type Oidc = { issuer: string; stop(): Promise<void> }

/** `origins` are those of the pages: where codes may be sent, and who may ask for tokens from a browser. `directory` is private to the stack. */
export type OidcOptions = { directory: string; origins: readonly string[]; accessTokenSeconds?: number }

const ACCESS_TOKEN_SECONDS = 900
const SESSION_SECONDS = 10 * 3600
/** The pages ask for the scope `openid` alone; like Keycloak, we put the identity in the tokens all the same. */
const RESOURCE = `urn:${AUDIENCE}`
const SCOPE = 'openid'
/** For partners’ tools on machines without a browser (RFC 8628). */
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const IDENTITY_CLAIMS = ['preferred_username', 'given_name', 'family_name', 'name', 'email', 'email_verified', 'segment', 'goup-path', 'resource_access', 'azp']

/** Starts a certified provider whose tokens look like Keycloak's: same claims, no consent page, refresh tokens without `offline_access`. */
export const startOidc = async (options: OidcOptions): Promise<Oidc> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the issuer has no address')
  // `localhost`, not an address: the browser offers its cryptography to secure origins and to this name only.
  const issuer = `http://localhost:${address.port}`
  const provider = new Provider(issuer, await configurationOf(options))
  silence(provider)
  const callback = provider.callback()
  server.on('request', (incoming, outgoing) => {
    if (incoming.url?.startsWith('/connexion/')) void interact(provider, incoming, outgoing)
    else void callback(incoming, outgoing)
  })
  return { issuer, stop: () => closeServer(server) }
}

const configurationOf = async ({ directory, origins, accessTokenSeconds = ACCESS_TOKEN_SECONDS }: OidcOptions): Promise<Configuration> => ({
  adapter: memoryStore(),
  jwks: { keys: [await issuerKey(directory)] } as NonNullable<Configuration['jwks']>,
  cookies: { keys: ['local'], short: { path: '/' }, long: { path: '/' } },
  clients: [
    {
      client_id: CLIENT,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
      response_types: ['code'],
      redirect_uris: origins.map((origin) => `${origin}/retour`),
      post_logout_redirect_uris: origins.flatMap((origin) => [`${origin}/deconnecte`, `${origin}/`]),
    },
  ],
  pkce: { required: () => true },
  clientBasedCORS: (_, origin) => origins.includes(origin),
  scopes: [SCOPE],
  claims: { openid: ['sub', ...IDENTITY_CLAIMS] },
  conformIdTokenClaims: false,
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  findAccount: (_, username) => {
    const account = accountOf(username)
    return account && { accountId: username, claims: async () => ({ sub: username, ...claimsOf(account) }) }
  },
  extraTokenClaims: (_, token) => {
    const account = 'accountId' in token && typeof token.accountId === 'string' ? accountOf(token.accountId) : undefined
    return account && claimsOf(account, token.clientId)
  },
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc
    if (client === undefined || session?.accountId === undefined) return undefined
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope(SCOPE)
    grant.addResourceScope(RESOURCE, SCOPE)
    await grant.save()
    return grant
  },
  interactions: { url: (_, interaction) => `/connexion/${interaction.uid}` },
  ttl: {
    AccessToken: accessTokenSeconds,
    IdToken: accessTokenSeconds,
    RefreshToken: SESSION_SECONDS,
    Session: SESSION_SECONDS,
    Grant: SESSION_SECONDS,
    Interaction: 3600,
  },
  features: {
    devInteractions: { enabled: false },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: async (context, form, _, error) => {
        context.body = deviceCodePage(form, error !== undefined)
      },
      userCodeConfirmSource: async (context, form, _, __, code) => {
        context.body = deviceConfirmPage(form, code)
      },
      successSource: async (context) => {
        context.body = deviceDonePage()
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (context, form) => {
        context.body = signOutPage(form)
      },
      postLogoutSuccessSource: async (context) => {
        context.body = signedOutPage()
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: accessTokenSeconds,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  renderError: async (context, out) => {
    context.type = 'html'
    context.body = errorPage(out.error, out.error_description ?? '')
  },
})

/** Page of the accounts, and its answer. A known `login_hint` finishes at once: that is how tests and tools sign in. */
const interact = async (provider: ProviderType, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  try {
    const { uid, params, prompt } = await provider.interactionDetails(incoming, outgoing)
    const chosen = incoming.method === 'POST' ? new URLSearchParams(await bodyOf(incoming)).get('account') : params.login_hint
    if (typeof chosen === 'string' && accountOf(chosen) !== undefined) {
      return await provider.interactionFinished(incoming, outgoing, { login: { accountId: chosen, remember: true } }, { mergeWithLastSubmission: false })
    }
    if (prompt.name !== 'login') throw new Error(`unexpected prompt ${prompt.name}`)
    answerHtml(outgoing, 200, signInPage(`/connexion/${uid}`))
  } catch (error) {
    answerHtml(outgoing, 400, errorPage('interaction', error instanceof Error ? error.message : 'inconnue'))
  }
}

const answerHtml = (outgoing: ServerResponse, status: number, html: string): void => {
  outgoing.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  outgoing.end(html)
}

const LONGEST_FORM = 4096

const bodyOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of incoming) {
    text += String(chunk)
    if (text.length > LONGEST_FORM) throw new Error('the form is too long')
  }
  return text
}

/** What a browser did wrong is told to the browser; nobody reads it on the terminal. */
const silence = (provider: ProviderType): void => {
  provider.on('server_error', (_, error) => process.emitWarning(`issuer: ${error.message}`))
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
