/** One PostgreSQL for all files of the level, with the migrated database that theirs are cloned from: a server for each costs seconds. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../../localstack/postgres.ts'
import { migrate } from '../../shared/adapters/postgres/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** `base`: address of the server, to which the name of a database is added. */
    postgres: { base: string; template: string }
  }
}

const TEMPLATE = 'platform_template'

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'sf-test-pg-'))
  await chmod(directory, 0o755)
  const server = await startPostgres({ directory: path.join(directory, 'server'), scratch: directory, database: TEMPLATE })
  await migrate(server.url)
  project.provide('postgres', { base: server.url.slice(0, server.url.lastIndexOf('/') + 1), template: TEMPLATE })
  return async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
