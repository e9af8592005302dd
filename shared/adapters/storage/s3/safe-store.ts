import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Part } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import { AppError } from '../../../domain/errors.ts'
import { type BucketOptions, clientConfig, isStatus, translateS3Error } from './objects.ts'

/** What S3 holds of an upload: consecutive parts, then bytes that are too few for a part. */
type Held = { parts: Part[]; stored: number; rest: Buffer }

/** S3 refuses a part below this, but the last. */
const SMALLEST_PART = 5 * 1024 * 1024

/**
 * The library's store, with its faults mended (upload §6). The bytes that wait in `.part` are removed only after the part that
 * holds them is stored, and carry the position where they begin, so that those a crash left behind are not counted twice. A piece stays in
 * memory and never goes through a disk. An upload without multipart and without object is lost, not complete.
 */
export class SafeS3Store extends S3Store {
  readonly #bucket: string

  constructor(options: BucketOptions) {
    super({
      s3ClientConfig: { bucket: options.bucket, ...clientConfig(options) },
      useTags: false,
      // The library remembers uploads for ever; another instance may have changed them.
      cache: { get: async () => undefined, set: async () => undefined, delete: async () => undefined, list: async () => [] },
    })
    this.#bucket = options.bucket
  }

  /** Bytes received: undefined when the multipart upload is gone. */
  async received(id: string): Promise<number | undefined> {
    const held = await this.#held(id)
    return held && held.stored + held.rest.byteLength
  }

  /** The same, and when its last part was stored, in milliseconds: undefined when there is no part. */
  async progress(id: string): Promise<{ received: number; storedAt: number | undefined } | undefined> {
    const held = await this.#held(id)
    const instants = held?.parts.flatMap(({ LastModified: at }) => (at === undefined ? [] : [at.getTime()])) ?? []
    return held && { received: held.stored + held.rest.byteLength, storedAt: instants.length === 0 ? undefined : Math.max(...instants) }
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    return this.append(id, offset, await buffer(source))
  }

  /** Makes a piece durable. Throws `OFFSET_CONFLICT`. */
  async append(id: string, offset: number, piece: Uint8Array): Promise<number> {
    const metadata = await this.getMetadata(id)
    const held = await this.#held(id)
    if (held === undefined) throw new AppError('UPLOAD_EXPIRED', 'Ce dépôt a expiré : il faut le recommencer.')
    const { parts, stored, rest } = held
    if (stored + rest.byteLength !== offset) throw new AppError('OFFSET_CONFLICT', 'La position annoncée n’est pas celle du dépôt.')
    const end = offset + piece.byteLength
    const isLast = end === metadata.file.size
    const partBytes = this.calcOptimalPartSize(metadata.file.size)
    let waiting = rest.byteLength === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength) : Buffer.concat([rest, piece])
    let start = stored
    let number = parts.length
    while (waiting.byteLength >= partBytes || (isLast && waiting.byteLength > 0)) {
      const next = waiting.subarray(0, Math.max(SMALLEST_PART, partBytes))
      number += 1
      await this.uploadPart(metadata, next, number)
      start += next.byteLength
      waiting = waiting.subarray(next.byteLength)
    }
    if (waiting.byteLength > 0) await this.#keepRest(id, start, waiting)
    else if (rest.byteLength > 0) await this.deleteIncompletePart(id)
    return end
  }

  /** Assembles the object, once every byte is in parts. What was assembled already stays. */
  async finish(id: string): Promise<void> {
    const metadata = await this.getMetadata(id)
    const held = await this.#held(id)
    if (held === undefined) return
    if (held.rest.byteLength > 0) await this.uploadPart(metadata, held.rest, held.parts.length + 1)
    await this.finishMultipartUpload(metadata, await this.retrieveParts(id))
    await this.deleteIncompletePart(id)
  }

  async #held(id: string): Promise<Held | undefined> {
    let parts: Part[]
    try {
      parts = await this.retrieveParts(id)
    } catch (error) {
      if (isStatus(error, 404)) return undefined
      throw translateS3Error(error)
    }
    const stored = parts.reduce((sum, part) => sum + (part.Size ?? 0), 0)
    return { parts, stored, rest: await this.#rest(id, stored) }
  }

  /** Bytes of `.part`, if they follow the parts: else they are in a part already. */
  async #rest(id: string, stored: number): Promise<Buffer> {
    try {
      const found = await this.client.getObject({ Bucket: this.#bucket, Key: this.partKey(id, true) })
      const bytes = Buffer.from((await found.Body?.transformToByteArray()) ?? [])
      return Number(found.Metadata?.start) === stored ? bytes : Buffer.alloc(0)
    } catch (error) {
      if (isStatus(error, 404)) return Buffer.alloc(0)
      throw translateS3Error(error)
    }
  }

  async #keepRest(id: string, start: number, bytes: Uint8Array): Promise<void> {
    await this.client.putObject({ Bucket: this.#bucket, Key: this.partKey(id, true), Body: bytes, Metadata: { start: String(start) } })
  }
}
