import { addMonths, firstOfMonth, formatDay } from '../../domain/month.ts'
import { type Pool, type Queryable, withPostgresErrors, withTransaction } from './connect.ts'

/** Makes the partitions of the journal from the month of `at` to `months` later. Returns how many were missing. */
export const ensureJournalPartitions = (db: Queryable, at: Date, months: number): Promise<number> =>
  withPostgresErrors(async () => {
    let made = 0
    for (let ahead = 0; ahead <= months; ahead++) {
      const { rows } = await db.query<{ made: boolean }>('select journal.ensure_partition($1::date) as made', [formatDay(addMonths(firstOfMonth(at), ahead))])
      if (rows[0]?.made === true) made += 1
    }
    return made
  })

/** Monthly partitions of the journal that hold nothing after `before`, dropped whole. Returns their names. */
export const dropJournalBefore = (pool: Pool, before: Date): Promise<string[]> =>
  withTransaction(pool, async (connection) => {
    const last = formatDay(addMonths(firstOfMonth(before), -1))
      .slice(0, 7)
      .replace('-', '')
    const { rows } = await connection.query<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'journal.requete'::regclass and c.relname ~ '^requete_[0-9]{6}$' and c.relname <= $1 order by c.relname`,
      [`requete_${last}`],
    )
    for (const { name } of rows) await connection.query(`drop table journal.${connection.escapeIdentifier(name)}`)
    // What the default partition holds is deleted row by row: there should be nothing.
    await connection.query('delete from journal.requete_default where at < $1', [firstOfMonth(before)])
    return rows.map(({ name }) => name)
  })

/** Deletes the sheets that expired before this instant: no read has shown them since. Returns their number. */
export const purgeExpiredSheets = (db: Queryable, before: Date): Promise<number> =>
  withPostgresErrors(async () => (await db.query('delete from feuillet where perime_le <= $1', [before])).rowCount ?? 0)

/** A user as the identity provider knows it. */
export type KnownUser = { id: string; username: string; firstname: string | null; lastname: string | null; roles: readonly string[] }

/** Replaces the table of users, in one transaction (datapi §1.3). */
export const replaceUsers = (pool: Pool, users: readonly KnownUser[]): Promise<void> =>
  withTransaction(pool, async (connection) => {
    await connection.query('delete from utilisateur')
    await connection.query('insert into utilisateur select * from json_populate_recordset(null::utilisateur, $1::json)', [JSON.stringify(users)])
  })
