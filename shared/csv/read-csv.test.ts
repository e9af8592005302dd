import { describe, expect, test } from 'vitest'
import { planRanges } from './plan.ts'
import { type Bad, type Dialect, type Row, readCsv } from './read-csv.ts'

const STRICT: Dialect = { sep: ';', quotes: 'strict' }
const LAZY: Dialect = { sep: ';', quotes: 'lazy' }

async function* pieces(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part
}
const read = async (dialect: Dialect, ...parts: (string | Uint8Array)[]): Promise<(Row | Bad)[]> => {
  const rows: (Row | Bad)[] = []
  for await (const batch of readCsv(pieces(...parts), dialect)) for (const row of batch) rows.push(row)
  return rows
}
const brief = (rows: readonly (Row | Bad)[]) => rows.map((row) => row.cells ?? `${row.why} at ${row.at.line}:${row.at.column}`)

describe('readCsv', () => {
  test('a carriage return goes before a line feed, also inside quotes, and alone at the very end', async () => {
    expect(brief(await read(STRICT, 'a;b\r\n"x\r\ny";\r1\r\r\n2;3\r'))).toEqual([
      ['a', 'b'],
      ['x\ny', '\r1\r'],
      ['2', '3'],
    ])
  })
  test('an empty line is no record, a line of blanks is one', async () => {
    const rows = await read(STRICT, '\n\na\n\r\n \n\nb')
    expect(brief(rows)).toEqual([['a'], [' '], ['b']])
    expect(rows.map((row) => [row.record, row.line])).toEqual([
      [0, 3],
      [1, 5],
      [2, 7],
    ])
  })
  test('strict: a quote in an unquoted field, text after a closing quote, and an unclosed field are errors of their record', async () => {
    expect(brief(await read(STRICT, 'a;b\nx"y;1\n"x"y;1\nok;1\n"x;1\nno;1'))).toEqual([
      ['a', 'b'],
      'bare-quote at 2:2',
      'quote at 3:3',
      ['ok', '1'],
      'unclosed at 6:5',
    ])
  })
  test('lazy: the same are literal, and the end of the file closes the field', async () => {
    expect(brief(await read(LAZY, 'a;b\nx"y;1\n"x"y;z";1\n"x;1\n1;"no\n'))).toEqual([['a', 'b'], ['x"y', '1'], ['x"y;z', '1'], 'field-count at 4:1'])
    expect(brief(await read(LAZY, 'a;b\n1;"no\n'))).toEqual([
      ['a', 'b'],
      ['1', 'no\n'],
    ])
  })
  test('the width of the header is imposed, and an error loses the lines that the quotes had swallowed', async () => {
    const rows = await read(STRICT, 'a;b\n1\n1;2;3\n"x\ny"z;1\n1;2\n')
    expect(brief(rows)).toEqual([['a', 'b'], 'field-count at 2:1', 'field-count at 3:1', 'quote at 5:2', ['1', '2']])
    expect(rows.map((row) => row.line)).toEqual([1, 2, 3, 4, 6])
  })
  test('a byte-order mark is removed, also before a quoted name', async () => {
    expect(brief(await read(STRICT, '\ufeffa;b\n1;2'))).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    expect(brief(await read(STRICT, '\ufeff"a";b\n'))).toEqual([['a', 'b']])
  })
  test('a character cut by a chunk is whole, and what is not UTF-8 becomes a replacement character', async () => {
    const bytes = new TextEncoder().encode('é;€\n')
    expect(brief(await read(STRICT, bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4), Uint8Array.of(0xe9, 59, 49)))).toEqual([
      ['é', '€'],
      ['\ufffd', '1'],
    ])
  })
  test('a lost quote costs one mebibyte at most, whatever the chunks', async () => {
    const filler = '1;2\n'.repeat(400_000)
    const rows = await read(LAZY, 'a;b\n"x;1\n', filler)
    expect(rows[1]?.cells).toBeUndefined()
    expect((rows[1] as Bad).why).toBe('too-long')
    expect(rows.length).toBeGreaterThan(100_000)
    expect(rows.at(-1)?.line).toBe(400_002)
    const again = await read(LAZY, 'a;b\n"x;1\n', ...filler.match(/[\s\S]{1,70000}/g)!)
    expect(again.length).toBe(rows.length)
  })
  test('a line without end is one faulty record, never kept in memory, and the next line is read', async () => {
    const part = 'x'.repeat(300_000)
    const rows = await read(STRICT, 'a;b\n', part, part, part, part, part, '\n1;2\n')
    expect(brief(rows)).toEqual([['a', 'b'], 'too-long at 2:1', ['1', '2']])
    expect(rows.at(-1)?.line).toBe(3)
    expect(brief(await read(STRICT, 'a;b\n"', part, part, '\n', part, part, part, part, '\n1;2'))).toEqual([['a', 'b'], 'too-long at 2:1', ['1', '2']])
    expect(brief(await read(STRICT, 'a;b\n', part, part, part, part))).toEqual([['a', 'b'], 'too-long at 2:1'])
  })
})

describe('planRanges', () => {
  test('an empty file has no header, and one empty range', async () => {
    expect(await planRanges(pieces(), STRICT, 10)).toEqual({
      header: [],
      headerEnd: 0,
      records: 0,
      bytes: 0,
      utf8: true,
      ranges: [{ start: 0, end: 0, firstRecord: 1, firstLine: 1, records: 0 }],
    })
  })
  test('ranges follow one another, the last one up to the end of the file', async () => {
    const plan = await planRanges(pieces('a;b\n1;2\n"3\n";4\n\n5;6\n\n'), STRICT, 5)
    expect(plan.ranges).toEqual([
      { start: 4, end: 15, firstRecord: 1, firstLine: 2, records: 2 },
      { start: 15, end: 21, firstRecord: 3, firstLine: 5, records: 1 },
    ])
  })
  test('it tells whether the whole file is UTF-8', async () => {
    expect((await planRanges(pieces('é\n', Uint8Array.of(0xc3), Uint8Array.of(0xa9)), STRICT, 5)).utf8).toBe(true)
    expect((await planRanges(pieces('e\n', Uint8Array.of(0xe9, 10)), STRICT, 5)).utf8).toBe(false)
    expect((await planRanges(pieces('e\n', Uint8Array.of(0xc3)), STRICT, 5)).utf8).toBe(false)
  })
})
