import { handle } from 'hono/aws-lambda'
import { createLog } from '../../shared/adapters/log.ts'
import { createMetrics } from '../../shared/adapters/metrics.ts'
import { tokenVerifier } from '../../shared/adapters/oidc.ts'
import { connectPostgres, type Pool } from '../../shared/adapters/postgres/connect.ts'
import { flushing, measuredHttp } from '../../shared/runtime/measured.ts'
import { datapiApp } from './app.ts'
import { datapiConfig } from './config.ts'

/** Interactive queries do not outlive the patience of a page (datapi §7.4). */
const STATEMENT_TIMEOUT_MS = 10_000

const config = datapiConfig()
const metrics = createMetrics('datapi')
let pool: Pool | undefined

/** A Lambda answers one request at a time; more connections serve local runs, where one process answers many. */
const connect = (): Pool => {
  pool ??= connectPostgres(config.POSTGRES_URL, {
    max: config.POSTGRES_POOL,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applicationName: 'datapi',
  })
  return pool
}

const app = datapiApp({
  pool: connect,
  verify: tokenVerifier({
    issuer: config.OIDC_ISSUER,
    clients: config.OIDC_CLIENTS,
    audience: config.OIDC_AUDIENCE === '' ? undefined : config.OIDC_AUDIENCE,
  }),
  clock: () => config.CLOCK ?? new Date(),
  log: createLog('datapi'),
  settings: {
    pageLength: config.DATAPI_PAGE_LENGTH,
    rolesClient: config.DATAPI_ROLES_CLIENT,
    origins: config.DATAPI_ORIGINS,
    redressementsYear: config.REDRESSEMENTS_EXERCICE,
    version: process.env['npm_package_version'] ?? '0.1.0',
  },
})

export const handler = flushing(metrics, measuredHttp(metrics, handle(app)))
