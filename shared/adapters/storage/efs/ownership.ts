import type { FileHandle } from 'node:fs/promises'
import type { Rights } from '../../../domain/deposit/placement.ts'
import type { Intended } from '../../../domain/deposit/record.ts'
import { hasCode } from './errors.ts'

/** Gives a file its mode, owner and group. What it was not allowed to do, it gives back as intended. */
export type Ownership = { apply(handle: FileHandle, rights: Rights): Promise<Intended | null>; enforced: boolean }

/**
 * `root`: owners are changed or it is an error. `auto`: owners are changed where the system lets us (as root, or through an access
 * point of uid 0, which a process cannot see of itself), else the group alone is tried and the rest is recorded (upload §2.5).
 */
export type OwnershipMode = 'root' | 'auto'

/** `enforced` says whether owners found on the storage can be held against what is expected. */
export const ownership = (mode: OwnershipMode): Ownership => ({
  enforced: mode === 'root' || process.geteuid?.() === 0,
  async apply(handle, { uid, gid, mode: permissions }) {
    await handle.chmod(permissions) // first: once given away, only root could still change it; explicit, because of umask (upload §2.5)
    try {
      await handle.chown(uid, gid)
      return null
    } catch (error) {
      if (mode === 'root' || !hasCode(error, 'EPERM', 'EINVAL')) throw error
    }
    try {
      await handle.chown(-1, gid)
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EINVAL')) throw error
    }
    return { uid, gid, mode: permissions.toString(8) }
  },
})

/** Owner and group for what the service keeps for itself, when the process is root on a machine of its own; an access point imposes them. */
export type Custodian = { uid: number; gid: number } | undefined

/** Whether this process must give what it creates to the service's account. */
export const needsCustodian = (): boolean => process.geteuid?.() === 0
