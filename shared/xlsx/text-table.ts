/** Many short texts in one buffer: a third of the memory that as many strings take. */
export type TextTable = { readonly add: (text: string) => void; readonly get: (rank: number) => string | undefined }

/** `maxBytes`: what all the texts may take, with the four bytes that tell where each ends; `full` is called beyond it and must throw. */
export const newTextTable = (maxBytes: number, full: () => never): TextTable => {
  let bytes = Buffer.alloc(1 << 16)
  let ends = new Uint32Array(1 << 10)
  let count = 0
  let size = 0
  return {
    add(text) {
      const length = Buffer.byteLength(text)
      if (size + length + (count + 1) * Uint32Array.BYTES_PER_ELEMENT > maxBytes) full()
      if (size + length > bytes.length) bytes = Buffer.concat([bytes.subarray(0, size)], Math.max(bytes.length * 2, size + length))
      if (count === ends.length) {
        const more = new Uint32Array(count * 2)
        more.set(ends)
        ends = more
      }
      size += bytes.write(text, size)
      ends[count++] = size
    },
    get(rank) {
      if (!Number.isInteger(rank) || rank < 0 || rank >= count) return undefined
      return bytes.toString('utf8', rank === 0 ? 0 : ends[rank - 1], ends[rank])
    },
  }
}
