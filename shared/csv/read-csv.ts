import type { Dialect, Scanned, Why } from './record.ts'
import { type Limits, PIECE, type Place, startWalk, type Visitor } from './walk.ts'

export type { Dialect, Why } from './record.ts'

/** A record: `line` is its first physical line in the file (the header is line 1), `record` its rank (the header is 0, empty lines have none). */
export type Row = {
  readonly line: number
  readonly record: number
  readonly cells: readonly string[]
}

/** A record that is not a row. `text` is its beginning (none when `too-long`); the fault was met on the physical line `at.line`, at the byte `at.column` (from 1) of it. `fields` is the number found, for `field-count`. */
export type Bad = {
  readonly line: number
  readonly record: number
  readonly why: Why
  readonly at: { readonly line: number; readonly column: number }
  readonly text: string
  readonly fields?: number
  readonly cells?: undefined
}

/** Where reading starts, when not at the beginning of the file: `fields` is the width of the header, which every record must have. */
export type Start = {
  readonly fields?: number
  readonly firstLine?: number
  readonly firstRecord?: number
}

/** How much of a faulty record is shown. */
const EXCERPT = 200

/**
 * The rows of a UTF-8 CSV file by the rules of raw-formats §1.2, in batches (one per piece of 64 KiB), never one by one: an async step per row costs more than the
 * parsing. The first record (rank 0) is the header; its width is imposed on the others. A range of a file is read by giving its `Start`.
 * A byte-order mark is removed (§1.1); bytes that are not UTF-8 become U+FFFD. Nothing is thrown for what the file holds.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, options: Dialect & Start & Limits): AsyncGenerator<readonly (Row | Bad)[]> {
  let batch: (Row | Bad)[] = []
  const visitor = rowsOf(options, (row) => batch.push(row))
  const walk = startWalk(
    options,
    {
      offset: 0,
      line: options.firstLine ?? 1,
      record: options.firstRecord ?? 0,
    },
    visitor,
    options,
  )
  for await (const chunk of bytes) {
    // Large chunks by pieces: a batch of a mebibyte takes 100 MB more of memory, and is not faster.
    for (let at = 0; at < chunk.length; at += PIECE) {
      walk.push(chunk.subarray(at, at + PIECE))
      if (batch.length === 0) continue
      yield batch
      batch = []
    }
  }
  walk.finish()
  if (batch.length > 0) yield batch
}

/** Turns what a walk meets into rows. Shared with the plan, which wants the header only. */
export const rowsOf = (options: Dialect & Start, take: (row: Row | Bad) => void): Visitor => {
  const { sep } = options
  const separator = sep.charCodeAt(0)
  let width = options.fields ?? 0

  const settle = (place: Place, cells: string[], from: number): void => {
    if (width === 0) width = cells.length
    if (cells.length === width) take({ line: place.line, record: place.record, cells })
    else
      take({
        ...badOf(place, from, 'field-count', place.line, 1),
        fields: cells.length,
      })
  }

  return {
    plain(place, from, to, ascii) {
      settle(place, ascii ? cellsOf(place, from, to, separator, width) : place.bytes.toString('utf8', from, to).split(sep), from)
    },
    scanned(place, from, { cells, fault }: Scanned) {
      if (fault) take(badOf(place, from, fault.why, place.line + fault.line, fault.column))
      else settle(place, cells.map(utf8), from)
    },
  }
}

/**
 * The cells of a line without quotes, sought in its bytes and cut from the text of the piece: three quarters of the time of a `split`. The array has the
 * `width` expected from the beginning: one that grows is copied, and keeps room for twice as many. A short line under a wide header takes no more than its bytes.
 */
const cellsOf = ({ text, bytes }: Place, from: number, to: number, separator: number, width: number): string[] => {
  const cells = new Array<string>(Math.min(width, to - from + 1))
  let count = 0
  let start = from
  for (let at = from; at < to; at++) {
    if (bytes[at] !== separator) continue
    cells[count++] = text.slice(start, at)
    start = at + 1
  }
  cells[count++] = text.slice(start, to)
  cells.length = count
  return cells
}

const badOf = (place: Place, from: number, why: Why, line: number, column: number): Bad => ({
  line: place.line,
  record: place.record,
  why,
  at: { line, column },
  text: why === 'too-long' ? '' : utf8(place.text.slice(from, Math.min(from + EXCERPT, from + (place.end - place.start)))),
})

/** Latin-1 text back to its bytes, read as UTF-8. */
const utf8 = (text: string): string => (/[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text)
