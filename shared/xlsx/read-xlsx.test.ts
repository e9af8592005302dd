import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { LIMITS, type Limits, readXlsx, type SheetRow } from './read-xlsx.ts'

const WORKBOOK = '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId7"/></sheets></workbook>'
const RELS = '<Relationships><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>'
const STYLES =
  '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000000000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="2"/><xf numFmtId="14"/></cellXfs></styleSheet>'
const TEXTS =
  '<sst><si><t>Été &amp; co</t></si><si><r><t>ri</t></r><r><t xml:space="preserve">ch </t></r><rPh><t>no</t></rPh></si><si><t>a_x000D_b</t></si></sst>'

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100)
}
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
const rows = async (sheet: string, parts: Record<string, string> = {}, limits: Limits = LIMITS): Promise<SheetRow[]> => {
  const files = {
    'xl/workbook.xml': WORKBOOK,
    'xl/_rels/workbook.xml.rels': RELS,
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': TEXTS,
    'xl/worksheets/sheet1.xml': sheet,
    ...parts,
  }
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))
  return all(readXlsx(one(zip), limits))
}
const texts = (found: SheetRow[]) => found.map(({ cells }) => Array.from(cells, (cell) => cell?.text))

describe('readXlsx', () => {
  test('texts are shared, rich or inline, without phonetic readings', async () => {
    const found = await rows(
      '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="inlineStr"><is><t>in</t></is></c><c t="str"><f>x</f><v>calc</v></c></row></sheetData></worksheet>',
    )
    expect(texts(found)).toEqual([['Été & co', 'rich ', 'a\rb', 'in', 'calc']])
  })
  test('a number is displayed with its format, and keeps its raw value', async () => {
    const found = await rows(
      '<x:worksheet xmlns:x="x"><x:sheetData><x:row r="3"><x:c r="A3"><x:v>1234567</x:v></x:c><x:c r="C3" s="1"><x:v>5520135</x:v></x:c><x:c r="D3" s="2"><x:v>99.5</x:v></x:c><x:c r="E3" s="3"><x:v>43101</x:v></x:c><x:c r="F3"/></x:row></x:sheetData></x:worksheet>',
    )
    expect(texts(found)).toEqual([['1234567', undefined, '005520135', '99.50', '2018-01-01']])
    expect(found[0]?.row).toBe(3)
    expect(found[0]?.cells[3]).toEqual({ text: '99.50', raw: '99.5', number: true })
  })
  test('cells are those of the sheet’s data, not what follows it', async () => {
    const found = await rows(
      '<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><extLst><x:row><x:c r="B1"><x:v>2</x:v></x:c></x:row></extLst></worksheet>',
    )
    expect(texts(found)).toEqual([['1']])
  })
  test('a number in the General format has six digits from a hundred billion on, and no zero for show', async () => {
    const shown = ['99999999999', '100000000000', '-120000000000', '123456789012', '0.5', '1E2']
    const found = await rows(`<worksheet><sheetData><row>${shown.map((value) => `<c><v>${value}</v></c>`).join('')}</row></sheetData></worksheet>`)
    expect(texts(found)).toEqual([['99999999999', '1E+11', '-1.2E+11', '1.23457E+11', '0.5', '100']])
  })
  test('parts are found by their relationships, whatever their names; by the usual names when no relationship tells', async () => {
    const sheet = '<worksheet><sheetData><row><c t="s"><v>0</v></c><c s="1"><v>5520135</v></c></row></sheetData></worksheet>'
    const relation = (id: string, type: string, target: string) => `<Relationship Id="${id}" Type="http://schemas/${type}" Target="${target}"/>`
    const links = [relation('rId7', 'worksheet', 'sheets/a.xml'), relation('s', 'styles', '../styles3.xml'), relation('t', 'sharedStrings', '/book/texts.xml')]
    const parts = {
      '_rels/.rels': `<Relationships>${relation('rId1', 'extended-properties', 'app.xml')}${relation('rId2', 'officeDocument', 'book/book.xml')}</Relationships>`,
      'book/book.xml': WORKBOOK,
      'book/_rels/book.xml.rels': `<Relationships>${links.join('')}</Relationships>`,
      'book/sheets/a.xml': sheet,
      'book/texts.xml': TEXTS,
      'styles3.xml': STYLES,
    }
    const zip = zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])))
    expect(texts(await all(readXlsx(one(zip))))).toEqual([['Été & co', '005520135']])
    expect(texts(await rows(sheet))).toEqual([['Été & co', '005520135']])
  })
  test('a shared text that the workbook has not is told, never an empty cell', async () => {
    const asking = (rank: string) => rows(`<worksheet><sheetData><row r="4"><c t="s"><v>${rank}</v></c></row></sheetData></worksheet>`)
    for (const rank of ['3', '-1', 'x']) await expect(asking(rank)).rejects.toThrow(`row 4: the workbook has no shared text ${rank}`)
  })
  test('another number of sheets than one is refused', async () => {
    const two = WORKBOOK.replace('</sheets>', '<sheet name="b" sheetId="2" r:id="rId8"/></sheets>')
    await expect(rows('<worksheet/>', { 'xl/workbook.xml': two })).rejects.toThrow('the source has 2 sheets, should have only 1')
  })
  test('a cell that goes on and on is refused before it is whole', async () => {
    const long = (length: number) => rows(`<worksheet><sheetData><row><c t="str"><v>${'x'.repeat(length)}</v></c></row></sheetData></worksheet>`)
    expect((await long(1 << 20))[0]?.cells[0]?.text).toHaveLength(1 << 20)
    await expect(long((1 << 20) + 1)).rejects.toThrow(/a cell is longer than/)
  })
  test('a file is held in memory up to 64 MiB: one byte more, and it is refused before the rest is read', async () => {
    let given = 0
    const packet = new Uint8Array(1 << 20)
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (; given < 100; given++) yield packet
    }
    await expect(all(readXlsx(bytes()))).rejects.toThrow('the workbook is larger than 67108864 bytes')
    expect(given).toBe(64)
  })
  describe('the shared texts of a workbook are held in memory up to a total, whatever they are', () => {
    const sheet = '<worksheet><sheetData><row><c t="s"><v>1</v></c></row></sheetData></worksheet>'
    const shared = (...all: string[]) =>
      rows(sheet, { 'xl/sharedStrings.xml': `<sst>${all.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>` }, { ...LIMITS, texts: 100 })
    test('in bytes of UTF-8, those that tell where each ends included', async () => {
      expect(texts(await shared('x'.repeat(46), 'é'.repeat(23)))).toEqual([['é'.repeat(23)]])
      await expect(shared('x'.repeat(46), 'é'.repeat(24))).rejects.toThrow('the workbook has more than 100 bytes of text')
    })
    test('one text that does not end', () => expect(shared('x'.repeat(101))).rejects.toThrow('the workbook has more than 100 bytes of text'))
    test('texts without a character', async () => {
      expect(texts(await shared(...Array<string>(25).fill('')))).toEqual([['']])
      await expect(shared(...Array<string>(26).fill(''))).rejects.toThrow('the workbook has more than 100 bytes of text')
    })
    test('64 MiB of them', () => expect(LIMITS.texts).toBe(64 * 1024 * 1024))
  })
  test.each(['xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml'])('%s is not read when it announces more than its limit', async (name) => {
    const limits = { ...LIMITS, part: 2000 }
    expect(await rows('<worksheet/>', {}, limits)).toEqual([])
    await expect(rows('<worksheet/>', { [name]: `<a>${' '.repeat(2000)}</a>` }, limits)).rejects.toThrow(`${name} is larger than 2000 bytes`)
  })
  test.each(['xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml'])('%s, made to grow when it is decompressed, is refused before it is', async (name) => {
    const limits = { ...LIMITS, stream: 2000 }
    expect(await rows('<worksheet/>', {}, limits)).toEqual([])
    await expect(rows('<worksheet/>', { [name]: `<a>${'<row/>'.repeat(2000)}</a>` }, limits)).rejects.toThrow(`${name} is larger than 2000 bytes`)
  })
  test('a part that holds more than it announces is refused', async () => {
    const zip = zipSync({ 'xl/workbook.xml': strToU8(WORKBOOK) })
    const view = new DataView(zip.buffer, zip.byteOffset)
    for (let at = 0; at < zip.length - 4; at++) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true)
    await expect(all(readXlsx(one(zip)))).rejects.toThrow(/xl\/workbook.xml: too many bytes/)
  })
  test('what is not a workbook is refused, with a message', async () => {
    await expect(all(readXlsx(one(strToU8('a;b'))))).rejects.toThrow(/not an xlsx workbook/)
    await expect(all(readXlsx(one(zipSync({ a: strToU8('b') }))))).rejects.toThrow(/no xl\/workbook.xml/)
    await expect(rows('<worksheet><sheetData><row></sheetData>')).rejects.toThrow(/sheet1.xml/)
  })
})
