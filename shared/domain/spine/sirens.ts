/** Sets of SIRENs, packed as ascending 32-bit integers: 4 bytes each, so that the whole register fits in memory. */

export const unpackSiren = (packed: number): string => String(packed).padStart(9, '0')

/** Ascending, without duplicates. */
export const packSirens = (sirens: Iterable<string>): Uint32Array => sortUnique(Uint32Array.from(sirens, Number))

export const sortUnique = (values: Uint32Array): Uint32Array => {
  const sorted = values.slice().sort()
  let kept = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i] ?? 0
  }
  return sorted.slice(0, kept)
}

/** Union of ascending arrays. */
export const unionSirens = (parts: readonly Uint32Array[]): Uint32Array => {
  if (parts.length === 1 && parts[0]) return parts[0]
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return sortUnique(all)
}

/** How many members two ascending arrays share. */
export const countShared = (a: Uint32Array, b: Uint32Array): number => {
  let shared = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const x = a[i] ?? 0
    const y = b[j] ?? 0
    if (x === y) shared++
    if (x <= y) i++
    if (y <= x) j++
  }
  return shared
}

/** Is `siren` in the ascending array? */
export const hasSiren = (packed: Uint32Array, siren: string): boolean => {
  const wanted = Number(siren)
  let low = 0
  let high = packed.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const value = packed[middle] ?? 0
    if (value === wanted) return true
    if (value < wanted) low = middle + 1
    else high = middle - 1
  }
  return false
}
