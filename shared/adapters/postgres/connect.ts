import pg from 'pg'
import { AppError } from '../../domain/errors.ts'

/** A pool of connections, or one of its connections inside a transaction: what a query needs. */
export type Queryable = Pick<pg.Pool | pg.PoolClient, 'query'>
export type Pool = pg.Pool
export type Connection = pg.PoolClient

/** `max` enters the budget of connections of the deployment. `statementTimeoutMs`: 0 = none. */
export type PostgresOptions = {
  max?: number
  statementTimeoutMs?: number
  applicationName?: string
}

const INT8 = 20
const DATE = 1082
const NUMERIC = 1700

/**
 * `int8` and `numeric` as numbers (ours are counts and identities below 2^53), `date` as midnight UTC: the driver gives strings and
 * a local-time Date (datapi §9 trap 20).
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 || oid === NUMERIC) return Number
    if (oid === DATE) return (text: string) => new Date(`${text}T00:00:00Z`)
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * One pool per container, opened at first use outside the handler. Connections are made when a query needs one; nothing of a session
 * is relied upon, so that a pooler may stand in between.
 */
export const connectPostgres = (url: string, options: PostgresOptions = {}): Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 2,
    types,
    application_name: options.applicationName ?? 'signaux-faibles',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    ...(options.statementTimeoutMs ? { statement_timeout: options.statementTimeoutMs } : {}),
  })
  // A connection lost while idle is replaced by the next query; without a listener it would stop the process.
  pool.on('error', () => {})
  return pool
}

/** Runs `work` in one transaction; its throw rolls back. Errors of the driver come out translated. */
export const withTransaction = async <T>(pool: Pool, work: (connection: Connection) => Promise<T>): Promise<T> => {
  const connection = await withPostgresErrors(() => pool.connect())
  let lost: Error | undefined
  try {
    await connection.query('begin')
    const result = await work(connection)
    await connection.query('commit')
    return result
  } catch (error) {
    await connection.query('rollback').catch((failure: Error) => {
      lost = failure
    })
    throw translatePostgresError(error)
  } finally {
    connection.release(lost)
  }
}

const UNIQUE_VIOLATION = '23505'
/** Classes 08 (connection) and 57P (shutdown, cannot connect now), too many connections, statement or lock timeout, serialization, deadlock. */
const UNAVAILABLE = /^(08...|57P..|53300|57014|55P03|40001|40P01)$/
const NETWORK: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENOENT', 'EAI_AGAIN'])
/** The driver says these with a bare `Error`. */
const LOST = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/

/**
 * What a driver's error means for the platform: a duplicate key is `VERSION_CONFLICT`, a server that cannot be reached or cannot serve
 * in time is `DATABASE_DOWN`; anything else comes back as it is (a bug). The original is kept as `cause`; nothing of it is shown.
 */
export const translatePostgresError = (error: unknown): unknown => {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === UNIQUE_VIOLATION) return new AppError('VERSION_CONFLICT', 'Cet enregistrement existe déjà ou vient d’être modifié.', { cause: error })
  if (UNAVAILABLE.test(code) || NETWORK.has(code) || LOST.test(error.message)) {
    return new AppError('DATABASE_DOWN', 'La base de données ne répond pas.', {
      cause: error,
    })
  }
  return error
}

/** Runs `work` and throws the translation of what it throws. */
export const withPostgresErrors = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw translatePostgresError(error)
  }
}
