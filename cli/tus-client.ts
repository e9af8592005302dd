import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { DetailedError, type HttpResponse, Upload } from 'tus-js-client'
import { AppError } from '../shared/domain/errors.ts'

export type UploadRequest = {
  /** Address of the collection: `…/files`. */
  endpoint: string
  /** Asked for each request: a large deposit outlives its first token. */
  token: string | (() => Promise<string>)
  path: string
  metadata: Record<string, string>
  /** Milliseconds before each new try of what another moment mends. */
  retryDelays?: readonly number[]
  chunkBytes?: number
  onProgress?: (sent: number, total: number) => void
  /** Address of a deposit that was begun: it is continued where it stopped. */
  resume?: string
  /** Told the address of the deposit as soon as it has one. */
  onAddress?: (url: string) => void
  signal?: AbortSignal
}

/** `url` is the address of the deposit, its last segment the id. */
export type UploadResult = { url: string; id: string; bytes: number }

/** 4 MiB: once in base64 it still fits in what a Lambda receives (upload §3.1). */
export const CHUNK_BYTES = 4 * 1024 * 1024

/** They add up to more than the lease of a lock, so that a piece whose connection was lost is sent again after it (upload §3.2). */
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000]

/**
 * Deposits a file over tus and waits for its last byte to be acknowledged. Throws `TOKEN_INVALID`, `ROLE_MISSING`,
 * `INPUT_INVALID`… after the answer of the server, `STORAGE_DOWN` when none came, `FILE_MISSING` for an unreadable file.
 */
export const uploadFile = async (request: UploadRequest): Promise<UploadResult> => {
  const { size } = await stat(request.path).catch((cause) => {
    throw new AppError('FILE_MISSING', `${request.path} ne peut pas être lu.`, { cause })
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // A token that is refused is asked for again once, not until the delays are used up.
  let renewals = 0
  const upload = new Upload(createReadStream(request.path), {
    endpoint: request.endpoint,
    ...(request.resume === undefined ? {} : { uploadUrl: request.resume }),
    uploadSize: size,
    chunkSize: request.chunkBytes ?? CHUNK_BYTES,
    parallelUploads: 1,
    retryDelays: [...(request.retryDelays ?? RETRY_DELAYS_MS)],
    metadata: request.metadata,
    onBeforeRequest: async (outgoing) => {
      const token = typeof request.token === 'string' ? request.token : await request.token()
      outgoing.setHeader('Authorization', `Bearer ${token}`)
    },
    onAfterResponse: (outgoing, incoming) => {
      if (outgoing.getMethod() === 'HEAD' && !saysWhereItStands(incoming.getStatus())) throw new PositionRefused(incoming)
    },
    onShouldRetry: (error) => {
      const status = answerOf(error)?.getStatus()
      return shouldRetry(status, typeof request.token !== 'string' && (status !== 401 || renewals++ === 0))
    },
    onChunkComplete: () => {
      renewals = 0
    },
    onProgress: (sent, total) => request.onProgress?.(sent, total ?? size),
    onUploadUrlAvailable: () => {
      if (upload.url !== null) request.onAddress?.(upload.url)
    },
    onError: reject,
    onSuccess: () => resolve(),
  })
  const abort = () => {
    void upload.abort()
    reject(request.signal?.reason)
  }
  request.signal?.addEventListener('abort', abort, { once: true })
  upload.start()
  try {
    await promise
  } catch (error) {
    throw translate(error)
  } finally {
    request.signal?.removeEventListener('abort', abort)
  }
  const url = upload.url
  if (url === null) throw new AppError('STORAGE_DOWN', 'Le serveur n’a pas donné d’adresse au dépôt.')
  return { url, id: url.split('/').at(-1) ?? '', bytes: size }
}

/**
 * The library begins another deposit when the position of one is refused, whatever the refusal says: the bytes would be sent again, and two deposits be
 * open. Only one that is no more there is begun again; any other answer is an error like those of the other requests.
 */
class PositionRefused extends Error {
  readonly response: HttpResponse

  constructor(response: HttpResponse) {
    super(`the position of the deposit was answered ${response.getStatus()}`)
    this.response = response
  }
}

const saysWhereItStands = (status: number): boolean => (status >= 200 && status < 300) || status === 404 || status === 410

/** The answer that an error is about, undefined when none came. */
const answerOf = ({ originalResponse, causingError }: DetailedError): HttpResponse | undefined =>
  originalResponse ?? (causingError instanceof PositionRefused ? causingError.response : undefined)

/** A refusal is final, except: conflict of position, lock, too many requests, damaged piece, and 401 when a fresh token can be had. */
const shouldRetry = (status: number | undefined, hasFreshTokens: boolean): boolean => {
  if (status === undefined || status >= 500) return status !== 507
  return status === 409 || status === 423 || status === 429 || status === 460 || (status === 401 && hasFreshTokens)
}

const translate = (cause: unknown): unknown => {
  if (!(cause instanceof DetailedError)) return cause
  const answer = answerOf(cause)
  const status = answer?.getStatus()
  const detail = detailOf(answer?.getBody() ?? '')
  if (status === undefined) return new AppError('STORAGE_DOWN', 'Le serveur de dépôt ne répond pas.', { cause })
  const message = detail ?? `Le serveur de dépôt a répondu ${status}.`
  // The answer to a HEAD has no sentence of its own.
  if (status === 401) return new AppError('TOKEN_INVALID', detail ?? 'Le jeton est refusé ou a expiré.', { cause })
  if (status === 403) return new AppError('ROLE_MISSING', message, { cause })
  if (status === 404 || status === 410) return new AppError('UPLOAD_UNKNOWN', message, { cause })
  if (status === 409) return new AppError('OFFSET_CONFLICT', message, { cause })
  if (status === 413) return new AppError('INPUT_TOO_LARGE', message, { cause })
  if (status >= 500) return new AppError('STORAGE_DOWN', message, { cause })
  return new AppError('INPUT_INVALID', message, { cause })
}

const detailOf = (body: string): string | undefined => {
  try {
    const found: unknown = JSON.parse(body)
    return typeof found === 'object' && found !== null && 'detail' in found && typeof found.detail === 'string' ? found.detail : undefined
  } catch {
    return undefined
  }
}
