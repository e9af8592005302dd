import { expect, it } from 'vitest'
import { usePostgres } from '../../../tests/support/postgres.ts'
import { writeJournal } from './journal.ts'
import { dropJournalBefore, ensureJournalPartitions, purgeExpiredSheets, replaceUsers } from './maintenance.ts'

const postgres = usePostgres()
const line = {
  requestId: 'r',
  sub: 's',
  username: 'u',
  email: null,
  segment: null,
  roles: ['75'],
  method: 'GET',
  route: '/listes',
  path: '/api/listes',
  params: {},
  sirens: [],
  sirets: [],
  groupes: [],
  status: 200,
  durationMs: 3,
  page: null,
}

it('the journal takes a line whatever its month, and loses only whole months past the retention', () =>
  postgres.withDb(async (pool) => {
    for (const at of ['2024-01-31T23:59:59Z', '2024-02-10T00:00:00Z', '2026-03-01T00:00:00Z']) await writeJournal(pool, { ...line, at: new Date(at) })
    await ensureJournalPartitions(pool, new Date('2024-01-15T00:00:00Z'), 0)
    expect(await ensureJournalPartitions(pool, new Date('2026-03-15T00:00:00Z'), 3)).toBe(4)
    expect(await ensureJournalPartitions(pool, new Date('2026-03-15T00:00:00Z'), 3)).toBe(0)
    expect(await dropJournalBefore(pool, new Date('2024-02-20T00:00:00Z'))).toEqual(['requete_202401'])
    const { rows } = await pool.query('select at from journal.requete order by at')
    expect(rows.map((row) => row.at.toISOString().slice(0, 10))).toEqual(['2024-02-10', '2026-03-01'])
  }))

it('a role with insert alone writes the journal and cannot read it back', () =>
  postgres.withDb(async (pool) => {
    const connection = await pool.connect()
    try {
      await connection.query(
        `create role writer_${process.pid}; grant usage on schema journal to writer_${process.pid}; grant insert on journal.requete to writer_${process.pid}`,
      )
      await connection.query(`set role writer_${process.pid}`)
      await writeJournal(connection, { ...line, at: new Date() })
      await expect(connection.query('select * from journal.requete')).rejects.toThrow('permission denied')
      await expect(connection.query('delete from journal.requete')).rejects.toThrow('permission denied')
    } finally {
      await connection.query('reset role')
      await connection.query(`drop owned by writer_${process.pid}; drop role writer_${process.pid}`)
      connection.release()
    }
  }))

it('sheets leave some time after they expired, the others stay', () =>
  postgres.withDb(async (pool) => {
    await pool.query(
      `insert into feuillet (panier, cle, valeur, auteur, perime_le) values ('p', '{"k": "1"}', '{}', 'a', '2026-01-01'), ('p', '{"k": "2"}', '{}', 'a', '2026-03-01'), ('p', '{"k": "3"}', '{}', 'a', null)`,
    )
    expect(await purgeExpiredSheets(pool, new Date('2026-02-01T00:00:00Z'))).toBe(1)
    expect((await pool.query('select from feuillet')).rowCount).toBe(2)
  }))

it('the table of users is replaced whole', () =>
  postgres.withDb(async (pool) => {
    await replaceUsers(pool, [{ id: '1', username: 'a', firstname: null, lastname: null, roles: ['75'] }])
    await replaceUsers(pool, [{ id: '2', username: 'b', firstname: 'B', lastname: 'C', roles: [] }])
    expect((await pool.query('select id, roles from utilisateur')).rows).toEqual([{ id: '2', roles: [] }])
  }))
