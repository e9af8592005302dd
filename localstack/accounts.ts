import { COMMUNES } from './sample/geography.ts'

/** Somebody who can sign in locally. `label` says, in French, what the account is for. */
export type Account = {
  username: string
  label: string
  givenName: string
  familyName: string
  email: string
  /** Roles of the client `signauxfaibles`: data, région label and codes of départements (datapi §1.2). */
  roles: readonly string[]
  segment?: string
  /** Space of a partner on the storage. */
  goupPath?: string
}

const DATA = ['score', 'urssaf', 'dgefp', 'bdf', 'pge', 'detection'] as const
const without = (...removed: string[]): string[] => DATA.filter((role) => !removed.includes(role))

const zone = (label: string, ...departements: string[]): string[] => [label, ...departements]
const BRETAGNE = zone('Bretagne', '22', '29', '35', '56')
const ILE_DE_FRANCE = zone('Île-de-France', '75', '77', '78', '91', '92', '93', '94', '95')
const NORD = zone('Hauts-de-France', '02', '59', '60', '62', '80')
const FRANCE = zone('France entière', ...new Set(COMMUNES.map(({ departement }) => departement)))

const agent = (name: string, label: string, givenName: string, familyName: string, segment: string, roles: readonly string[]): Account => ({
  username: `agent.${name}`,
  label,
  givenName,
  familyName,
  email: `agent.${name}@example.org`,
  roles,
  segment,
})

const partner = (rank: number, givenName: string, familyName: string): Account => ({
  username: `partner${rank}`,
  label: `Partenaire ${rank} : dépose des fichiers dans l’espace user${rank}`,
  givenName,
  familyName,
  email: `partner${rank}@example.org`,
  roles: [],
  goupPath: `user${rank}`,
})

/** Every account of the local run. Profiles cover the masks of datapi §2.2: each kind of data present or absent, in and out of the zone. */
export const ACCOUNTS: readonly Account[] = [
  partner(1, 'Paule', 'Depositaire'),
  partner(2, 'Prosper', 'Depositaire'),
  agent('france.entiere', 'Agent national : toutes les données, France entière', 'Françoise', 'Entier', 'dge', [...DATA, ...FRANCE]),
  agent('bretagne', 'Agent régional : toutes les données, Bretagne', 'Brieuc', 'Le Goff', 'dreets', [...DATA, ...BRETAGNE]),
  agent('hauts.de.france', 'Agent régional : toutes les données, Hauts-de-France', 'Hélène', 'Vasseur', 'crp', [...DATA, ...NORD]),
  agent('urssaf.idf', 'Agent de l’URSSAF : scores et cotisations, Île-de-France', 'Ulysse', 'Martin', 'urssaf', [
    'score',
    'urssaf',
    'detection',
    ...ILE_DE_FRANCE,
  ]),
  agent('dgefp.idf', 'Agent de la DGEFP : scores et activité partielle, Île-de-France', 'Diane', 'Girard', 'dgefp', [
    'score',
    'dgefp',
    'detection',
    ...ILE_DE_FRANCE,
  ]),
  agent('bdf', 'Agent de la Banque de France : scores et ratios, France entière', 'Basile', 'Fournier', 'bdf', ['score', 'bdf', 'detection', ...FRANCE]),
  agent('sans.score', 'Agent sans le droit « score » : aucune liste, Bretagne', 'Sabine', 'Sorel', 'dreets', [...without('score'), ...BRETAGNE]),
  agent('sans.zone', 'Agent sans territoire : les données sans aucune zone', 'Solène', 'Zola', 'dreets', [...DATA]),
  agent('sans.role', 'Agent sans aucun droit', 'Rémi', 'Sans', 'dreets', []),
  agent('paris', 'Agent départemental : toutes les données, Paris', 'Patrick', 'Paris', 'ddfip', [...DATA, '75']),
  {
    username: 'administrateur',
    label: 'Administrateur : toutes les données, statistiques, France entière',
    givenName: 'Ada',
    familyName: 'Ministre',
    email: 'administrateur@example.org',
    roles: [...DATA, 'stats', 'wekan', 'import', ...FRANCE],
    segment: 'sf',
  },
]

export const accountOf = (username: string): Account | undefined => ACCOUNTS.find((account) => account.username === username)

/** The client of the pages and of the partners' tools; its name is also the key of `resource_access`. */
export const CLIENT = 'signauxfaibles'
export const AUDIENCE = 'signauxfaibles'

/** Claims as Keycloak writes them (datapi §1.1), without those that every token has (`iss`, `exp`…). */
export const claimsOf = (account: Account, client = CLIENT): Record<string, unknown> => ({
  azp: client,
  typ: 'Bearer',
  preferred_username: account.username,
  given_name: account.givenName,
  family_name: account.familyName,
  name: `${account.givenName} ${account.familyName}`,
  email: account.email,
  email_verified: true,
  ...(account.segment === undefined ? {} : { segment: account.segment }),
  ...(account.roles.length === 0 ? {} : { resource_access: { [CLIENT]: { roles: [...account.roles] } } }),
  ...(account.goupPath === undefined ? {} : { 'goup-path': account.goupPath }),
})
