import { access } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { IDENTITY_GROUP, IDENTITY_PASSWD } from './identities.ts'

/** Schema of PostgreSQL and directories of the storage, made before any function runs. */
export const prepareDatabases = async ({ postgres, efs }: { postgres: string; efs: string }): Promise<void> => {
  const adapters = path.resolve(import.meta.dirname, '..', 'shared', 'adapters')
  const migrate = await optional(path.join(adapters, 'postgres', 'migrate.ts'), 'migrate')
  await migrate?.(postgres)
  const provision = await optional(path.join(adapters, 'storage', 'provision.ts'), 'provisionStorage')
  await provision?.({ base: efs, passwd: IDENTITY_PASSWD, group: IDENTITY_GROUP, publicOwner: 'user1' })
}

const optional = async (file: string, name: string): Promise<((argument: unknown) => Promise<unknown>) | undefined> => {
  if (!(await access(file).then(() => true, () => false))) return undefined
  return (await import(pathToFileURL(file).href))[name]
}
