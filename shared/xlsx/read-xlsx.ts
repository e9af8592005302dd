import { format as formatNumber, isDateFormat } from 'numfmt'
import { gather, type Handlers, LIMITS, type Limits, openZip, parsed, relationsOf, small, XlsxError, type Zip } from './package.ts'
import { newTextTable, type TextTable } from './text-table.ts'

export { LIMITS, type Limits, XlsxError } from './package.ts'

/**
 * Reads the only sheet of an xlsx workbook, row after row (raw-formats §2.13). The compressed file and its table of texts are held in memory, within limits;
 * the sheet itself is a stream.
 */

/** A cell: `text` is what is displayed (the number format applied), `raw` what is stored. `number` when it is one. */
export type Cell = { readonly text: string; readonly raw: string; readonly number: boolean }

/** A row of the sheet: `row` is its number, from 1; the cells that are missing are too. */
export type SheetRow = { readonly row: number; readonly cells: readonly (Cell | undefined)[] }

export async function* readXlsx(bytes: AsyncIterable<Uint8Array>, limits: Limits = LIMITS): AsyncGenerator<SheetRow> {
  const zip = await openZip(await gather(bytes, limits), limits)
  try {
    const { sheets, ...parts } = await partsOf(zip)
    const [sheet] = sheets
    if (sheet === undefined || sheets.length > 1) throw new XlsxError(`the source has ${sheets.length} sheets, should have only 1`)
    const texts = await textsOf(zip, parts.texts)
    const formats = await formatsOf(zip, parts.styles)
    yield* rowsOf(zip, sheet, texts, formats)
  } finally {
    zip.file.close()
  }
}

/** The parts of a workbook, `sheets` in its order. */
const partsOf = async (zip: Zip): Promise<{ sheets: string[]; texts: string; styles: string }> => {
  const workbook = (await relationsOf(zip, '')).ofType('officeDocument') ?? 'xl/workbook.xml'
  if (!zip.entries.has(workbook)) throw new XlsxError(`not an xlsx workbook: it has no ${workbook}`)
  const ids: string[] = []
  await small(zip, workbook, {
    open(name, attributes) {
      if (name === 'sheet') ids.push(Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '')
    },
  })
  const { byId, ofType } = await relationsOf(zip, workbook)
  return {
    sheets: ids.map((id, rank) => byId.get(id) ?? `xl/worksheets/sheet${rank + 1}.xml`),
    texts: ofType('sharedStrings') ?? 'xl/sharedStrings.xml',
    styles: ofType('styles') ?? 'xl/styles.xml',
  }
}

/** Shared texts; phonetic readings (`rPh`) are no part of a text. */
const textsOf = async (zip: Zip, part: string): Promise<TextTable> => {
  const limit = zip.limits.texts
  const full = (): never => {
    throw new XlsxError(`the workbook has more than ${limit} bytes of text`)
  }
  const texts = newTextTable(limit, full)
  let text = ''
  let inText = false
  let phonetic = false
  const handlers: Handlers = {
    open(name) {
      if (name === 'si') text = ''
      else if (name === 'rPh') phonetic = true
      else if (name === 't') inText = !phonetic
    },
    text(piece) {
      if (inText) text += piece
      if (text.length > limit) full()
    },
    close(name) {
      if (name === 't') inText = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'si') texts.add(unescaped(text))
    },
  }
  for await (const _ of parsed(zip, part, handlers, () => []));
  return texts
}

/** Number format of each cell style. */
const formatsOf = async (zip: Zip, part: string): Promise<(string | undefined)[]> => {
  const custom = new Map<string, string>()
  const styles: (string | undefined)[] = []
  let inCells = false
  await small(zip, part, {
    open(name, { numFmtId, formatCode }) {
      if (name === 'numFmt' && numFmtId !== undefined && formatCode !== undefined) custom.set(numFmtId, formatCode)
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) styles.push(custom.get(numFmtId ?? '') ?? BUILT_IN[Number(numFmtId ?? 0)])
    },
    close(name) {
      if (name === 'cellXfs') inCells = false
    },
  })
  return styles
}

/** Formats that a workbook names by number (ECMA-376 part 1, §18.8.30). */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  14: 'dd/mm/yyyy',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'dd/mm/yyyy h:mm',
}

const rowsOf = (zip: Zip, sheet: string, texts: TextTable, formats: readonly (string | undefined)[]): AsyncGenerator<SheetRow> => {
  if (!zip.entries.has(sheet)) throw new XlsxError(`the workbook has no ${sheet}`)
  let rows: SheetRow[] = []
  let inData = false
  let cells: (Cell | undefined)[] = []
  let row = 0
  let column = -1
  let type = ''
  let format: string | undefined
  let value = ''
  let inValue = false
  let phonetic = false
  const textAt = (rank: string): string => {
    const text = texts.get(Number(rank))
    if (text === undefined) throw new XlsxError(`row ${row}: the workbook has no shared text ${rank}`)
    return text
  }
  const handlers: Handlers = {
    open(name, { r, t, s }) {
      if (name === 'sheetData') inData = true
      else if (!inData) return
      else if (name === 'row') {
        // a number that is none, or goes back, names no row
        row = Number(r) > row && Number.isSafeInteger(Number(r)) ? Number(r) : row + 1
        cells = []
        column = -1
      } else if (name === 'c') {
        column = r === undefined ? column + 1 : columnOf(r)
        type = t ?? 'n'
        format = formats[Number(s ?? 0)]
        value = ''
      } else if (name === 'rPh') phonetic = true
      else if (name === 'v' || name === 't') inValue = !phonetic
    },
    text(piece) {
      if (!inValue) return
      value += piece
      if (value.length > zip.limits.cell) throw new XlsxError(`row ${row}: a cell is longer than ${zip.limits.cell} characters`)
    },
    close(name) {
      if (name === 'sheetData') inData = false
      else if (!inData) return
      else if (name === 'v' || name === 't') inValue = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'c' && value !== '' && column >= 0 && column < COLUMNS) cells[column] = cellOf(type, value, format, textAt)
      else if (name === 'row') rows.push({ row, cells })
    },
  }
  return flat(
    parsed(zip, sheet, handlers, () => {
      const found = rows
      rows = []
      return found
    }),
  )
}

async function* flat<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch
}

/** What Excel allows. */
const COLUMNS = 16_384

/** `AB12` is column 27. */
const columnOf = (reference: string): number => {
  let column = 0
  for (const letter of /^[A-Z]+/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

const cellOf = (type: string, value: string, format: string | undefined, textAt: (rank: string) => string): Cell => {
  if (type === 's') return textCell(textAt(value))
  if (type === 'n') return { text: displayed(value, format), raw: value, number: true }
  if (type === 'b') return { text: value === '1' ? 'TRUE' : 'FALSE', raw: value, number: false }
  return textCell(unescaped(value))
}

const textCell = (text: string): Cell => ({ text, raw: text, number: false })

/** A number in the General format has no decimals when it is integral; dates are written as in ISO 8601, whatever the format. */
const displayed = (value: string, format: string | undefined): string => {
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  if (format === undefined || format === 'General' || format === '@')
    return Math.abs(number) < 1e11 ? String(number) : number.toPrecision(6).replace(/\.?0*e/, 'E')
  return formatNumber(isDateFormat(format) ? 'yyyy-mm-dd' : format, number)
}

/** `_x000D_` stands for a character that XML does not carry. */
const unescaped = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text
