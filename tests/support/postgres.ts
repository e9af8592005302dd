import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { startPostgres } from '../../localstack/postgres.ts'
import { connectPostgres, type Pool } from '../../shared/adapters/postgres/connect.ts'
import { migrate } from '../../shared/adapters/postgres/migrate.ts'

/** A database of a test: migrated, empty of published data, dropped by `drop`. */
export type TestDatabase = { url: string; pool: Pool; drop(): Promise<void> }

export type TestPostgres = {
  /** A fresh database, cloned from a template that was migrated once. `empty`: without the schema. */
  create(options?: { empty?: boolean }): Promise<TestDatabase>
  withDb<T>(run: (pool: Pool, url: string) => Promise<T>): Promise<T>
}

const TEMPLATE = 'platform_template'

/** Starts a server of its own for the test file that calls it, and stops it after. */
export const usePostgres = (): TestPostgres => {
  let admin: Pool | undefined
  let base = ''
  let stop: () => Promise<void> = async () => {}

  beforeAll(async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'sf-test-pg-'))
    await chmod(directory, 0o755)
    const server = await startPostgres({
      directory: path.join(directory, 'server'),
      scratch: directory,
      database: TEMPLATE,
    })
    base = server.url.slice(0, server.url.lastIndexOf('/') + 1)
    await migrate(server.url)
    admin = connectPostgres(`${base}postgres`, { max: 1 })
    stop = async () => {
      await admin?.end()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  })
  afterAll(() => stop())

  const create: TestPostgres['create'] = async ({ empty = false } = {}) => {
    if (admin === undefined) throw new Error('the server of the tests is not started')
    const name = `t_${randomUUID().replaceAll('-', '')}`
    await admin.query(`create database ${name} template ${empty ? 'template0' : TEMPLATE}`)
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
