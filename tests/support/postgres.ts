import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, inject } from 'vitest'
import { connectPostgres, type Pool } from '../../shared/adapters/postgres/connect.ts'

/** A database of a test: migrated, empty of published data, dropped by `drop`. */
export type TestDatabase = { url: string; pool: Pool; drop(): Promise<void> }

export type TestPostgres = {
  /** A fresh database, cloned from a template that was migrated once. `empty`: without the schema. */
  create(options?: { empty?: boolean }): Promise<TestDatabase>
  withDb<T>(run: (pool: Pool, url: string) => Promise<T>): Promise<T>
}

/** Databases on the server that the files of the level share (`postgres-server.ts`). */
export const usePostgres = (): TestPostgres => {
  let admin: Pool | undefined
  const { base, template } = inject('postgres')

  beforeAll(() => {
    admin = connectPostgres(`${base}postgres`, { max: 1 })
  })
  afterAll(async () => {
    await admin?.end()
  })

  const create: TestPostgres['create'] = async ({ empty = false } = {}) => {
    if (admin === undefined) throw new Error('the server of the tests is not started')
    const name = `t_${randomUUID().replaceAll('-', '')}`
    await admin.query(`create database ${name} template ${empty ? 'template0' : template}`)
    const url = base + name
    const pool = connectPostgres(url, { max: 8 })
    const drop = async (): Promise<void> => {
      await pool.end()
      await admin?.query(`drop database ${name} with (force)`)
    }
    return { url, pool, drop }
  }
  return {
    create,
    withDb: async (run) => {
      const database = await create()
      try {
        return await run(database.pool, database.url)
      } finally {
        await database.drop()
      }
    },
  }
}
