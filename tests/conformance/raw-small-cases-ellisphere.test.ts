/** Rules of the workbooks of Ellisphère (raw-formats §2.13), a few cells each, through `parse-file`. */
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { countersOf, parserOfContents } from './raw-files.ts'

const { file, parse } = parserOfContents('ellisphere')

const STYLES =
  '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000000000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs></styleSheet>'

/** Cells by their letter: a text, or the XML of a cell without its reference. */
type Cells = Record<string, string>
const number = (value: number | string, style = 0): string => `<c s="${style}"><v>${value}</v></c>`
const row = (rank: number, cells: Cells): string =>
  `<row r="${rank}">${Object.entries(cells)
    .map(([letter, cell]) =>
      (cell.startsWith('<c') ? cell : `<c t="inlineStr"><is><t xml:space="preserve">${cell}</t></is></c>`).replace('<c', `<c r="${letter}${rank}"`),
    )
    .join('')}</row>`
const workbook = (rows: readonly string[], sheets = 1): Uint8Array =>
  zipSync({
    'xl/workbook.xml': strToU8(
      `<workbook xmlns:r="r"><sheets>${Array.from({ length: sheets }, (_, rank) => `<sheet name="f${rank}" sheetId="${rank}" r:id="r${rank}"/>`).join('')}</sheets></workbook>`,
    ),
    'xl/styles.xml': strToU8(STYLES),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`),
  })
const HEADER: Cells = { A: 'GRP Code', J: 'Niveau de détention', K: '% Financier', O: 'FIL SIREN 9' }
const LINK: Cells = { C: '301000001', J: number(1), K: number(50.5), O: '301000002' }
const links = (...rows: Cells[]) => parse('ellisphere', workbook([HEADER, ...rows].map((cells, rank) => row(rank + 1, cells))))

describe('ellisphere', () => {
  test('the header is a record like another, and always rejected', async () => {
    const run = await links(LINK)
    expect(run.event.event.headRejected).toEqual(['Line 1: strconv.ParseInt: parsing "Niveau de détention": invalid syntax'])
    expect(countersOf(run)).toEqual([2, 1, 0, 1])
    expect(countersOf(await parse('ellisphere', workbook([row(1, LINK)])))).toEqual([1, 0, 0, 1])
  })
  test('columns are taken by their position, whatever the header says; the others are ignored', async () => {
    const cells = Object.fromEntries([...'ABCDEFGHILMNPQRSTU'].map((letter) => [letter, `texte ${letter}`]))
    expect((await links({ ...cells, J: '3', K: '33.5', O: '301000002' })).tuples).toEqual([
      {
        code_groupe: 'texte A',
        siren_groupe: 'texte C',
        refid_groupe: 'texte D',
        raison_sociale_groupe: 'texte E',
        adresse_groupe: 'texte F',
        personne_pou_m_groupe: 'texte B',
        niveau_detention: 3,
        part_financiere: 33.5,
        code_filiere: 'texte M',
        refid_filiere: 'texte P',
        personne_pou_m_filiere: 'texte N',
      },
    ])
  })
  test('a SIREN typed as a number has its zeros again; other numbers are as they are displayed', async () => {
    const run = await parse(
      'ellisphere',
      workbook([row(1, { ...LINK, A: number(1234567), C: number(5520135), D: number(42, 1), M: number('0.5', 2), O: number(1000002) })]),
      '--envelope',
    )
    expect(run.tuples).toMatchObject([
      { key: '001000002', value: { code_groupe: '1234567', siren_groupe: '005520135', refid_groupe: '000000042', code_filiere: '50.00%' } },
    ])
    expect((await links({ ...LINK, O: '1000002' })).event.event.headRejected.at(-1)).toBe('Line 2: siren invalide : 1000002')
  })
  test('the level and the share are what is stored, not what is displayed; empty or unreadable, each ends the row', async () => {
    expect((await links({ ...LINK, K: number('0.505', 2) })).tuples).toMatchObject([{ part_financiere: 0.505 }])
    const { K: _, ...withoutShare } = LINK
    const { J: __, ...withoutLevel } = withoutShare
    const run = await links(withoutLevel, withoutShare, { ...LINK, J: '1.5' }, { ...LINK, K: '12,5', O: 'x' })
    expect(run.event.event.headRejected.slice(1)).toEqual([
      'Line 2: strconv.ParseInt: parsing "": invalid syntax',
      'Line 3: strconv.ParseFloat: parsing "": invalid syntax',
      'Line 4: strconv.ParseInt: parsing "1.5": invalid syntax',
      'Line 5: strconv.ParseFloat: parsing "12,5": invalid syntax',
    ])
  })
  test('every field is left out when it is empty or zero', async () => {
    expect((await links({ J: number(0), K: number(0), O: '301000002' })).tuples).toEqual([{}])
  })
  test('no-break blanks, typographic apostrophes, separators, quotes and line feeds of a text are kept', async () => {
    const text = 'L’\u00a0ÉTÉ ; "A", \n B '
    expect((await links({ ...LINK, E: text })).tuples).toMatchObject([{ raison_sociale_groupe: text }])
  })
  test('rows without any text are no records', async () => {
    const rows = [row(1, HEADER), row(2, {}), row(5, { A: '<c s="1"/>' }), row(9, LINK), row(10, {})]
    expect(countersOf(await parse('ellisphere', workbook(rows)))).toEqual([2, 1, 0, 1])
  })
  test('another number of sheets than one, and what is no workbook, fail as a whole; a compressed workbook is read', async () => {
    const two = await parse('ellisphere', workbook([row(1, LINK)], 2))
    expect([two.status, two.event.event.headFatal]).toEqual([1, ['Fatal: the source has 2 sheets, should have only 1']])
    expect((await parse('ellisphere', 'GRP Code;GRP SIREN 9\n')).status).toBe(1)
    const compressed = await parse('ellisphere', gzipSync(workbook([row(1, LINK)])), '--filter', file('301000002\n'))
    expect(countersOf(compressed)).toEqual([1, 0, 0, 1])
  })
})
