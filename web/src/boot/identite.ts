/** Who the agent or the partner is, read from the claims of the access token. For display only: the server decides (web §2.1). */

export type DroitDonnees = 'score' | 'urssaf' | 'dgefp' | 'bdf' | 'pge' | 'stats'
const DROITS: readonly DroitDonnees[] = ['score', 'urssaf', 'dgefp', 'bdf', 'pge', 'stats']

export type Identite = {
  sub: string
  nom: string
  courriel: string
  /** Every role of the client, as the token gives them. */
  roles: readonly string[]
  droits: ReadonlySet<DroitDonnees>
  /** Roles that are territories: codes of départements, names of regions, « France entière ». */
  zones: readonly string[]
  /** Space of a partner; null for an agent. */
  goupPath: string | null
}

/** A territory is the code of a département, or a name that begins with a capital: a region, « France entière ». Other roles are technical. */
const TERRITOIRE = /^(\d{2,3}|2[AB]|\p{Lu}.*)$/u

/** Claims of a JWT, not verified: the page only displays them. Null when the text is not a JWT. */
export const lireJeton = (jeton: string): Record<string, unknown> | null => {
  const charge = jeton.split('.')[1]
  if (charge === undefined) return null
  try {
    const octets = Uint8Array.from(atob(charge.replaceAll('-', '+').replaceAll('_', '/')), (caractere) => caractere.charCodeAt(0))
    const claims: unknown = JSON.parse(new TextDecoder().decode(octets))
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : null
  } catch {
    return null
  }
}

const texte = (valeur: unknown): string => (typeof valeur === 'string' ? valeur : '')

const lireRoles = (acces: unknown, client: string): string[] => {
  if (typeof acces !== 'object' || acces === null) return []
  const entree: unknown = Object.entries(acces).find(([nom]) => nom === client)?.[1]
  if (typeof entree !== 'object' || entree === null || !('roles' in entree) || !Array.isArray(entree.roles)) return []
  return entree.roles.filter((role) => typeof role === 'string')
}

/** `client` is the client whose roles count (`resource_access.<client>.roles`). */
export const identiteDe = (claims: Record<string, unknown>, client: string): Identite => {
  const roles = lireRoles(claims.resource_access, client)
  const nom = [texte(claims.given_name), texte(claims.family_name)].filter(Boolean).join(' ')
  return {
    sub: texte(claims.sub),
    nom: nom || texte(claims.name) || texte(claims.preferred_username) || texte(claims.email),
    courriel: texte(claims.email),
    roles,
    droits: new Set(DROITS.filter((droit) => roles.includes(droit))),
    zones: roles.filter((role) => TERRITOIRE.test(role)),
    goupPath: texte(claims['goup-path']) || texte(claims.goup_path) || null,
  }
}

/** Where `/` leads (web §3): the first page that the rights open, else the page that says that there is none. */
export const pageAccueil = ({ droits, zones, goupPath }: Identite): string =>
  droits.has('score') ? '/listes' : zones.length > 0 ? '/recherche' : goupPath !== null ? '/depots' : '/sans-droit'

/** An agent has at least a territory or a data right; partners have only their space. */
export const estAgent = ({ droits, zones }: Identite): boolean => droits.size > 0 || zones.length > 0
