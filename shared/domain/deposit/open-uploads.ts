import { isOpen } from './record.ts'
import type { OpenUploads, Records } from './storage.ts'

/** Reads at once: enough to hide the latency of a network file system, few enough for its connections. */
const AT_ONCE = 16

/** Counts the uploads of a partner that are not complete among the ids under way. A record that cannot be read is not this partner's problem. */
export const countOpenUploads = async (records: Pick<Records, 'read'>, ids: readonly string[], owner: string): Promise<OpenUploads> => {
  const found = { count: 0, bytes: 0 }
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const page = await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => records.read(id).catch(() => undefined)))
    for (const stored of page) {
      if (stored?.record.owner !== owner || !isOpen(stored.record)) continue
      found.count += 1
      found.bytes += stored.record.size
    }
  }
  return found
}
