import { format as formatNumber, isDateFormat } from 'numfmt'
import sax from 'sax'
import yauzl from 'yauzl'
import { newTextTable, type TextTable } from './text-table.ts'

/**
 * Reads the only sheet of an xlsx workbook, row after row (raw-formats §2.13). The compressed file and its table of texts are held in memory, within limits;
 * the sheet itself is a stream.
 */

/** A cell: `text` is what is displayed (the number format applied), `raw` what is stored. `number` when it is one. */
export type Cell = { readonly text: string; readonly raw: string; readonly number: boolean }

/** A row of the sheet: `row` is its number, from 1; the cells that are missing are too. */
export type SheetRow = { readonly row: number; readonly cells: readonly (Cell | undefined)[] }

/** A workbook that cannot be read: `message` is for the report. */
export class XlsxError extends Error {
  override name = 'XlsxError'
}

/**
 * Real workbooks are of 12 MB (§8). In bytes: the file, a small part and all shared texts are held in memory; the parts that stream, decompressed, are bounded
 * for an archive made to grow. A cell is in characters.
 */
export type Limits = { readonly file: number; readonly part: number; readonly stream: number; readonly texts: number; readonly cell: number }
export const LIMITS: Limits = { file: 64 << 20, part: 8 << 20, stream: 1 << 30, texts: 64 << 20, cell: 1 << 20 }

export async function* readXlsx(bytes: AsyncIterable<Uint8Array>, limits: Limits = LIMITS): AsyncGenerator<SheetRow> {
  const zip = await openZip(await gather(bytes, limits), limits)
  try {
    const sheets = await sheetsOf(zip)
    const [sheet] = sheets
    if (sheet === undefined || sheets.length > 1) throw new XlsxError(`the source has ${sheets.length} sheets, should have only 1`)
    const texts = await textsOf(zip)
    const formats = await formatsOf(zip)
    yield* rowsOf(zip, sheet, texts, formats)
  } finally {
    zip.file.close()
  }
}

type Zip = { file: yauzl.ZipFile; entries: ReadonlyMap<string, yauzl.Entry>; limits: Limits }

const gather = async (bytes: AsyncIterable<Uint8Array>, limits: Limits): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > limits.file) throw new XlsxError(`the workbook is larger than ${limits.file} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const openZip = (buffer: Buffer, limits: Limits): Promise<Zip> =>
  new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(new XlsxError(`not an xlsx workbook: ${cause instanceof Error ? cause.message : cause}`))
    yauzl.fromBuffer(buffer, { lazyEntries: true }, (error, file) => {
      if (error) return fail(error)
      const entries = new Map<string, yauzl.Entry>()
      file.on('error', fail)
      file.on('entry', (entry: yauzl.Entry) => {
        entries.set(entry.fileName.replace(/^\//, ''), entry)
        file.readEntry()
      })
      file.on('end', () => resolve({ file, entries, limits }))
      file.readEntry()
    })
  })

/** The bytes of a part, in stream; nothing when the workbook has not that part. One that holds more than it announces is refused while it is read. */
async function* partOf(zip: Zip, name: string, limit: number): AsyncGenerator<Buffer> {
  const entry = zip.entries.get(name)
  if (entry === undefined) return
  if (entry.uncompressedSize > limit) throw new XlsxError(`${name} is larger than ${limit} bytes`)
  const stream = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
    zip.file.openReadStream(entry, (error, opened) => (error ? reject(new XlsxError(`${name}: ${error.message}`)) : resolve(opened)))
  })
  try {
    yield* stream
  } catch (cause) {
    throw new XlsxError(`${name}: ${cause instanceof Error ? cause.message : cause}`)
  }
}

type Handlers = { open?: (name: string, attributes: Readonly<Record<string, string>>) => void; text?: (text: string) => void; close?: (name: string) => void }

/** Feeds a part to handlers; after each piece `after` may give what has been found. Names come without their prefix. */
async function* parsed<T>(zip: Zip, name: string, handlers: Handlers, after: () => readonly T[], limit = zip.limits.stream): AsyncGenerator<readonly T[]> {
  const parser = sax.parser(true, { xmlns: false, position: false })
  parser.onerror = (error) => {
    throw new XlsxError(`${name}: ${error.message.split('\n')[0]}`)
  }
  parser.onopentag = (tag) => handlers.open?.(local(tag.name), attributesOf(tag.attributes))
  parser.ontext = (text) => handlers.text?.(text)
  parser.oncdata = (text) => handlers.text?.(text)
  parser.onclosetag = (tag) => handlers.close?.(local(tag))
  const decoder = new TextDecoder()
  for await (const piece of partOf(zip, name, limit)) {
    parser.write(decoder.decode(piece, { stream: true }))
    const found = after()
    if (found.length > 0) yield found
  }
  parser.write(decoder.decode())
  yield after()
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

const attributesOf = (attributes: Readonly<Record<string, string | sax.QualifiedAttribute>>): Record<string, string> => {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(attributes)) if (typeof value === 'string') texts[name] = value
  return texts
}

/** Parses a small part whole. */
const small = async (zip: Zip, name: string, handlers: Handlers): Promise<void> => {
  for await (const _ of parsed(zip, name, handlers, () => [], zip.limits.part));
}

/** Paths of the sheets, in the order of the workbook. */
const sheetsOf = async (zip: Zip): Promise<string[]> => {
  const workbook = 'xl/workbook.xml'
  if (!zip.entries.has(workbook)) throw new XlsxError('not an xlsx workbook: it has no xl/workbook.xml')
  const ids: string[] = []
  await small(zip, workbook, {
    open(name, attributes) {
      if (name === 'sheet') ids.push(Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '')
    },
  })
  const targets = new Map<string, string>()
  await small(zip, 'xl/_rels/workbook.xml.rels', {
    open(name, { Id, Target }) {
      if (name === 'Relationship' && Id !== undefined && Target !== undefined) targets.set(Id, Target)
    },
  })
  return ids.map((id, rank) => {
    const target = targets.get(id) ?? `worksheets/sheet${rank + 1}.xml`
    return target.startsWith('/') ? target.slice(1) : `xl/${target}`
  })
}

/** Shared texts; phonetic readings (`rPh`) are no part of a text. */
const textsOf = async (zip: Zip): Promise<TextTable> => {
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
  for await (const _ of parsed(zip, 'xl/sharedStrings.xml', handlers, () => []));
  return texts
}

/** Number format of each cell style. */
const formatsOf = async (zip: Zip): Promise<(string | undefined)[]> => {
  const custom = new Map<string, string>()
  const styles: (string | undefined)[] = []
  let inCells = false
  await small(zip, 'xl/styles.xml', {
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
  let cells: (Cell | undefined)[] = []
  let row = 0
  let column = -1
  let type = ''
  let format: string | undefined
  let value = ''
  let inValue = false
  let phonetic = false
  const handlers: Handlers = {
    open(name, { r, t, s }) {
      if (name === 'row') {
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
      if (name === 'v' || name === 't') inValue = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'c' && value !== '' && column >= 0 && column < COLUMNS) cells[column] = cellOf(type, value, format, texts)
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

const cellOf = (type: string, value: string, format: string | undefined, texts: TextTable): Cell => {
  if (type === 's') return textCell(texts.get(Number(value)) ?? '')
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
    return Math.abs(number) < 1e11 ? String(number) : number.toPrecision(6).replace('e+', 'E+')
  return formatNumber(isDateFormat(format) ? 'yyyy-mm-dd' : format, number)
}

/** `_x000D_` stands for a character that XML does not carry. */
const unescaped = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text
