import { datapiApp } from '../../functions/datapi/app.ts'
import type { Settings } from '../../functions/datapi/route.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import type { Pool } from '../../shared/adapters/postgres/connect.ts'
import { AppError } from '../../shared/domain/errors.ts'

/** Claims of an agent of a test, carried by its token: the verification of signatures has its own tests. */
export type TestAgent = {
  username: string
  roles: readonly string[]
  claims?: Record<string, unknown>
}

export const SETTINGS: Settings = {
  pageLength: 10,
  rolesClient: 'signauxfaibles',
  origins: ['http://pages.test'],
  redressementsYear: 2020,
  version: 'test',
}

const tokenOf = ({ username, roles, claims }: TestAgent): string =>
  Buffer.from(
    JSON.stringify({
      sub: `sub-${username}`,
      typ: 'Bearer',
      preferred_username: username,
      given_name: 'Prénom',
      family_name: 'Nom',
      email: username,
      resource_access: { signauxfaibles: { roles } },
      ...claims,
    }),
  ).toString('base64url')

export type Call = (
  agent: TestAgent | null,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: unknown; headers: Headers }>

/** The application on this database, and a way to call it. `path` is relative to `/api`. */
export const datapiOn = (pool: Pool, at: Date, settings: Partial<Settings> = {}): { app: ReturnType<typeof datapiApp>; call: Call } => {
  const app = datapiApp({
    pool: () => pool,
    verify: async (authorization) => {
      const token = authorization?.replace('Bearer ', '')
      if (!token) throw new AppError('TOKEN_MISSING', 'L’en-tête Authorization est absent.')
      return {
        payload: JSON.parse(Buffer.from(token, 'base64url').toString('utf8')),
      }
    },
    clock: () => at,
    log: silentLog,
    settings: { ...SETTINGS, ...settings },
  })
  const call: Call = async (agent, method, path, body, headers = {}) => {
    const response = await app.request(`/api${path}`, {
      method,
      headers: {
        ...(agent === null ? {} : { authorization: `Bearer ${tokenOf(agent)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text === '' ? undefined : JSON.parse(text),
      headers: response.headers,
    }
  }
  return { app, call }
}
