import { Long, serialize } from 'bson'
import { CommandError } from './errors.ts'
import { bytesOf, textOf } from './raw.ts'

/** Results are handed out as the bytes of documents, read when their turn comes. `undefined` when a document is gone meanwhile. */
export type Rows = { length: number; at(index: number): string | undefined }

type Cursor = { namespace: string; rows: Rows; next: number; usedAt: number }

export type Cursors = {
  first(namespace: string, rows: Rows, size: number, single: boolean): Buffer
  more(id: number, namespace: string, size: number): Buffer
  kill(id: number): boolean
}

const FIRST_BATCH = 101
const MAX_BATCH_BYTES = 16 * 1024 * 1024
const IDLE_MS = 10 * 60_000

export const createCursors = (now: () => number): Cursors => {
  const open = new Map<number, Cursor>()
  let last = 0

  const take = (cursor: Cursor, size: number): string[] => {
    const batch: string[] = []
    let bytes = 0
    while (cursor.next < cursor.rows.length && batch.length < size) {
      const text = cursor.rows.at(cursor.next)
      if (text !== undefined) {
        if (batch.length > 0 && bytes + text.length > MAX_BATCH_BYTES) break
        batch.push(text)
        bytes += text.length
      }
      cursor.next++
    }
    return batch
  }

  const closeIdle = (): void => {
    for (const [id, cursor] of open) if (now() - cursor.usedAt > IDLE_MS) open.delete(id)
  }

  return {
    first: (namespace, rows, size, single) => {
      const cursor: Cursor = { namespace, rows, next: 0, usedAt: now() }
      const batch = take(cursor, size === 0 ? FIRST_BATCH : size)
      if (single || cursor.next >= rows.length) return cursorReply('firstBatch', batch, 0, namespace)
      closeIdle()
      last++
      open.set(last, cursor)
      return cursorReply('firstBatch', batch, last, namespace)
    },
    more: (id, namespace, size) => {
      const cursor = open.get(id)
      if (cursor === undefined || cursor.namespace !== namespace) throw new CommandError('CursorNotFound', `cursor id ${id} not found`)
      cursor.usedAt = now()
      const batch = take(cursor, size === 0 ? Number.POSITIVE_INFINITY : size)
      const done = cursor.next >= cursor.rows.length
      if (done) open.delete(id)
      return cursorReply('nextBatch', batch, done ? 0 : id, namespace)
    },
    kill: (id) => open.delete(id),
  }
}

export const rowsOf = (documents: readonly Record<string, unknown>[]): Rows => ({
  length: documents.length,
  at: (index) => {
    const document = documents[index]
    return document === undefined ? undefined : textOf(Buffer.from(serialize(document, { ignoreUndefined: true })))
  },
})

const OBJECT = 3
const ARRAY = 4

/** `{ cursor: { <field>: [documents], id, ns }, ok: 1 }`, written by hand: the documents are copied, not decoded. */
const cursorReply = (field: 'firstBatch' | 'nextBatch', batch: readonly string[], id: number, namespace: string): Buffer => {
  // Bytes of a document without its length and its end.
  const inner = (document: Record<string, unknown>): Buffer => Buffer.from(serialize(document).subarray(4, -1))
  const tail = inner({ id: Long.fromNumber(id), ns: namespace })
  const ok = inner({ ok: 1 })
  const name = Buffer.from(`${field}\0`)
  const arrayBytes = batch.reduce((sum, text, i) => sum + 2 + String(i).length + text.length, 5)
  const cursorBytes = 4 + 1 + name.length + arrayBytes + tail.length + 1
  const total = 4 + 1 + 'cursor\0'.length + cursorBytes + ok.length + 1
  const out = Buffer.allocUnsafe(total)
  let at = out.writeInt32LE(total, 0)
  at = out.writeUInt8(OBJECT, at)
  at += out.write('cursor\0', at, 'latin1')
  at = out.writeInt32LE(cursorBytes, at)
  at = out.writeUInt8(ARRAY, at)
  at += name.copy(out, at)
  at = out.writeInt32LE(arrayBytes, at)
  for (const [i, text] of batch.entries()) {
    at = out.writeUInt8(OBJECT, at)
    at += out.write(`${i}\0`, at, 'latin1')
    at += out.write(text, at, 'latin1')
  }
  at = out.writeUInt8(0, at)
  at += tail.copy(out, at)
  at = out.writeUInt8(0, at)
  at += ok.copy(out, at)
  out.writeUInt8(0, at)
  return out
}

/** Bytes of stored documents, without a copy of the list. */
export const storedRows = (stored: readonly { raw: string }[], isAlive: (index: number) => boolean, project?: (buffer: Buffer) => Buffer): Rows => ({
  length: stored.length,
  at: (index) => {
    const item = stored[index]
    if (item === undefined || !isAlive(index)) return undefined
    return project === undefined ? item.raw : textOf(project(bytesOf(item.raw)))
  },
})
