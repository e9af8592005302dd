import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { readCsv } from '../csv/read-csv.ts'
import { bdf } from './bdf.ts'
import { diane } from './diane.ts'
import { ellisphere } from './ellisphere.ts'
import { type PlainCsv, toPlainCsv } from './plain.ts'
import { lineOf, type Source } from './source.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const utf16 = (text: string, big = false): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le')
  return big ? bytes.swap16() : bytes
}
async function* cut(bytes: Uint8Array, size = 3): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const plain = async (source: Source, bytes: Uint8Array, name = 'x.csv'): Promise<Omit<PlainCsv, 'bytes'> & { text: string }> => {
  const { bytes: out, ...rest } = await toPlainCsv(source, () => cut(bytes), name)
  const pieces: Uint8Array[] = []
  for await (const piece of out) pieces.push(piece)
  return { ...rest, text: Buffer.concat(pieces).toString('utf8') }
}

/** A workbook of one sheet, of these rows. */
const workbook = (rows: string): Uint8Array =>
  zipSync({
    'xl/workbook.xml': strToU8('<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId7"/></sheets></workbook>'),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
  })
const inline = (reference: string, text: string): string => `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`

describe('toPlainCsv', () => {
  test('a UTF-8 CSV is left as it is, its byte-order mark included', async () => {
    expect(await plain(bdf, utf8('\ufeffé;€\n'))).toEqual({ plain: true, encoding: 'utf-8', container: 'plain', text: '\ufeffé;€\n' })
    expect((await plain(bdf, utf8(''))).plain).toBe(true)
  })
  test('what is not UTF-8 anywhere is Windows-1252 everywhere', async () => {
    const bytes = Buffer.concat([utf8('a;b\n'.repeat(1000)), Uint8Array.of(0x80, 0xe9, 10)])
    const found = await plain(bdf, bytes)
    expect({ ...found, text: found.text.slice(-3) }).toEqual({ plain: false, encoding: 'windows-1252', container: 'plain', text: '€é\n' })
    expect((await plain(bdf, Uint8Array.of(97, 0xc3))).text).toBe('aÃ')
    expect((await plain(bdf, Buffer.concat([utf8('\ufeffa'), Uint8Array.of(0xe9)]))).text).toBe('aé')
    expect((await plain(bdf, Uint8Array.of(0xef, 0xbb))).text).toBe('ï»')
  })
  test('gzip is recognised by its content, and must be there when the name says so', async () => {
    expect(await plain(bdf, gzipSync('é\n'))).toEqual({ plain: false, encoding: 'utf-8', container: 'gzip', text: 'é\n' })
    expect((await plain(bdf, gzipSync(Uint8Array.of(0xe9, 10)))).text).toBe('é\n')
    expect((await plain(bdf, Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]))).text).toBe('a\nb\n')
    await expect(plain(bdf, utf8('a;b\n'), 'x.csv.gz')).rejects.toThrow(/gzip/)
    await expect(plain(bdf, gzipSync('x'.repeat(100_000)).subarray(0, 60))).rejects.toThrow(/tronquée/)
    const damaged = gzipSync('abc'.repeat(1000))
    damaged[damaged.length - 5] = (damaged[damaged.length - 5] ?? 0) ^ 1
    await expect(plain(bdf, damaged)).rejects.toThrow(/endommagée/)
  })
  test('UTF-16 is recognised by its mark, and without one in the source that is sent so', async () => {
    expect(await plain(diane, utf16('\ufeffé;"a"\r\n'))).toEqual({ plain: false, encoding: 'utf-16le', container: 'plain', text: 'é;"a"\r\n' })
    expect((await plain(diane, utf16('\ufeffé\n', true))).text).toBe('é\n')
    expect((await plain(diane, utf16('é;a\n'))).text).toBe('é;a\n')
    expect((await plain(diane, utf8('é;a\n'))).encoding).toBe('utf-8')
    expect((await plain(diane, gzipSync(utf16('\ufeff𝄞\n')))).text).toBe('𝄞\n')
  })
  test('what is not the workbook that it should be is refused', async () => {
    await expect(plain(ellisphere, utf8('a;b\n'))).rejects.toThrow(/xlsx/)
  })
  test('an error of the storage is not taken for one of the file', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync('x'.repeat(1000)).subarray(0, 20)
      throw new Error('storage is down')
    }
    const opened = async (): Promise<void> => {
      const { bytes } = await toPlainCsv(bdf, failing, 'x.csv')
      for await (const _ of bytes);
    }
    await expect(opened()).rejects.toThrow('storage is down')
  })

  test('an archive made to grow is refused while it is looked at, before anything of it is given', async () => {
    const archive = gzipSync(new Uint8Array(5_000_000).fill(10))
    const open = () => cut(archive, 500)
    await expect(toPlainCsv(bdf, open, 'x.csv.gz', 100_000)).rejects.toMatchObject({
      code: 'FILE_NOT_WHAT_IT_CLAIMS',
      message: 'Une fois décompressé, le fichier dépasse 100000 octets.',
    })
    expect((await toPlainCsv(bdf, open, 'x.csv.gz', 5_000_000)).container).toBe('gzip')
  })
  test('a sheet keeps the numbers of its rows: those without a text are no records, and a text may hold a line feed', async () => {
    const rows = `<row r="1">${inline('A1', 'GRP Code')}</row><row r="2"/><row r="3">${inline('A3', 'a\nb')}</row><row>${inline('A4', 'c')}</row><row r="x">${inline('A5', 'd')}</row>`
    const { text } = await plain(ellisphere, workbook(rows), 'e.xlsx')
    const read: (readonly [number, number, string | undefined])[] = []
    for await (const batch of readCsv(cut(utf8(text)), ellisphere.dialect)) {
      for (const row of batch) if (row.record > 0) read.push([lineOf(ellisphere, row), row.record, row.cells?.[0]])
    }
    expect(read).toEqual([
      [1, 1, 'GRP Code'],
      [3, 2, 'a\nb'],
      [4, 3, 'c'],
      [5, 4, 'd'],
    ])
  })
})
