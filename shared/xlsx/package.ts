import sax from 'sax'
import yauzl from 'yauzl'

/** The parts of an office document: a zip archive whose XML parts name each other by relationships (ECMA-376 part 2). */

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

export type Zip = { file: yauzl.ZipFile; entries: ReadonlyMap<string, yauzl.Entry>; limits: Limits }

export const gather = async (bytes: AsyncIterable<Uint8Array>, limits: Limits): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > limits.file) throw new XlsxError(`the workbook is larger than ${limits.file} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

export const openZip = (buffer: Buffer, limits: Limits): Promise<Zip> =>
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

export type Handlers = {
  open?: (name: string, attributes: Readonly<Record<string, string>>) => void
  text?: (text: string) => void
  close?: (name: string) => void
}

/** Feeds a part to handlers; after each piece `after` may give what has been found. Names come without their prefix. */
export async function* parsed<T>(
  zip: Zip,
  name: string,
  handlers: Handlers,
  after: () => readonly T[],
  limit = zip.limits.stream,
): AsyncGenerator<readonly T[]> {
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

/** Parses a small part whole; nothing is told of one that is missing. */
export const small = async (zip: Zip, name: string, handlers: Handlers): Promise<void> => {
  for await (const _ of parsed(zip, name, handlers, () => [], zip.limits.part));
}

/** What a part (or, by the name `''`, the document) relates to: the name of a part by the identifier of the relationship, or by its type, told by the end of its address. */
export type Relations = { readonly byId: ReadonlyMap<string, string>; readonly ofType: (type: string) => string | undefined }

export const relationsOf = async (zip: Zip, part: string): Promise<Relations> => {
  const cut = part.lastIndexOf('/') + 1
  const folder = part.slice(0, cut)
  const byId = new Map<string, string>()
  const types = new Map<string, string>()
  await small(zip, `${folder}_rels/${part.slice(cut)}.rels`, {
    open(name, { Id, Type, Target }) {
      if (name !== 'Relationship' || Target === undefined) return
      const target = partAt(folder, Target)
      if (Id !== undefined) byId.set(Id, target)
      if (Type !== undefined) types.set(Type.slice(Type.lastIndexOf('/') + 1), target)
    },
  })
  return { byId, ofType: (type) => types.get(type) }
}

/** A part named from a folder that ends with `/`, or from the root. */
const partAt = (folder: string, target: string): string => {
  const path: string[] = []
  for (const step of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (step === '..') path.pop()
    else if (step !== '' && step !== '.') path.push(step)
  }
  return path.join('/')
}
