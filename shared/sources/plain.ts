import { createGunzip } from 'node:zlib'
import { decodes } from '../csv/plan.ts'
import { AppError } from '../domain/errors.ts'
import { readXlsx, XlsxError } from '../xlsx/read-xlsx.ts'
import { SHEET_LINE, type SheetColumn, type Source } from './source.ts'

/** How a file holds its text. */
export type Encoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be'

/** What is said to the partner of a text that is not what it should be; nothing of the others. */
export const encodingRemarks = (encoding: Encoding): string[] =>
  encoding === 'windows-1252' ? ['Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252.'] : []

/** Opens the bytes of a file from its beginning: a file is read once to know it, and once more to be read. */
export type OpenBytes = () => AsyncIterable<Uint8Array>

/** `plain`: the file is a UTF-8 CSV as it stands. `bytes` are those of a UTF-8 CSV, whatever the file was. */
export type PlainCsv = {
  readonly plain: boolean
  readonly encoding: Encoding
  readonly container: 'plain' | 'gzip' | 'xlsx'
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * Whatever a partner sends, as a UTF-8 CSV (raw-formats §1.1): gunzipped, decoded from UTF-16 or Windows-1252, the sheet of a workbook written out.
 * Windows-1252 is what a file is that holds invalid UTF-8 anywhere, hence one whole reading before the answer. Memory does not grow with the file.
 * `most`: the bytes that an archive may hold. Throws `FILE_NOT_WHAT_IT_CLAIMS`, here or while `bytes` is read.
 */
export const toPlainCsv = async (
  source: Pick<Source, 'container' | 'sheet'>,
  open: OpenBytes,
  fileName: string,
  most = Number.POSITIVE_INFINITY,
): Promise<PlainCsv> => {
  const head = await headOf(open)
  const gzip = head[0] === 0x1f && head[1] === 0x8b
  if (!gzip && fileName.endsWith('.gz') && head.length > 0)
    throw new AppError('FILE_NOT_WHAT_IT_CLAIMS', 'Le nom du fichier annonce une archive gzip, ce que son contenu n’est pas.')
  if (source.sheet !== undefined)
    return { plain: false, encoding: 'utf-8', container: 'xlsx', bytes: sheetCsv(source.sheet, gzip ? gunzip(open(), most) : open()) }
  const container = gzip ? 'gzip' : 'plain'
  const text: OpenBytes = gzip ? () => gunzip(open(), most) : open
  const encoding = await encodingOf(source, text)
  if (encoding === 'utf-8') return { plain: !gzip, encoding, container, bytes: text() }
  return {
    plain: false,
    encoding,
    container,
    bytes: decoded(text(), encoding),
  }
}

/**
 * A sheet as a CSV in quotes, separated by `;`, the number of each row in the last column. Rows without any text are left out, as empty lines are; the sheet's own
 * header is a row like another.
 */
async function* sheetCsv(columns: readonly SheetColumn[], bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let packet = `${[...columns.map(({ name }) => name), SHEET_LINE].map(quoted).join(';')}\n`
  try {
    for await (const { row, cells } of readXlsx(bytes)) {
      if (!cells.some((cell) => cell !== undefined)) continue
      const texts = columns.map(({ position, raw, pad }) => {
        const cell = cells[position]
        if (cell === undefined) return ''
        const text = raw ? cell.raw : cell.text
        return pad !== undefined && cell.number && /^[0-9]+$/.test(text) ? text.padStart(pad, '0') : text
      })
      packet += `${[...texts, String(row)].map(quoted).join(';')}\n`
      if (packet.length < CHUNK) continue
      yield encoder.encode(packet)
      packet = ''
    }
  } catch (error) {
    if (error instanceof XlsxError) throw new AppError('FILE_NOT_WHAT_IT_CLAIMS', error.message, { cause: error })
    throw error
  }
  yield encoder.encode(packet)
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** The first bytes of a file, enough for its signatures. */
const headOf = async (open: OpenBytes, size = 1024): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const chunk of open()) {
    pieces.push(chunk)
    length += chunk.length
    if (length >= size) break
  }
  return Buffer.concat(pieces).subarray(0, size)
}

const encodingOf = async (source: Pick<Source, 'container' | 'sheet'>, open: OpenBytes): Promise<Encoding> => {
  const head = await headOf(open)
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  // Without a mark a `diane` export is little-endian (§2.12), unless it was converted: UTF-16 has a zero byte for each ASCII character.
  if (source.container === 'utf16' && head.includes(0)) return 'utf-16le'
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of open()) if (!decodes(decoder, chunk, true)) return 'windows-1252'
  return decodes(decoder, new Uint8Array(), false) ? 'utf-8' : 'windows-1252'
}

/** Gunzips in stream. A truncated or damaged archive is not what it claims to be. */
async function* gunzip(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: CHUNK })
  const feeding = feed(bytes, stream)
  try {
    let size = 0
    for await (const chunk of stream) {
      size += chunk.length
      if (size > most) throw new AppError('FILE_NOT_WHAT_IT_CLAIMS', `Une fois décompressé, le fichier dépasse ${most} octets.`)
      yield chunk
    }
    await feeding
  } catch (cause) {
    if (isGzipFault(cause)) throw new AppError('FILE_NOT_WHAT_IT_CLAIMS', 'L’archive gzip est tronquée ou endommagée.', { cause })
    throw cause
  } finally {
    stream.destroy()
  }
}

const CHUNK = 1 << 18

const feed = async (bytes: AsyncIterable<Uint8Array>, stream: ReturnType<typeof createGunzip>): Promise<void> => {
  try {
    for await (const chunk of bytes) {
      if (stream.destroyed) return
      if (!stream.write(chunk)) await new Promise<void>((resolve) => stream.once('drain', resolve).once('close', resolve))
    }
    stream.end()
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

const isGzipFault = (error: unknown): boolean => error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')

async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding)
  const encoder = new TextEncoder()
  for await (const chunk of encoding === 'windows-1252' ? withoutMark(bytes) : bytes) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield encoder.encode(text)
  }
  const rest = decoder.decode()
  if (rest !== '') yield encoder.encode(rest)
}

/** A decoder removes the mark of its own encoding only: a file that announces UTF-8 and is not has one all the same. */
async function* withoutMark(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array()
  for await (const chunk of bytes) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < UTF8_MARK.length) continue
    yield UTF8_MARK.every((byte, at) => head?.[at] === byte) ? head.subarray(UTF8_MARK.length) : head
    head = undefined
  }
  if (head !== undefined) yield head
}

const UTF8_MARK = [0xef, 0xbb, 0xbf]
