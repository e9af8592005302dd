import { type Accounts, gidOf, type Profile, publicGroup, spacesOf, uidOf } from './identity.ts'
import type { DepositRecord } from './record.ts'

/** Owner, group and mode of something on the storage. */
export type Rights = { uid: number; gid: number; mode: number }

/** Settings of a storage: the accounts, the profile of upload §1.6, and who owns `public/` (observation (a) there). */
export type StorageLayout = { accounts: Accounts; profile: Profile; publicOwner: string }

/** A directory of the storage, by its path under the base. */
export type Directory = { path: string; rights: Rights }

/** Hidden directories of the service under `tusd/` (upload §4.2). Each is flat, so that `sweep` lists what is under way, never the whole history. */
export const HIDDEN_DIRECTORIES = ['.state', '.pending', '.locks', '.tmp', '.quarantine'] as const

const rights = (layout: StorageLayout, user: string, group: string, mode: number): Rights => ({
  uid: uidOf(user, layout.accounts),
  gid: gidOf(group, layout.accounts),
  mode,
})

/** Rights of what the service keeps for itself: records, marks, files being received. */
export const ownRights = (layout: StorageLayout, mode: number): Rights => rights(layout, 'goup', 'goup', mode)

/** Mode of a file while it is received, under either profile. */
export const RECEIVING_MODE = 0o660

/** Mode of a record: `import` reads it through its group. */
export const RECORD_MODE = 0o640

/** Mode of an infected file: nobody but the service (upload §4.3 step 3). */
export const QUARANTINE_MODE = 0o600

/** Where a deposit is published and with which rights (upload §1.6). */
export const placementOf = (record: Pick<DepositRecord, 'owner' | 'private'>, layout: StorageLayout): { directory: Directory; file: Rights } => {
  const name = record.private ? record.owner : 'public'
  const directory = directoryOf(name, layout)
  if (layout.profile === 'strict') {
    return { directory, file: rights(layout, 'goup', record.private ? record.owner : 'public', 0o640) }
  }
  return { directory, file: rights(layout, record.owner, record.private ? 'goup' : 'users', 0o660) }
}

const directoryOf = (name: string, layout: StorageLayout): Directory => {
  const mode = layout.profile === 'strict' ? 0o750 : 0o770
  if (name === 'public') {
    const owner = layout.profile === 'strict' ? 'goup' : layout.publicOwner
    return { path: 'public', rights: rights(layout, owner, publicGroup(layout.profile), mode) }
  }
  return { path: name, rights: layout.profile === 'strict' ? rights(layout, 'goup', name, mode) : rights(layout, name, 'goup', mode) }
}

/**
 * Every directory that provisioning makes, parents first (upload §2.4). `work/` exists only where an account `import` does. The base itself (`.`)
 * is the service's under `strict` alone: the table of the example says nothing of it (upload §1.6).
 */
export const directoriesOf = (layout: StorageLayout): Directory[] => {
  const isStrict = layout.profile === 'strict'
  const own = [
    ...(isStrict ? [{ path: '.', rights: ownRights(layout, 0o750) }] : []),
    { path: 'tusd', rights: ownRights(layout, isStrict ? 0o750 : 0o770) },
    ...HIDDEN_DIRECTORIES.map((name) => ({ path: `tusd/${name}`, rights: ownRights(layout, 0o750) })),
  ]
  const hasImport = layout.accounts.users.has('import') && layout.accounts.groups.has('import')
  const work = hasImport ? [{ path: 'work', rights: rights(layout, 'import', 'import', 0o700) }] : []
  return [...own, directoryOf('public', layout), ...work, ...spacesOf(layout.accounts, layout.profile).map((name) => directoryOf(name, layout))]
}
