import type { Context } from 'hono'
import { AppError } from '../../shared/domain/errors.ts'
import type { LambdaBindings } from '../../shared/runtime/http.ts'

/**
 * Beside the event, the body as bytes: it is decoded once and never passes through a web stream, which would copy each piece.
 * `corrupted` says that what arrived cannot be the bytes that were sent.
 */
export type UploadBindings = LambdaBindings & { body?: Uint8Array; corrupted?: string }

/**
 * The body of a request, at most `limit` bytes. Throws `INPUT_TOO_LARGE` without reading further, `INPUT_INVALID` when the client
 * was cut off or the body was damaged on its way.
 */
export const bodyOf = async (context: Context<{ Bindings: UploadBindings }>, limit: number): Promise<Uint8Array> => {
  const bindings: UploadBindings | undefined = context.env
  if (bindings?.corrupted !== undefined) throw new AppError('INPUT_INVALID', bindings.corrupted)
  if (bindings?.body) {
    if (bindings.body.byteLength > limit) throw tooLarge(limit)
    return bindings.body
  }
  const { raw } = context.req
  if (Number(raw.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  if (raw.body === null) return new Uint8Array(0)
  const pieces: Uint8Array[] = []
  let total = 0
  try {
    for await (const piece of raw.body) {
      total += piece.byteLength
      if (total > limit) throw tooLarge(limit)
      pieces.push(piece)
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('INPUT_INVALID', 'Le corps de la requête n’est pas arrivé en entier.', { cause })
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, total)
}

const tooLarge = (limit: number): AppError =>
  new AppError('INPUT_TOO_LARGE', `Un morceau ne peut pas dépasser ${limit} octets : réglez chunkSize à 4194304.`, { details: { maximum: limit } })
