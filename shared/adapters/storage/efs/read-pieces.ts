import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { ByteRange } from '../../../domain/deposit/files.ts'
import { AppError } from '../../../domain/errors.ts'
import { hasCode, translateFsError } from './errors.ts'

/** Size of a read: large enough for a network file system, small beside a function's memory. */
const PIECE_BYTES = 1024 * 1024

/**
 * The bytes of a file, never through a link. Each piece is a buffer of its own, which the reader may keep. Throws `FILE_MISSING`.
 */
export async function* readPieces(path: string, range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await openPlain(path)
  try {
    let position = range?.start ?? 0
    const end = range === undefined ? Number.POSITIVE_INFINITY : range.end + 1
    while (position < end) {
      const length = Math.min(PIECE_BYTES, end - position)
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield bytesRead === length ? buffer : buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/**
 * The bytes of a file in two buffers that serve in turn: a piece holds until the next one is asked for, which is being read meanwhile. Never through
 * a link. Throws `FILE_MISSING`.
 */
export async function* lendPieces(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await openPlain(path)
  const read = async (buffer: Buffer, position: number): Promise<Buffer> => {
    const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES, position)
    return buffer.subarray(0, bytesRead)
  }
  let [current, next] = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)]
  let reading = read(current, 0)
  try {
    for (let position = 0; ; ) {
      const piece = await reading
      if (piece.byteLength === 0) return
      position += piece.byteLength
      ;[current, next] = [next, current]
      reading = read(current, position)
      // It is awaited in its turn; a failure before that is not one that nobody hears of.
      reading.catch(() => undefined)
      yield piece
    }
  } finally {
    await Promise.allSettled([reading])
    await handle.close()
  }
}

const openPlain = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    throw hasCode(cause, 'ENOENT', 'ELOOP') ? new AppError('FILE_MISSING', 'Ce fichier n’existe pas.', { cause }) : translateFsError(cause)
  }
}
