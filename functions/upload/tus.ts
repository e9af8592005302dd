import { createHash, timingSafeEqual } from 'node:crypto'
import type { Readable } from 'node:stream'
import { DataStore, ERRORS, type Lock, Server, Upload } from '@tus/server'
import { completed, type DepositRecord, isFinished, isKnownExpired, isOpen } from '../../shared/domain/deposit/record.ts'
import type { Lease, StoredRecord, UploadStorage } from '../../shared/domain/deposit/storage.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Checksum } from './protocol.ts'

/** How long a request waits for somebody else's lock. */
const LOCK_WAIT_MS = 5000

/**
 * One request as the protocol sees it. `piece` is the body, in memory: it goes to the storage as it is, beside the library's own
 * streams. `creation` is the record of an upload that begins.
 */
export type Exchange = {
  id: string
  owner: string
  piece: Uint8Array
  checksum: Checksum | undefined
  creation: DepositRecord | undefined
  now: Date
}

/** What came of it: the library's answer, and the record as it is now. `hasCompleted`: `settle` is to be rung. */
export type Outcome = { response: Response; record: DepositRecord | undefined; hasCompleted: boolean; error: unknown }

/**
 * Runs one request through the library. Its server and our store are made for the request (some ten microseconds), so that the
 * identity, the piece and the lease are plain values and not entries of a map keyed by the request.
 */
export const exchange = async (storage: UploadStorage, request: Request, given: Exchange): Promise<Outcome> => {
  const store = new ExchangeStore(storage, given)
  let error: unknown
  const server = new Server({
    path: '/files',
    datastore: store,
    locker: { newLock: () => store.lock() },
    namingFunction: () => given.id,
    getFileIdFromRequest: () => given.id,
    generateUrl: (_request, { path, id }) => `${path}/${id}`,
    onUploadCreate: async () => ({ metadata: given.creation?.metadata ?? {} }),
    onResponseError: (_request, thrown) => {
      error = thrown
      return undefined
    },
  })
  const response = await server.handleWeb(request)
  return { response, record: store.stored?.record, hasCompleted: store.hasCompleted, error }
}

/** The store of one request, on the port of the storage. */
class ExchangeStore extends DataStore {
  stored: StoredRecord | undefined
  hasCompleted = false
  readonly #storage: UploadStorage
  readonly #given: Exchange
  #lease: Lease | undefined

  constructor(storage: UploadStorage, given: Exchange) {
    super()
    this.extensions = ['creation', 'creation-with-upload']
    this.#storage = storage
    this.#given = given
  }

  lock(): Lock {
    return {
      lock: async (signal) => {
        this.#lease = await this.#storage.locks.acquire(this.#given.id, { waitMs: LOCK_WAIT_MS, signal })
      },
      unlock: async () => {
        await this.#lease?.release()
      },
    }
  }

  override async create(upload: Upload): Promise<Upload> {
    const { creation } = this.#given
    if (!creation) throw new Error('a creation without a record')
    this.stored = await this.#storage.create(creation)
    this.hasCompleted = isFinished(creation)
    return upload
  }

  /** Under the lock: sees what the front saw before, and mends an upload whose last request died before it could say so (kill point 3). */
  override async getUpload(id: string): Promise<Upload> {
    const stored = await this.#storage.records.read(id)
    if (!stored || stored.record.owner !== this.#given.owner) throw ERRORS.FILE_NOT_FOUND
    this.stored = stored
    const { record } = stored
    if (record.state === 'expired') throw isKnownExpired(record, this.#given.now) ? ERRORS.FILE_NO_LONGER_EXISTS : ERRORS.FILE_NOT_FOUND
    const offset = isOpen(record) ? await this.#storage.received(record) : record.size
    if (isOpen(record) && offset === record.size) await this.#complete()
    return new Upload({ id, size: record.size, offset, creation_date: record.createdAt })
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    stream.resume() // empty: the piece is here already
    const { piece, checksum, creation } = this.#given
    const record = this.stored?.record
    if (!record || !this.#lease) throw new Error('a write without a lock')
    if (offset + piece.byteLength > record.size) throw tooLong()
    if (checksum) verifyChecksum(checksum, piece)
    if (piece.byteLength === 0) return offset
    try {
      const reached = await this.#storage.append(record, offset, piece, this.#lease)
      if (reached === record.size) await this.#complete()
      return reached
    } catch (error) {
      if (creation) await this.#storage.discard(id)
      throw error
    }
  }

  async #complete(): Promise<void> {
    if (!this.stored) throw new Error('nothing to complete')
    this.stored = await this.#storage.records.save(completed(this.stored.record, this.#given.now), this.stored.version)
    this.hasCompleted = true
  }
}

/** Throws `CHECKSUM_MISMATCH` (460). */
export const verifyChecksum = ({ algorithm, digest }: Checksum, piece: Uint8Array): void => {
  if (timingSafeEqual(createHash(algorithm).update(piece).digest(), digest)) return
  throw new AppError('CHECKSUM_MISMATCH', 'Les octets reçus ne correspondent pas à leur somme de contrôle : rien n’a été écrit.')
}

const tooLong = (): AppError => new AppError('INPUT_TOO_LARGE', 'Ce morceau dépasse la taille annoncée du dépôt : rien n’a été écrit.')

/** The error of the platform for one of the library's. What has no meaning for the client comes back as it is: a bug. */
export const translateTusError = (error: unknown): unknown => {
  if (error instanceof AppError || typeof error !== 'object' || error === null || !('status_code' in error)) return error
  switch (error.status_code) {
    case 404:
      return new AppError('UPLOAD_UNKNOWN', 'Ce dépôt est inconnu.')
    case 409:
      return new AppError('OFFSET_CONFLICT', 'La position annoncée n’est pas celle du dépôt.')
    case 410:
      return new AppError('UPLOAD_EXPIRED', 'Ce dépôt a expiré : il faut le recommencer.')
    case 413:
      return tooLong()
    default:
      return error
  }
}
