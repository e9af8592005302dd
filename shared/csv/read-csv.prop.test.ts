import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planRanges } from './plan.ts'
import { type Bad, type Dialect, type Row, readCsv, type Start } from './read-csv.ts'
import type { Limits } from './walk.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

async function* chunked(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[i % sizes.length] ?? 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const read = async (bytes: Uint8Array, options: Dialect & Start & Limits, sizes: readonly number[] = []): Promise<(Row | Bad)[]> => {
  const rows: (Row | Bad)[] = []
  for await (const batch of readCsv(chunked(bytes, sizes), {
    piece: 1,
    ...options,
  }))
    rows.push(...batch)
  return rows
}

const cells = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^[a-z";,\n\ré€𝄞 ]{0,8}$/u))
const dialects = fc.constantFrom<Dialect>(
  { sep: ';', quotes: 'strict' },
  { sep: ';', quotes: 'lazy' },
  { sep: ',', quotes: 'strict' },
  { sep: ',', quotes: 'lazy' },
)
const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.array(fc.array(cells, { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 12,
  }),
)

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`
const write = (rows: readonly (readonly string[])[], sep: string, feed: string): string =>
  rows
    .map((row) => row.map((cell) => (cell === '' && row.length > 1 ? '' : /["\n\r;,]/.test(cell) || cell === '' ? quoted(cell) : cell)).join(sep) + feed)
    .join('')

/** Files as they come: cells, separators, quotes and line ends in any order. */
const dirty = fc
  .array(fc.constantFrom('a', 'é', '𝄞', '"', '""', ';', ',', '\n', '\r\n', '\r', ' ', 'x;y;z\n', '"a;b"', '\n"', '";', '\xff'), { maxLength: 60 })
  .map((parts) => Uint8Array.from(parts.flatMap((part) => (part === '\xff' ? [0xff] : [...encode(part)]))))
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), {
  minLength: 1,
  maxLength: 4,
})

/** Small enough to be met by these files. */
const limits = fc.constantFrom(3, 8, 20, 1 << 20)

describe('readCsv', () => {
  test('a well-formed table reads as csv-parse reads it', async () => {
    await fc.assert(
      fc.asyncProperty(table, dialects, fc.constantFrom('\n', '\r\n'), async (rows, dialect, feed) => {
        const text = write(rows, dialect.sep, feed)
        const expected: string[][] = parse(text.replaceAll('\r\n', '\n'), {
          delimiter: dialect.sep,
          record_delimiter: '\n',
          skip_empty_lines: true,
        })
        const got = await read(encode(text), dialect)
        expect(got.map((row) => row.cells)).toEqual(expected)
      }),
    )
  })

  test('the rows do not depend on the chunking, down to one byte', async () => {
    await fc.assert(
      fc.asyncProperty(dirty, dialects, sizes, limits, async (bytes, dialect, some, maxRecord) => {
        const options = { ...dialect, maxRecord }
        expect(await read(bytes, options, some)).toEqual(await read(bytes, options))
      }),
      { numRuns: 500 },
    )
  })

  test('what was written as read reads the same again', async () => {
    await fc.assert(
      fc.asyncProperty(dirty, dialects, async (bytes, dialect) => {
        const rows = (await read(bytes, dialect)).flatMap((row) => (row.cells ? [row.cells] : []))
        const again = await read(encode(write(rows, dialect.sep, '\n')), dialect)
        expect(again.map((row) => row.cells)).toEqual(rows.map((row) => row.map((cell) => cell.replaceAll('\r\n', '\n'))))
      }),
      { numRuns: 500 },
    )
  })

  test('random bytes never make it throw, and ranks and lines only grow', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), dialects, async (bytes, dialect) => {
        const rows = await read(bytes, dialect)
        const feeds = bytes.filter((byte) => byte === 10).length
        let line = 0
        for (const [rank, row] of rows.entries()) {
          expect(row.record).toBe(rank)
          expect(row.line).toBeGreaterThan(line)
          line = row.line
        }
        expect(line).toBeLessThanOrEqual(feeds + 1)
      }),
    )
  })

  test('the ranges of a plan give the rows of the whole, for any cut, in both quote modes, with faulty records', async () => {
    await fc.assert(
      fc.asyncProperty(dirty, dialects, sizes, fc.integer({ min: 1, max: 40 }), limits, async (bytes, dialect, some, cutBytes, maxRecord) => {
        const [first, ...whole] = await read(bytes, {
          ...dialect,
          maxRecord,
        })
        const plan = await planRanges(chunked(bytes, some), dialect, cutBytes, { check: true, piece: 1, maxRecord })
        expect(plan.bytes).toBe(bytes.length)
        expect(plan.header).toEqual(first?.cells ?? [])
        if (plan.header.length === 0) return
        const rows: (Row | Bad)[] = []
        let end = plan.headerEnd
        for (const range of plan.ranges) {
          expect(range.start).toBe(end)
          end = range.end
          const part = await read(bytes.subarray(range.start, range.end), { ...dialect, ...range, maxRecord, fields: plan.header.length }, some)
          expect(part.length).toBe(range.records)
          rows.push(...part)
        }
        expect(end).toBe(bytes.length)
        expect(rows).toEqual(whole)
        expect(plan.records).toBe(whole.length)
        expect(plan.bad).toEqual(whole.find((row) => row.cells === undefined))
      }),
      { numRuns: 500 },
    )
  })
})
