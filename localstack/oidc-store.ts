import type { Adapter, AdapterPayload } from 'oidc-provider'

/**
 * Where the issuer keeps sessions, codes and refresh tokens: in memory, until they expire. One store for every kind of object,
 * since revoking a grant reaches several of them.
 */
export const memoryStore = (): ((kind: string) => Adapter) => {
  const entries = new Map<string, { payload: AdapterPayload; expiresAt: number }>()

  const read = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt > Date.now()) return entry.payload
    entries.delete(key)
    return undefined
  }

  return (kind) => {
    const keyOf = (id: string): string => `${kind}:${id}`
    const findBy = (field: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
      for (const key of entries.keys()) {
        const payload = key.startsWith(`${kind}:`) ? read(key) : undefined
        if (payload?.[field] === value) return payload
      }
      return undefined
    }
    return {
      upsert: async (id, payload, expiresIn) => {
        entries.set(keyOf(id), { payload, expiresAt: Date.now() + (expiresIn ?? 86_400) * 1000 })
      },
      find: async (id) => read(keyOf(id)),
      findByUid: async (uid) => findBy('uid', uid),
      findByUserCode: async (code) => findBy('userCode', code),
      consume: async (id) => {
        const payload = read(keyOf(id))
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => {
        entries.delete(keyOf(id))
      },
      revokeByGrantId: async (grant) => {
        for (const [key, { payload }] of entries) if (payload.grantId === grant) entries.delete(key)
      },
    }
  }
}
