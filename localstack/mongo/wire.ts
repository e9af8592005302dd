import { deserialize, serialize } from 'bson'
import type { Document } from './raw.ts'

/** Messages of MongoDB's wire protocol: a header of 16 bytes (length, id, id answered, operation), then the body of the operation. */
export const OP_REPLY = 1
export const OP_QUERY = 2004
export const OP_MSG = 2013

const HEADER = 16
const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2
/** Kinds of section of an OP_MSG. */
const BODY = 0
const SEQUENCE = 1

/** The largest message that a driver may send, with room for its header. */
const MAX_MESSAGE = 48_000_000 + 16_384

export type Message = { id: number; operation: number; payload: Buffer }

/** Cuts a stream of bytes into messages. */
export const messageReader = (): ((chunk: Buffer) => Message[]) => {
  let waiting: Buffer[] = []
  let size = 0
  return (chunk) => {
    waiting.push(chunk)
    size += chunk.length
    const messages: Message[] = []
    while (size >= HEADER) {
      const [first = chunk] = waiting
      const head = first.length >= 4 ? first : Buffer.concat(waiting)
      const length = head.readInt32LE(0)
      if (length < HEADER || length > MAX_MESSAGE) throw new Error(`message of ${length} bytes refused`)
      if (size < length) break
      const all = waiting.length === 1 ? first : Buffer.concat(waiting)
      const message = all.subarray(0, length)
      waiting = all.length === length ? [] : [all.subarray(length)]
      size -= length
      messages.push({
        id: message.readInt32LE(4),
        operation: message.readInt32LE(12),
        payload: message.subarray(HEADER),
      })
    }
    return messages
  }
}

export type Parsed = { body: Document; batch: Buffer[]; expectsReply: boolean }

/** The arguments that hold the statements of a write: kept as bytes, so that what is stored is exactly what was sent. */
const BATCHES: Readonly<Record<string, string>> = {
  insert: 'documents',
  update: 'updates',
  delete: 'deletes',
}

const commandOf = (bytes: Buffer): string => bytes.toString('utf8', 5, bytes.indexOf(0, 5))

const readBody = (bytes: Buffer): { body: Document; batch: Buffer[] } => {
  const argument = BATCHES[commandOf(bytes)]
  if (argument === undefined) return { body: deserialize(bytes), batch: [] }
  const body: Document = deserialize(bytes, {
    fieldsAsRaw: { [argument]: true },
  })
  const statements = body[argument]
  return { body, batch: Array.isArray(statements) ? statements : [] }
}

export const parseMsg = ({ payload }: Message): Parsed => {
  const flags = payload.readUInt32LE(0)
  const end = flags & CHECKSUM_PRESENT ? payload.length - 4 : payload.length
  let parsed: { body: Document; batch: Buffer[] } | undefined
  let sequence: Buffer[] | undefined
  for (let at = 4; at < end; ) {
    const kind = payload[at]
    const size = payload.readInt32LE(at + 1)
    const section = payload.subarray(at + 1, at + 1 + size)
    if (kind === BODY) parsed = readBody(section)
    else if (kind === SEQUENCE) {
      sequence = []
      for (let i = section.indexOf(0, 4) + 1; i < section.length; ) {
        const length = section.readInt32LE(i)
        sequence.push(section.subarray(i, i + length))
        i += length
      }
    } else throw new Error(`section of kind ${kind} refused`)
    at += 1 + size
  }
  if (parsed === undefined) throw new Error('message without a body')
  return {
    body: parsed.body,
    batch: sequence ?? parsed.batch,
    expectsReply: !(flags & MORE_TO_COME),
  }
}

/** The document of an OP_QUERY: flags, name of the collection, two numbers, then the query. */
export const parseQuery = ({ payload }: Message): Document => {
  const at = payload.indexOf(0, 4) + 1 + 8
  return deserialize(payload.subarray(at, at + payload.readInt32LE(at)))
}

let sent = 0

const frame = (operation: number, answered: number, prefix: Buffer, document: Buffer | Document): Buffer => {
  const bytes = Buffer.isBuffer(document) ? document : serialize(document, { ignoreUndefined: true })
  const out = Buffer.allocUnsafe(HEADER + prefix.length + bytes.length)
  sent = (sent + 1) & 0x7fffffff
  out.writeInt32LE(out.length, 0)
  out.writeInt32LE(sent, 4)
  out.writeInt32LE(answered, 8)
  out.writeInt32LE(operation, 12)
  prefix.copy(out, HEADER)
  out.set(bytes, HEADER + prefix.length)
  return out
}

const MSG_PREFIX = Buffer.from([0, 0, 0, 0, BODY])
/** No flag, no cursor, from the first, one document. */
const REPLY_PREFIX = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])

export const msgReply = (answered: number, document: Buffer | Document): Buffer => frame(OP_MSG, answered, MSG_PREFIX, document)
export const queryReply = (answered: number, document: Document): Buffer => frame(OP_REPLY, answered, REPLY_PREFIX, document)
