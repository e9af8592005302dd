import { AppError } from '../../domain/errors.ts'
import { type Connection, connectPostgres, type Pool, withTransaction } from './connect.ts'
import { loadReferentials } from './load-referentials.ts'
import { MIGRATIONS, type Migration } from './migrations/index.ts'
import { grantRights } from './rights.ts'

/** Numbers of the steps that this call applied. */
export type MigrationReport = { applied: number[] }

/**
 * Brings the schema of the database at `url` to that of this code and fills the referentials. Can be run by any number of processes at
 * once, and again. Throws `STATE_CONFLICT` when the database is ahead with a step that this code cannot live with.
 */
export const migrate = async (url: string): Promise<MigrationReport> => {
  const pool = connectPostgres(url, { max: 1, applicationName: 'migrate' })
  try {
    return await migratePool(pool)
  } finally {
    await pool.end()
  }
}

/** As `migrate`, on a pool that is already there. `migrations` is for tests. */
export const migratePool = async (pool: Pool, migrations: readonly Migration[] = MIGRATIONS): Promise<MigrationReport> => {
  await withTransaction(pool, createTable)
  await refuseIfAhead(pool, migrations)
  const applied: number[] = []
  for (const migration of migrations) {
    if (await withTransaction(pool, (connection) => apply(connection, migration))) applied.push(migration.number)
  }
  await withTransaction(pool, loadReferentials)
  await withTransaction(pool, grantRights)
  return { applied }
}

/** `create table if not exists` is not safe against itself: two sessions may both find nothing. */
const createTable = async (connection: Connection): Promise<void> => {
  await connection.query(`select pg_advisory_xact_lock(hashtext('migration'))`)
  await connection.query(`
    create table if not exists migration (
      number integer primary key,
      name text not null,
      breaking boolean not null,
      applied_at timestamptz not null default now()
    )`)
}

const refuseIfAhead = async (pool: Pool, migrations: readonly Migration[]): Promise<void> => {
  const known = migrations.at(-1)?.number ?? 0
  const { rows } = await pool.query<{ number: number; name: string }>(
    'select number, name from migration where breaking and number > $1 order by number limit 1',
    [known],
  )
  const ahead = rows[0]
  if (ahead !== undefined) throw new AppError('STATE_CONFLICT', `the database has migration ${ahead.number} (${ahead.name}), which this version does not know`)
}

/** The number is inserted first: a second runner waits there for the first one, then finds that the work is done. */
const apply = async (connection: Connection, { number, name, breaking, sql }: Migration): Promise<boolean> => {
  const mine = await connection.query('insert into migration (number, name, breaking) values ($1, $2, $3) on conflict do nothing', [number, name, breaking])
  if (mine.rowCount === 0) return false
  await connection.query(sql)
  return true
}
