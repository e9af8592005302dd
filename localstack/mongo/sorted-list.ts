/** Entries in the order of `key`, then of `id`. Chunks keep an insertion short whatever the size of the list. */
export type Entry<T> = { key: string; id: string; item: T }

/** Keys from `from` included to `to` excluded. */
export type Range = { from: string; to: string }

export type SortedList<T> = {
  add(key: string, id: string, item: T): void
  remove(key: string, id: string): void
  /** Is there an entry of this key under another id? */
  other(key: string, id: string): T | undefined
  scan(range: Range, reverse: boolean): Iterable<T>
  /** How many entries the range holds, or any number above `enough`. */
  count(range: Range, enough: number): number
}

/** Above every key: no class of value starts with this character. */
export const AFTER_ALL = '\uffff'

const CHUNK = 512

type Chunk<T> = { keys: string[]; ids: string[]; items: T[] }

/** First position of the chunk whose (key, id) is not below the one asked. */
const lowerBound = <T>(chunk: Chunk<T>, key: string, id: string): number => {
  let low = 0
  let high = chunk.keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = chunk.keys[middle] ?? ''
    if (at < key || (at === key && (chunk.ids[middle] ?? '') < id)) low = middle + 1
    else high = middle
  }
  return low
}

export const sortedList = <T>(): SortedList<T> => {
  const chunks: Chunk<T>[] = [{ keys: [], ids: [], items: [] }]

  /** Last chunk whose first entry is not above the one asked. */
  const chunkOf = (key: string, id: string): number => {
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const first = chunks[middle]
      const at = first?.keys[0] ?? ''
      if (at < key || (at === key && (first?.ids[0] ?? '') <= id)) low = middle
      else high = middle - 1
    }
    return low
  }

  const split = (index: number, chunk: Chunk<T>): void => {
    // Ascending loads (the usual ones) leave full chunks behind them.
    const half = index === chunks.length - 1 ? CHUNK - 8 : CHUNK >> 1
    chunks.splice(index + 1, 0, {
      keys: chunk.keys.splice(half),
      ids: chunk.ids.splice(half),
      items: chunk.items.splice(half),
    })
  }

  /** The entry, at its place or just after the end of its chunk: the next one then starts the next chunk. */
  const seek = (key: string, id: string): { chunk: number; at: number } => {
    const index = chunkOf(key, id)
    const chunk = chunks[index]
    return {
      chunk: index,
      at: chunk === undefined ? 0 : lowerBound(chunk, key, id),
    }
  }

  function* forward({ from, to }: Range): Iterable<T> {
    const start = seek(from, '')
    for (let index = start.chunk; index < chunks.length; index++) {
      const chunk = chunks[index]
      for (let i = index === start.chunk ? start.at : 0; chunk !== undefined && i < chunk.keys.length; i++) {
        if ((chunk.keys[i] ?? '') >= to) return
        yield chunk.items[i] as T
      }
    }
  }

  function* backward({ from, to }: Range): Iterable<T> {
    const start = seek(to, '')
    for (let index = start.chunk; index >= 0; index--) {
      const chunk = chunks[index]
      for (let i = index === start.chunk ? start.at - 1 : (chunk?.keys.length ?? 0) - 1; chunk !== undefined && i >= 0; i--) {
        if ((chunk.keys[i] ?? '') < from) return
        yield chunk.items[i] as T
      }
    }
  }

  return {
    add: (key, id, item) => {
      const { chunk: index, at } = seek(key, id)
      const chunk = chunks[index]
      if (chunk === undefined) return
      chunk.keys.splice(at, 0, key)
      chunk.ids.splice(at, 0, id)
      chunk.items.splice(at, 0, item)
      if (chunk.keys.length > CHUNK) split(index, chunk)
    },
    remove: (key, id) => {
      const { chunk: index, at } = seek(key, id)
      const chunk = chunks[index]
      if (chunk === undefined || chunk.keys[at] !== key || chunk.ids[at] !== id) return
      chunk.keys.splice(at, 1)
      chunk.ids.splice(at, 1)
      chunk.items.splice(at, 1)
      if (chunk.keys.length === 0 && chunks.length > 1) chunks.splice(index, 1)
    },
    other: (key, id) => {
      for (const chunk of [seek(key, '').chunk, seek(key, '').chunk + 1]) {
        const { keys = [], ids = [], items = [] } = chunks[chunk] ?? {}
        for (let i = lowerBound({ keys, ids, items }, key, ''); keys[i] === key; i++) if (ids[i] !== id) return items[i]
      }
      return undefined
    },
    count: ({ from, to }, enough) => {
      const start = seek(from, '')
      const end = seek(to, '')
      let total = end.at - start.at
      for (let index = start.chunk; index < end.chunk && total <= enough; index++) total += chunks[index]?.keys.length ?? 0
      return Math.max(0, total)
    },
    scan: (range, reverse) => (reverse ? backward(range) : forward(range)),
  }
}
