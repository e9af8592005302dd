import { isBase64, parseMetadata } from '../../shared/domain/deposit/metadata.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { DepositId } from '../../shared/domain/messages.ts'

/** Version of tus that this service speaks. */
export const TUS_VERSION = '1.0.0'

export const TUS_EXTENSIONS = 'creation,creation-with-upload,checksum,expiration'

export const TUS_MEDIA_TYPE = 'application/offset+octet-stream'

/** Digest lengths in bytes of the algorithms offered. */
const CHECKSUMS: Readonly<Record<string, number>> = { sha1: 20, sha256: 32 }

export const CHECKSUM_ALGORITHMS = Object.keys(CHECKSUMS).join(',')

/** What a path leads to. `id` is undefined where it has not the form of an id: the methods of a resource, and nothing there. */
export type Target = { kind: 'collection' } | { kind: 'resource'; id: string | undefined } | { kind: 'unknown' }

/** The path as it was received, never decoded: an id has no character that would need it (upload §5). */
export const targetOf = (path: string): Target => {
  if (path === '/files' || path === '/files/') return { kind: 'collection' }
  if (!path.startsWith('/files/')) return { kind: 'unknown' }
  const id = DepositId.safeParse(path.slice('/files/'.length))
  return { kind: 'resource', id: id.success ? id.data : undefined }
}

export type Method = 'POST' | 'HEAD' | 'PATCH'

/** Methods of a target, for `Allow`. */
export const methodsOf = (target: Target): string => (target.kind === 'collection' ? 'OPTIONS, POST' : 'OPTIONS, HEAD, PATCH')

/**
 * The method that counts, once `X-HTTP-Method-Override` is read: on `POST` only, for `PATCH` and `HEAD` (upload §1.3).
 * Throws `METHOD_NOT_ALLOWED`. On an unknown path every method is let through, to be a 404 after the token.
 */
export const effectiveMethod = (method: string, override: string | undefined, target: Target): Method | undefined => {
  const effective = method === 'POST' && override !== undefined ? override : method
  const isOverridden = method === 'POST' && override !== undefined
  if (isOverridden && override !== 'PATCH' && override !== 'HEAD') throw refusedMethod()
  if (target.kind === 'unknown') return undefined
  if (target.kind === 'collection') {
    if (effective === 'POST') return 'POST'
    throw refusedMethod()
  }
  if (effective === 'HEAD' || effective === 'PATCH') return effective
  throw refusedMethod()
}

const refusedMethod = (): AppError => new AppError('METHOD_NOT_ALLOWED', 'Cette méthode n’est pas offerte à cette adresse.')

export type Checksum = { algorithm: 'sha1' | 'sha256'; digest: Buffer }

/** A creation whose headers are right. `hasPiece`: the body is the first piece. */
export type Creation = { size: number; metadata: Record<string, string>; hasPiece: boolean; checksum: Checksum | undefined }

/** A piece whose headers are right. */
export type Piece = { offset: number; checksum: Checksum | undefined }

export type Header = (name: string) => string | undefined

/** Throws `PROTOCOL_VERSION` (412), on every method but `OPTIONS`. */
export const checkVersion = (header: Header): void => {
  if (header('tus-resumable') !== TUS_VERSION) {
    throw new AppError('PROTOCOL_VERSION', `L’en-tête Tus-Resumable doit être présent et valoir ${TUS_VERSION}.`)
  }
}

/** Throws `INPUT_INVALID` or `INPUT_TOO_LARGE` (upload §1.2 rows 8 and 10). */
export const readCreation = (header: Header, maxBytes: number): Creation => {
  refuseForeign(header)
  const size = wholeNumber('Upload-Length', header('upload-length'))
  const metadata = parseMetadata(header('upload-metadata'))
  const checksum = readChecksum(header('upload-checksum'))
  if (size > maxBytes) throw new AppError('INPUT_TOO_LARGE', `Un dépôt ne peut pas dépasser ${maxBytes} octets.`, { details: { maximum: maxBytes } })
  return { size, metadata, hasPiece: mediaTypeOf(header) === TUS_MEDIA_TYPE, checksum }
}

/** Throws `INPUT_INVALID` or `MEDIA_TYPE_REFUSED` (upload §1.2 rows 8 and 9). */
export const readPiece = (header: Header): Piece => {
  refuseForeign(header)
  if (header('upload-length') !== undefined) throw invalid('L’en-tête Upload-Length n’est pas accepté ici : la taille est fixée à la création.')
  const offset = wholeNumber('Upload-Offset', header('upload-offset'))
  const checksum = readChecksum(header('upload-checksum'))
  if (mediaTypeOf(header) !== TUS_MEDIA_TYPE) throw new AppError('MEDIA_TYPE_REFUSED', `L’en-tête Content-Type doit être ${TUS_MEDIA_TYPE}.`)
  return { offset, checksum }
}

/** 400 and not 501: clients repeat a 5xx until their delays are used up (upload §1.2). */
const refuseForeign = (header: Header): void => {
  if (header('upload-concat') !== undefined) throw invalid('L’assemblage de dépôts n’est pas offert.')
  if (header('upload-defer-length') !== undefined) throw invalid('La taille doit être annoncée à la création, dans Upload-Length.')
}

const wholeNumber = (name: string, text: string | undefined): number => {
  if (text === undefined) throw invalid(`L’en-tête ${name} est absent.`)
  const value = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw invalid(`L’en-tête ${name} doit être un nombre entier.`)
  return value
}

const readChecksum = (text: string | undefined): Checksum | undefined => {
  if (text === undefined) return undefined
  const [, algorithm, encoded = ''] = /^(sha1|sha256) (.+)$/.exec(text) ?? []
  const digest = Buffer.from(isBase64(encoded) ? encoded : '', 'base64')
  if ((algorithm === 'sha1' || algorithm === 'sha256') && digest.length === CHECKSUMS[algorithm]) return { algorithm, digest }
  throw invalid(`L’en-tête Upload-Checksum doit être un algorithme parmi ${CHECKSUM_ALGORITHMS}, suivi d’une empreinte en Base64.`)
}

/** Without parameters and case. */
const mediaTypeOf = (header: Header): string => (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

const invalid = (detail: string): AppError => new AppError('INPUT_INVALID', detail)
