/**
 * One text per content: keys sorted in byte order at every level, no blanks, dates as `AAAA-MM-JJT00:00:00Z`
 * (raw-formats §1.11, §1.12). Used to choose between two entries of equal hash, so that arrival order cannot decide,
 * and to fingerprint documents.
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return JSON.stringify(isoInstant(value))
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined)
    entries.sort(([a], [b]) => compareBytes(a, b))
    return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return `{"$numberDouble":"${value}"}`
  return JSON.stringify(value)
}

/** Without milliseconds when there are none, as the import writes dates. */
export const isoInstant = (date: Date): string => date.toISOString().replace('.000Z', 'Z')

/** Order of two texts by their UTF-8 bytes, which is the order of their code points (not that of UTF-16 units). */
export const compareBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      const surrogates = x >= 0xd800 && y >= 0xd800
      return surrogates ? fold(x) - fold(y) : x - y
    }
  }
  return a.length - b.length
}

/** Surrogates (0xD800–0xDFFF) code points above 0xFFFF, hence sort after 0xE000–0xFFFF. */
const fold = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit + 0x2000)
