import { constants, type Stats } from 'node:fs'
import { chmod, type FileHandle, lstat, mkdir, open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from '../../domain/deposit/identity.ts'
import {
  type Directory,
  directoriesOf,
  ownRights,
  placementOf,
  QUARANTINE_MODE,
  RECEIVING_MODE,
  type Rights,
  type StorageLayout,
} from '../../domain/deposit/placement.ts'
import type { DepositRecord } from '../../domain/deposit/record.ts'
import { AppError } from '../../domain/errors.ts'
import { hasCode, translateFsError } from './efs/errors.ts'
import { tusdPaths } from './efs/layout.ts'
import { type OwnershipMode, ownership } from './efs/ownership.ts'
import { fileRecords } from './efs/records.ts'
import { readAccounts } from './identity-files.ts'

/** `passwd` and `group` are the identity files, as texts or by their absolute paths (upload §2.3). */
export type ProvisionOptions = { base: string; passwd: string; group: string; profile?: Profile; publicOwner?: string; ownership?: OwnershipMode }

/** The layout that these settings describe. Throws `CONFIG_INVALID`. */
export const layoutOf = ({ passwd, group, profile = 'seed', publicOwner = 'goup' }: Omit<ProvisionOptions, 'base'>): StorageLayout => ({
  accounts: readAccounts(passwd, group, profile),
  profile,
  publicOwner,
})

/** What provisioning did to a directory. `intended` is what could not be set without being root. */
export type Provisioned = { path: string; done: 'made' | 'mended' | 'kept'; intended: string | null }

/**
 * Makes the directories of the storage with their owner, group and mode (upload §2.4). Can be run again: what is right stays, what
 * differs is mended, files are never touched. Throws `STATE_CONFLICT` where something else than a directory is in the way.
 */
export const provisionStorage = async (options: ProvisionOptions): Promise<Provisioned[]> => {
  const made = await mkdir(options.base, { recursive: true, mode: 0o755 })
  if (made !== undefined) await chmod(options.base, 0o755) // whatever the umask is
  const settings = { ...options, base: await realpath(options.base) }
  const done: Provisioned[] = []
  for (const directory of directoriesOf(layoutOf(options))) done.push(await provision(settings, directory))
  return done
}

const provision = async ({ base, ownership: mode = 'auto' }: ProvisionOptions, { path, rights }: Directory): Promise<Provisioned> => {
  const target = join(base, path)
  const isNew = await mkdir(target, { mode: 0o700 }).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'EEXIST')) return false
      throw translateFsError(error)
    },
  )
  const handle = await openDirectory(target, path)
  try {
    const before = await handle.stat()
    if (!isNew && differences(before, rights).length === 0) return { path, done: 'kept', intended: null }
    const intended = await ownership(mode).apply(handle, rights)
    return { path, done: isNew ? 'made' : 'mended', intended: intended && `${intended.uid}:${intended.gid} ${intended.mode}` }
  } finally {
    await handle.close()
  }
}

const openDirectory = async (target: string, path: string): Promise<FileHandle> => {
  try {
    return await open(target, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (cause) {
    throw new AppError('STATE_CONFLICT', `${path} is in the way: a directory is expected there`, { cause })
  }
}

/** A difference between the storage and what it should be, by path under the base. */
export type Difference = { path: string; expected: string; found: string }

export type CheckOptions = ProvisionOptions & { repair?: boolean }

/**
 * Compares directories, files and recorded intents with what they should be. Changes nothing, unless `repair`, which applies as root
 * what could not be set before; the differences are those that remain.
 */
export const checkStorage = async (options: CheckOptions): Promise<Difference[]> => {
  const found: Difference[] = []
  const layout = layoutOf(options)
  // A base that is not there misses everything.
  const base = await realpath(options.base).catch(() => options.base)
  const statsOf = (path: string) => lstat(join(base, path)).catch(() => undefined)
  const compare = async ({ path, rights, mayGoWith }: Expected, kind: 'directory' | 'file') => {
    const stats = await statsOf(path)
    if (!stats && mayGoWith !== undefined && !(await statsOf(mayGoWith))) return
    if (!stats) return void found.push({ path, expected: textOf(rights), found: 'missing' })
    const isRightKind = kind === 'directory' ? stats.isDirectory() : stats.isFile()
    if (!isRightKind) return void found.push({ path, expected: `a ${kind}`, found: 'something else' })
    if (options.repair && differences(stats, rights).length > 0) await repair(join(base, path), rights)
    const after = options.repair ? await lstat(join(base, path)) : stats
    if (differences(after, rights).length > 0)
      found.push({ path, expected: textOf(rights), found: textOf({ uid: after.uid, gid: after.gid, mode: after.mode & 0o777 }) })
  }
  for (const directory of directoriesOf(layout)) await compare(directory, 'directory')
  for (const record of await recordsOf(base)) {
    for (const file of filesOf(record, layout)) await compare(file, 'file')
  }
  return found
}

/** What must be there, and how. It is not missed where `mayGoWith` is gone too. */
type Expected = { path: string; rights: Rights; mayGoWith?: string }

/**
 * Files that a deposit must have, by its state. What was taken away downstream is not missed, nor what was freed since, what left
 * quarantine or what expired.
 */
const filesOf = (record: DepositRecord, layout: StorageLayout): Expected[] => {
  const names = [`${record.id}.bin`, `${record.id}.info`]
  if (record.state === 'expired') return []
  if (record.state === 'quarantined') return [{ path: `tusd/${names[0]}`, rights: ownRights(layout, QUARANTINE_MODE), mayGoWith: `tusd/${names[0]}` }]
  if (record.placedAt === null)
    return record.state === 'blocked' ? [] : names.map((name) => ({ path: `tusd/${name}`, rights: ownRights(layout, RECEIVING_MODE) }))
  const { directory, file } = placementOf(record, layout)
  // `sweep` frees both names in `tusd/` once the published data is gone.
  return names.flatMap((name) => [
    { path: `tusd/${name}`, rights: file, mayGoWith: `${directory.path}/${names[0]}` },
    { path: `${directory.path}/${name}`, rights: file, mayGoWith: `${directory.path}/${name}` },
  ])
}

const recordsOf = async (base: string): Promise<DepositRecord[]> => {
  const paths = tusdPaths(join(base, 'tusd'))
  const records = fileRecords(paths, undefined)
  const found: DepositRecord[] = []
  for (const name of await readdir(paths.hidden('state')).catch((): string[] => [])) {
    if (!name.endsWith('.json')) continue
    const stored = await records.read(name.slice(0, -'.json'.length))
    if (stored) found.push(stored.record)
  }
  return found
}

const repair = async (path: string, rights: Rights): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    await ownership('root').apply(handle, rights)
  } catch (cause) {
    throw new AppError('STATE_CONFLICT', 'only root can set owners', { cause })
  } finally {
    await handle.close()
  }
}

const differences = (stats: Stats, rights: Rights): string[] => [
  ...(stats.uid === rights.uid ? [] : ['uid']),
  ...(stats.gid === rights.gid ? [] : ['gid']),
  ...((stats.mode & 0o777) === rights.mode ? [] : ['mode']),
]

const textOf = ({ uid, gid, mode }: Rights): string => `${uid}:${gid} ${mode.toString(8)}`
