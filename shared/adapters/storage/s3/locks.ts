import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import type { Lease, Locks } from '../../../domain/deposit/storage.ts'
import { AppError } from '../../../domain/errors.ts'
import { keys } from './keys.ts'
import type { Bucket } from './objects.ts'

const Token = z.object({ holder: z.string(), expiry: z.number() })

/** Locks as objects written under condition: absent, or still the expired token that was read. The library has none of its own (upload §6 fault 3). */
export const objectLocks = (bucket: Bucket, leaseMs: number, now: () => number = Date.now): Locks => {
  const tokenOf = (holder: string) => JSON.stringify({ holder, expiry: now() + leaseMs })

  const tryOnce = async (key: string, holder: string): Promise<string | false> => {
    const found = await bucket.readText(key)
    if (found === undefined) return bucket.writeText(key, tokenOf(holder), { absent: true })
    const token = Token.safeParse(JSON.parse(found.text))
    return token.success && token.data.expiry >= now() ? false : bucket.writeText(key, tokenOf(holder), { etag: found.etag })
  }

  const lease = (key: string, holder: string, first: string): Lease => {
    let etag = first
    return {
      async held() {
        return (await bucket.readText(key))?.etag === etag
      },
      async renew() {
        const next = await bucket.writeText(key, tokenOf(holder), { etag })
        if (next === false) throw new AppError('LOCKED', 'Le verrou de ce dépôt a été perdu.')
        etag = next
      },
      async release() {
        // An expired token rather than a removal, which cannot be made conditional everywhere; `sweep` clears it.
        await bucket.writeText(key, JSON.stringify({ holder: '', expiry: 0 }), { etag })
      },
    }
  }

  return {
    async acquire(id, { waitMs, signal }) {
      const key = keys.lock(id)
      const holder = randomUUID()
      const until = now() + waitMs
      for (;;) {
        const etag = await tryOnce(key, holder)
        if (etag !== false) return lease(key, holder, etag)
        if (signal?.aborted || now() >= until) throw new AppError('LOCKED', 'Une autre requête est en cours sur ce dépôt.')
        await pause(20 + Math.random() * 40)
      }
    },
  }
}
