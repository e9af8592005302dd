import type { Stored } from './collection-index.ts'
import { CommandError, notImplemented } from './errors.ts'
import { EMPTY_ARRAY, encode } from './key.ts'
import { isDocument, reach, topOf } from './path.ts'
import type { Sort } from './plan.ts'
import { bytesOf, type Document, pick } from './raw.ts'

/** Reads `{ a: 1, b: -1 }`. */
export const readSort = (given: unknown): Sort => {
  if (given === undefined) return []
  if (!isDocument(given)) throw new CommandError('TypeMismatch', 'sort must be a document')
  return Object.entries(given).map(([path, direction]) => {
    if (isDocument(direction)) throw notImplemented('a sort by metadata')
    if (direction !== 1 && direction !== -1) throw new CommandError('BadValue', 'a sort is 1 or -1')
    return [path, direction] as const
  })
}

/** An array sorts by its lowest element upwards, by its greatest downwards. */
const sortKey = (document: Document, parts: readonly string[], direction: 1 | -1): string => {
  let best: string | undefined
  const take = (key: string): void => {
    if (best === undefined || (direction === 1 ? key < best : key > best)) best = key
  }
  reach(document, parts, 0, (value) => {
    if (Array.isArray(value) && value.length > 0) for (const item of value) take(encode(item))
    else take(Array.isArray(value) ? EMPTY_ARRAY : encode(value))
    return false
  })
  return best ?? encode(null)
}

export const sortBy = <T>(items: readonly T[], sort: Sort, read: (item: T) => Document): T[] => {
  const paths = sort.map(([path, direction]) => ({
    parts: path.split('.'),
    direction,
  }))
  const keyed = items.map((item) => {
    const document = read(item)
    return {
      item,
      keys: paths.map(({ parts, direction }) => sortKey(document, parts, direction)),
    }
  })
  keyed.sort((a, b) => {
    for (const [i, { direction }] of paths.entries()) {
      const left = a.keys[i] ?? ''
      const right = b.keys[i] ?? ''
      if (left !== right) return left < right ? -direction : direction
    }
    return 0
  })
  return keyed.map(({ item }) => item)
}

export const sortStored = (items: readonly Stored[], sort: Sort): Stored[] => {
  const fields = new Set(sort.map(([path]) => topOf(path)))
  return sortBy(items, sort, (item) => pick(bytesOf(item.raw), fields))
}
