import { type Dialect, MAX_RECORD, type Scanned, scanRecord } from './record.ts'

/** Where the walk is: byte offsets of the record in the file, its first physical line, its rank (0 = the header), and the piece of file that it stands in. */
export type Place = {
  start: number
  end: number
  line: number
  record: number
  text: string
  bytes: Buffer
}

/**
 * What a walk tells of each record, the empty lines left out. `plain`: a record without any quote, the bytes [from, to) of the piece, `ascii` when all of
 * them are; `scanned`: a record with quotes, or with a fault.
 */
export type Visitor = {
  plain(place: Place, from: number, to: number, ascii: boolean): void
  scanned(place: Place, from: number, record: Scanned): void
}

/** A walk goes over pieces of a file. `push` returns once every record that is whole has been told; `finish` tells the last one. */
export type Walk = { push(chunk: Uint8Array): void; finish(): void }

/** Limits of a walk, in bytes, of which a test wants smaller ones. Pieces below `piece` wait for more, so that tiny chunks do not make the walk quadratic. */
export type Limits = { readonly piece?: number; readonly maxRecord?: number }

export const PIECE = 1 << 16

/** The UTF-8 byte-order mark, as Latin-1 (§1.1: removed). */
const BOM = '\xef\xbb\xbf'

const NON_ASCII = /[\x80-\xff]/g

/** Walks over a file from `start`: the same rules for reading it (`readCsv`) and for cutting it (`planRanges`). */
export const startWalk = (dialect: Dialect, start: { offset: number; line: number; record: number }, visitor: Visitor, limits: Limits = {}): Walk => {
  const { piece = PIECE, maxRecord = MAX_RECORD } = limits
  let pieces: Uint8Array[] = []
  let size = 0
  /** A record longer than `MAX_RECORD` whose end has not come yet. */
  let lost: { start: number; line: number; lines: number } | undefined
  const place: Place = {
    start: start.offset,
    end: start.offset,
    line: start.line,
    record: start.record,
    text: '',
    bytes: Buffer.alloc(0),
  }
  let base = start.offset

  /** The end of a lost record, if it is in this piece. */
  const endOfLost = (text: string, final: boolean): number => {
    if (lost === undefined) return 0
    const feed = text.indexOf('\n')
    if (feed < 0 && !final) return -1
    const end = feed < 0 ? text.length : feed + 1
    place.start = lost.start
    place.end = base + end
    place.line = lost.line
    const lines = lost.lines + (feed < 0 ? 0 : 1)
    visitor.scanned(place, 0, {
      cells: [],
      end,
      lines,
      fault: { why: 'too-long', line: 0, column: 1 },
    })
    place.record++
    place.line = lost.line + lines
    lost = undefined
    return end
  }

  const walk = (final: boolean): void => {
    const bytes = toBuffer(pieces)
    const text = bytes.toString('latin1')
    place.text = text
    place.bytes = bytes
    let at = endOfLost(text, final)
    if (at < 0) at = text.length
    if (base === 0 && start.record === 0 && text.startsWith(BOM)) at = BOM.length
    let quote = indexOrEnd(text, '"', at)
    let high = -1
    while (at < text.length) {
      const feed = text.indexOf('\n', at)
      const stop = feed < 0 ? text.length : feed
      if (quote < at) quote = indexOrEnd(text, '"', at)
      place.start = base + at
      if (quote < stop) {
        const found = scanRecord(text, at, dialect, final, maxRecord)
        if (found === 'more') break
        if (found === 'skip') {
          lost = {
            start: base + at,
            line: place.line,
            lines: countFeeds(text, at),
          }
          at = text.length
          break
        }
        place.end = base + found.end
        visitor.scanned(place, at, found)
        place.record++
        place.line += found.lines
        at = found.end
        continue
      }
      if (feed < 0 && !final) {
        if (text.length - at <= maxRecord) break
        lost = { start: base + at, line: place.line, lines: 0 }
        at = text.length
        break
      }
      const next = feed < 0 ? stop : feed + 1
      const to = stop > at && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop
      if (to > at) {
        place.end = base + next
        if (next - at > maxRecord)
          visitor.scanned(place, at, {
            cells: [],
            end: next,
            lines: feed < 0 ? 0 : 1,
            fault: { why: 'too-long', line: 0, column: 1 },
          })
        else {
          if (high < at) high = nextNonAscii(text, at)
          visitor.plain(place, at, to, high >= to)
        }
        place.record++
      }
      if (feed >= 0) place.line++
      at = next
    }
    base += at
    const rest = bytes.subarray(at)
    pieces = rest.length > 0 ? [rest] : []
    size = 0
    place.text = ''
    if (final && lost !== undefined) endOfLost('', true)
  }

  return {
    push(chunk) {
      if (chunk.length === 0) return
      pieces.push(chunk)
      size += chunk.length
      if (size >= piece) walk(false)
    },
    finish() {
      walk(true)
    },
  }
}

/** The pieces as one, without a copy when each begins in memory where the one before it ends, as do those cut from one chunk. */
const toBuffer = (pieces: readonly Uint8Array[]): Buffer => {
  const [first] = pieces
  if (first === undefined) return Buffer.alloc(0)
  let length = 0
  for (const { buffer, byteOffset, byteLength } of pieces) {
    if (buffer !== first.buffer || byteOffset !== first.byteOffset + length) return Buffer.concat(pieces)
    length += byteLength
  }
  return Buffer.from(first.buffer, first.byteOffset, length)
}

const indexOrEnd = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at
}

const nextNonAscii = (text: string, from: number): number => {
  NON_ASCII.lastIndex = from
  return NON_ASCII.test(text) ? NON_ASCII.lastIndex - 1 : text.length
}

const countFeeds = (text: string, from: number): number => {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
