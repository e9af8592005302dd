import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ByteRange } from '../../../domain/deposit/files.ts'
import { AppError } from '../../../domain/errors.ts'
import { hasCode, translateFsError } from './errors.ts'

/** Size of a read: large enough for a network file system, small beside a function's memory. */
const PIECE_BYTES = 1024 * 1024

/**
 * The bytes of a file, never through a link. Each piece is a buffer of its own, which the reader may keep. Throws `FILE_MISSING`.
 */
export async function* readPieces(path: string, range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw hasCode(error, 'ENOENT', 'ELOOP') ? new AppError('FILE_MISSING', 'Ce fichier n’existe pas.', { cause: error }) : translateFsError(error)
  })
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
