import { ACCOUNTS, type Account, CLIENT } from '../accounts.ts'

const ROLES = [...new Set(ACCOUNTS.flatMap(({ roles }) => roles))]

/** A claim of the access and id tokens, read from an attribute of the user. */
const attributeMapper = (attribute: string, claim: string) => ({
  name: claim,
  protocol: 'openid-connect',
  protocolMapper: 'oidc-usermodel-attribute-mapper',
  config: { 'user.attribute': attribute, 'claim.name': claim, 'jsonType.label': 'String', 'id.token.claim': 'true', 'access.token.claim': 'true' },
})

const userOf = (account: Account) => ({
  username: account.username,
  enabled: true,
  emailVerified: true,
  email: account.email,
  firstName: account.givenName,
  lastName: account.familyName,
  credentials: [{ type: 'password', value: 'local', temporary: false }],
  clientRoles: { [CLIENT]: [...account.roles] },
  attributes: {
    ...(account.segment === undefined ? {} : { segment: [account.segment] }),
    ...(account.goupPath === undefined ? {} : { 'goup-path': [account.goupPath] }),
  },
})

/** Keycloak's realm with the same accounts, roles and claims as the local issuer; every password is `local`. */
export const realm = (origins: readonly string[]) => ({
  realm: 'signaux-faibles',
  enabled: true,
  attributes: { userProfileEnabled: 'true' },
  components: {
    'org.keycloak.userprofile.UserProfileProvider': [
      { providerId: 'declarative-user-profile', config: { 'kc.user.profile.config': [JSON.stringify(userProfile)] } },
    ],
  },
  roles: { client: { [CLIENT]: ROLES.map((name) => ({ name })) } },
  clients: [
    {
      clientId: CLIENT,
      publicClient: true,
      standardFlowEnabled: true,
      directAccessGrantsEnabled: false,
      redirectUris: origins.map((origin) => `${origin}/*`),
      webOrigins: [...origins],
      attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': origins.map((origin) => `${origin}/*`).join('##') },
      protocolMappers: [attributeMapper('goup-path', 'goup-path'), attributeMapper('segment', 'segment')],
    },
  ],
  users: ACCOUNTS.map(userOf),
})

const readable = (name: string) => ({ name, permissions: { view: ['admin', 'user'], edit: ['admin'] } })

/** Without this, Keycloak drops the attributes that it does not know. */
const userProfile = { attributes: ['username', 'email', 'firstName', 'lastName', 'segment', 'goup-path'].map(readable) }
