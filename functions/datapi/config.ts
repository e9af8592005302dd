import * as z from 'zod'
import { AppError } from '../../shared/domain/errors.ts'
import { integer, list, readConfig, withDefault } from '../../shared/runtime/config.ts'

const text = (value: string) => withDefault(z.string(), value)

/**
 * Variables of the function. `CLOCK` (an instant) fixes the time for tests and conformance; it is refused in production.
 * `DATAPI_ROLES_CLIENT` names the client whose roles count; `REDRESSEMENTS_EXERCICE` is the year of datapi §2.4.
 */
export const datapiConfig = (environment?: Readonly<Record<string, string | undefined>>) => {
  const config = readConfig(
    {
      STAGE: text('dev'),
      OIDC_ISSUER: z.url(),
      OIDC_CLIENTS: withDefault(list, ''),
      OIDC_AUDIENCE: text(''),
      POSTGRES_URL: z.string(),
      POSTGRES_POOL: withDefault(integer(1, 20), '2'),
      DATAPI_ROLES_CLIENT: text('signauxfaibles'),
      DATAPI_PAGE_LENGTH: withDefault(integer(1, 100), '20'),
      DATAPI_ORIGINS: withDefault(list, ''),
      REDRESSEMENTS_EXERCICE: withDefault(integer(2000, 2100), '2020'),
      CLOCK: z.coerce.date().optional(),
    },
    environment,
  )
  if (config.CLOCK !== undefined && /^prod/i.test(config.STAGE)) {
    throw new AppError('CONFIG_INVALID', 'environment refused: CLOCK: the time cannot be fixed in production')
  }
  return config
}
