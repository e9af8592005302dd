import { describe, expect, it } from 'vitest'
import { usePostgres } from '../../../tests/support/postgres.ts'
import { AppError } from '../../domain/errors.ts'
import { connectPostgres } from './connect.ts'
import { migrate, migratePool } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'

const postgres = usePostgres()

describe('migrate', () => {
  it('applies every step once, whoever runs it and however many at a time', async () => {
    const database = await postgres.create({ empty: true })
    try {
      const reports = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)])
      expect(reports.flatMap((report) => report.applied).sort()).toEqual(MIGRATIONS.map((migration) => migration.number))
      expect((await migrate(database.url)).applied).toEqual([])
      const { rows } = await database.pool.query('select count(*) as n from naf')
      expect(rows[0].n).toBe(732)
    } finally {
      await database.drop()
    }
  })

  it('leaves nothing of a step that fails, so that it can be tried again', async () => {
    const database = await postgres.create({ empty: true })
    try {
      const broken = {
        number: MIGRATIONS.length + 1,
        name: 'broken',
        breaking: false,
        sql: 'create table half (a int); select 1/0',
      }
      await expect(migratePool(database.pool, [...MIGRATIONS, broken])).rejects.toThrow('division by zero')
      const { rows } = await database.pool.query(`select to_regclass('half') as half, (select max(number) from migration) as last`)
      expect(rows[0]).toEqual({ half: null, last: MIGRATIONS.length })
    } finally {
      await database.drop()
    }
  })

  it('refuses a database that is ahead with a breaking step, and accepts one that is ahead with a compatible one', async () => {
    await postgres.withDb(async (pool) => {
      await pool.query(`insert into migration (number, name, breaking) values (98, 'compatible', false)`)
      await expect(migratePool(pool)).resolves.toEqual({ applied: [] })
      await pool.query(`insert into migration (number, name, breaking) values (99, 'other world', true)`)
      await expect(migratePool(pool)).rejects.toThrow('other world')
    })
  })

  it('the numbers of the steps follow each other', () => {
    expect(MIGRATIONS.map((migration) => migration.number)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })

  it('the journal moves rows of the default partition into the one of their month', async () => {
    await postgres.withDb(async (pool) => {
      const row = `insert into journal.requete (at, request_id, method, route, path, status, duration_ms) values ('2026-03-31T23:30:00Z', 'r', 'GET', '/', '/', 200, 1)`
      await pool.query(row)
      const made = await Promise.all([0, 1, 2].map(() => pool.query(`select journal.ensure_partition('2026-03-15') as made`)))
      expect(made.filter((answer) => answer.rows[0].made)).toHaveLength(1)
      const { rows } = await pool.query('select (select count(*) from journal.requete_202603) as month, (select count(*) from journal.requete_default) as rest')
      expect(rows[0]).toEqual({ month: 1, rest: 0 })
    })
  })
})

describe('connectPostgres', () => {
  it('reads int8 and numeric as numbers and a date as midnight UTC', async () => {
    await postgres.withDb(async (pool) => {
      const { rows } = await pool.query(`select 9007199254740991::int8 as big, 1.5::numeric as part, '2025-03-30'::date as day`)
      expect(rows[0]).toEqual({
        big: 9007199254740991,
        part: 1.5,
        day: new Date('2025-03-30T00:00:00Z'),
      })
    })
  })

  it('a server that does not answer is an unavailable database, not a bug', async () => {
    const pool = connectPostgres('postgres://nobody@127.0.0.1:1/none')
    await expect(migratePool(pool)).rejects.toSatisfy((error) => error instanceof AppError && error.code === 'DATABASE_DOWN')
    await pool.end()
  })
})
