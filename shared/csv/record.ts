/**
 * One record of a CSV text, by the rules of the reference's reader (raw-formats §1.2). The text is the file read as Latin-1, one character
 * per byte: every rule looks at ASCII characters only, so that positions are byte offsets and a range can be entered anywhere.
 */

/** `sep` and the quote mode are constants of a source. */
export type Dialect = {
  readonly sep: ';' | ',' | '\t'
  readonly quotes: 'strict' | 'lazy'
}

/** Why a record is not a row. `too-long`: more than `MAX_RECORD` bytes, as when a quote is lost. */
export type Why = 'bare-quote' | 'quote' | 'field-count' | 'unclosed' | 'too-long'

/** A lost quote must not eat the file: a record of more bytes is an error, and the reader resumes at the next physical line. */
export const MAX_RECORD = 1 << 20

/** `end` is the offset after the record's last line feed, `lines` the line feeds in it. A fault has its place: `faultLine` lines further, character `column` (from 1). */
export type Scanned = {
  cells: string[]
  end: number
  lines: number
  fault?: { why: Why; line: number; column: number }
}

/** What stops a scan at the end of a chunk: the line goes on (`more`), or is already longer than a record may be (`skip`: drop bytes up to the next line feed). */
export type Unfinished = 'more' | 'skip'

/**
 * Scans the record that starts at `from` (not an empty line). `final` says that nothing follows `text`. The record may hold quotes; a line without any
 * needs no scan, only a split.
 */
export const scanRecord = (text: string, from: number, dialect: Dialect, final: boolean, maxRecord = MAX_RECORD): Scanned | Unfinished => {
  const { sep } = dialect
  const lazy = dialect.quotes === 'lazy'
  const cells: string[] = []
  let next = from
  let lines = 0
  let atEnd = false
  let lineStart = from

  /** The next physical line with its line feed, CR LF become LF; at the end of the file without, and without a last lone CR. */
  const readLine = (): string | Unfinished | undefined => {
    lineStart = next
    const feed = text.indexOf('\n', next)
    if (feed < 0 && !final) return text.length - next > maxRecord ? 'skip' : 'more'
    const stop = feed < 0 ? text.length : feed
    const cr = stop > next && text.charCodeAt(stop - 1) === 13
    const line = text.slice(next, cr ? stop - 1 : stop)
    next = feed < 0 ? text.length : feed + 1
    if (feed < 0) atEnd = true
    else lines++
    return next - lineStart > maxRecord ? undefined : line
  }
  const fault = (why: Why, at: number): Scanned => ({
    cells,
    end: next,
    lines,
    fault: {
      why,
      line: atEnd ? lines : Math.max(0, lines - 1),
      column: at + 1,
    },
  })
  const tooLong = (): Scanned => ({
    cells,
    end: next,
    lines,
    fault: { why: 'too-long', line: 0, column: 1 },
  })

  const first = readLine()
  if (first === 'more' || first === 'skip') return first
  if (first === undefined) return tooLong()
  let line = first
  let at = 0
  for (;;) {
    if (line.charCodeAt(at) !== 34) {
      const stop = line.indexOf(sep, at)
      const cell = stop < 0 ? line.slice(at) : line.slice(at, stop)
      const quote = lazy ? -1 : cell.indexOf('"')
      if (quote >= 0) return fault('bare-quote', at + quote)
      cells.push(cell)
      if (stop < 0) return { cells, end: next, lines }
      at = stop + 1
      continue
    }
    at++
    let cell = ''
    for (;;) {
      const quote = line.indexOf('"', at)
      if (quote >= 0) {
        cell += line.slice(at, quote)
        at = quote + 1
        if (line.charCodeAt(at) === 34) {
          cell += '"'
          at++
        } else if (at === line.length) {
          cells.push(cell)
          return { cells, end: next, lines }
        } else if (line[at] === sep) {
          cells.push(cell)
          at++
          break
        } else if (lazy) cell += '"'
        else return fault('quote', quote)
        continue
      }
      cell += line.slice(at)
      if (!atEnd) cell += '\n'
      if (next - from > maxRecord) return tooLong()
      if (next === text.length && final) {
        if (!lazy) return fault('unclosed', line.length)
        cells.push(cell)
        return { cells, end: next, lines }
      }
      const more = readLine()
      if (more === 'more' || more === 'skip') return more
      if (more === undefined) return tooLong()
      line = more
      at = 0
    }
  }
}
