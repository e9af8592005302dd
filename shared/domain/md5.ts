import { compressBlock } from './md5-block.ts'

const BLOCK = 64
const WORDS = BLOCK / 4

/**
 * MD5 of one text after another, for texts that are much alike. Each is written in `bytes`, where the one before still stands, but for what
 * follows its end; the blocks that begin it as they began the one before are not computed again. The words of a block are those of the machine,
 * little-endian as MD5 wants them, as on every processor that Node runs this on.
 */
export class Md5 {
  readonly bytes: Uint8Array
  readonly #words: Int32Array
  /** The blocks of the last text, and the state before each of them. */
  readonly #before: Int32Array
  readonly #states: Int32Array
  readonly #digests: Buffer
  #blocks = 0

  /** `capacity`: bytes of the longest text. */
  constructor(capacity: number) {
    const blocks = blocksOf(capacity)
    this.bytes = new Uint8Array(blocks * BLOCK)
    this.#words = new Int32Array(this.bytes.buffer)
    this.#before = new Int32Array(blocks * WORDS)
    this.#states = new Int32Array((blocks + 1) * 4)
    this.#states.set([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476])
    this.#digests = Buffer.from(this.#states.buffer)
  }

  /** Of the first `length` bytes, in lower-case hexadecimal. What follows them is overwritten. */
  digest(length: number): string {
    const blocks = blocksOf(length)
    this.#end(length, blocks)
    const words = this.#words
    const before = this.#before
    const size = blocks * WORDS
    let at = 0
    while (at < size && words[at] === before[at]) at++
    for (let block = Math.min(at >> 4, this.#blocks); block < blocks; block++) compressBlock(words, block * WORDS, this.#states, block * 4)
    for (; at < size; at++) before[at] = words[at] ?? 0
    this.#blocks = blocks
    return this.#digests.toString('hex', blocks * 16, blocks * 16 + 16)
  }

  /** The bit and the length that close a text. */
  #end(length: number, blocks: number): void {
    const { bytes } = this
    const end = blocks * BLOCK
    bytes[length] = 0x80
    for (let at = length + 1; at < end - 8; at++) bytes[at] = 0
    const words = this.#words
    words[end / 4 - 2] = length << 3
    words[end / 4 - 1] = length >>> 29
  }
}

/** Of a text with the byte and the eight of its length that follow it. */
const blocksOf = (length: number): number => ((length + 8) >> 6) + 1
