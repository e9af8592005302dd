import { migrate } from '../shared/adapters/postgres/migrate.ts'
import { provisionStorage } from '../shared/adapters/storage/provision.ts'
import { IDENTITY_GROUP, IDENTITY_PASSWD, PUBLIC_DIR_OWNER } from './identities.ts'

/** Schema of PostgreSQL and directories of the storage, made before any function runs. Can be done again on what is there. */
export const prepare = async ({ postgres, efs }: { postgres: string; efs: string }): Promise<void> => {
  await migrate(postgres)
  await provisionStorage({ base: efs, passwd: IDENTITY_PASSWD, group: IDENTITY_GROUP, publicOwner: PUBLIC_DIR_OWNER })
}
