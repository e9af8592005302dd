import * as z from 'zod'
import { AppError } from '../errors.ts'
import { zoneOf } from './zone.ts'

/** Who asks, as the token says. Rights come from here alone, never from a body nor from a table (datapi §9 traps 24, 27). */
export type Agent = {
  username: string
  sub: string
  givenName: string
  familyName: string
  email: string | null
  segment: string | null
  /** Roles of the client, as granted. */
  roles: readonly string[]
  /** Codes of the départements that the roles open. */
  zone: readonly string[]
}

const optionalText = z.string().min(1).nullish().catch(null)

const Claims = z.object({
  sub: z.string().catch(''),
  typ: z.string().optional().catch('unknown'),
  preferred_username: optionalText,
  given_name: optionalText,
  family_name: optionalText,
  email: optionalText,
  segment: optionalText,
  resource_access: z.record(z.string(), z.object({ roles: z.array(z.string()).catch([]) }).catch({ roles: [] })).catch({}),
})

/**
 * The agent of a verified token (datapi §1.1). `client` names the entry of `resource_access` whose roles count; without it the agent has no
 * role and the request goes on. Throws `TOKEN_INVALID` for a token that is not an access token, or that names nobody.
 */
export const agentOf = (payload: Readonly<Record<string, unknown>>, client: string): Agent => {
  const claims = Claims.parse(payload)
  if (claims.typ !== undefined && claims.typ !== 'Bearer') throw new AppError('TOKEN_INVALID', 'Ce jeton n’est pas un jeton d’accès.')
  const { preferred_username: username, given_name: givenName, family_name: familyName } = claims
  if (username == null) throw new AppError('TOKEN_INVALID', 'username absent')
  if (givenName == null || familyName == null) throw new AppError('TOKEN_INVALID', 'nom ou prénom absent')
  const roles = claims.resource_access[client]?.roles ?? []
  return {
    username,
    sub: claims.sub,
    givenName,
    familyName,
    email: claims.email ?? null,
    segment: claims.segment ?? null,
    roles,
    zone: zoneOf(roles),
  }
}
