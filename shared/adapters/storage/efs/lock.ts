import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lease, Locks } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { hasCode } from './errors.ts'
import type { Custodian } from './ownership.ts'

/** Longer than the function's timeout: a holder cannot outlive its lease (upload §4.5). */
export const REQUEST_LEASE_MS = 40_000

export type LockSettings = { directory: string; leaseMs: number; custodian: Custodian; now?: () => number; onLost?: (id: string) => void }

/**
 * Locks on a shared directory (upload §4.5). A lock is a directory `<id>.lck` with one file, named `<expiry>-<random>`. It is
 * taken by renaming a directory made beforehand: the file system refuses while the target holds a token. An expired token
 * is removed by its name, which nobody else can have taken meanwhile.
 */
export const fileLocks = (settings: LockSettings): Locks => {
  const now = settings.now ?? Date.now
  const { directory, leaseMs, custodian } = settings
  return {
    async acquire(id, { waitMs, signal }) {
      const place = join(directory, `${id}.lck`)
      const draft = join(directory, `.${randomBytes(12).toString('hex')}`)
      const until = now() + waitMs
      let token = await prepare(draft, now() + leaseMs, custodian)
      try {
        for (;;) {
          token = await refreshed(draft, token, now(), leaseMs)
          if (await rename(draft, place).then(() => true, refusedBecauseHeld)) return lease(settings, id, place, token)
          await removeExpired(place, now())
          if (signal?.aborted) throw locked()
          if (now() >= until) throw locked()
          await pause(20 + Math.random() * 40)
        }
      } catch (error) {
        await unlink(join(draft, token)).catch(ignoreMissing)
        await rmdir(draft).catch(ignoreMissing)
        throw error
      }
    },
  }
}

const locked = (): AppError => new AppError('LOCKED', 'Une autre requête est en cours sur ce dépôt.')

const prepare = async (draft: string, expiry: number, custodian: Custodian): Promise<string> => {
  const token = tokenOf(expiry)
  await mkdir(draft, { mode: 0o770 })
  await (await open(join(draft, token), 'wx', 0o660)).close()
  // Otherwise the unprivileged function could not remove an expired token of `settle`.
  if (custodian) await Promise.all([chown(join(draft, token), custodian.uid, custodian.gid), chown(draft, custodian.uid, custodian.gid)])
  return token
}

/** The lease begins when the lock is taken, not when the wait for it began: a token that waited long would be stolen at once. */
const refreshed = async (draft: string, token: string, now: number, leaseMs: number): Promise<string> => {
  if (expiryOf(token) - now > leaseMs * 0.95) return token
  const next = tokenOf(now + leaseMs)
  await rename(join(draft, token), join(draft, next))
  return next
}

const expiryOf = (token: string): number => Number(token.split('-')[0])

const tokenOf = (expiry: number): string => `${Math.floor(expiry)}-${randomBytes(8).toString('hex')}`

const refusedBecauseHeld = (error: unknown): false => {
  if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false
  throw error
}

const ignoreMissing = (error: unknown): void => {
  if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error
}

const removeExpired = async (place: string, now: number): Promise<void> => {
  const tokens = await readdir(place).catch((error: unknown): string[] => {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  })
  for (const token of tokens) {
    if (expiryOf(token) < now) await unlink(join(place, token)).catch(ignoreMissing)
  }
}

const lease = (settings: LockSettings, id: string, place: string, first: string): Lease => {
  let token = first
  const lost = () => settings.onLost?.(id)
  return {
    async held() {
      // A fresh listing: a bare stat of a path may be answered from a cache (upload §2.1).
      const tokens = await readdir(place).catch((): string[] => [])
      return tokens.includes(token)
    },
    async renew() {
      const next = tokenOf((settings.now ?? Date.now)() + settings.leaseMs)
      try {
        await rename(join(place, token), join(place, next))
        token = next
      } catch (cause) {
        lost()
        throw new AppError('LOCKED', 'Le verrou de ce dépôt a été perdu.', { cause })
      }
    },
    async release() {
      try {
        await unlink(join(place, token))
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error
        lost()
        return
      }
      await rmdir(place).catch(ignoreMissing)
    },
  }
}
