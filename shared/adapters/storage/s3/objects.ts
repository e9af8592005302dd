import { type GetObjectCommandOutput, S3, S3ServiceException } from '@aws-sdk/client-s3'
import type { ByteRange } from '../../../domain/deposit/files.ts'
import { AppError } from '../../../domain/errors.ts'

/** `endpoint` is set for an S3 other than AWS's. */
export type BucketOptions = { bucket: string; endpoint?: string | undefined; region?: string | undefined }

/** Configuration of a client, for us and for the library. */
export const clientConfig = ({ endpoint, region }: BucketOptions) => ({
  ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
  ...(region ? { region } : {}),
})

/** A small object as text, with the tag that says which version it is. */
export type TextObject = { text: string; etag: string }

export type Head = { bytes: number; etag: string; modifiedAt: Date; metadata: Record<string, string> }

/** The objects of a bucket: what the storage needs of S3. Conditional writes are what makes records and locks safe (upload §6). */
export type Bucket = {
  client: S3
  name: string
  /** Undefined when there is none. */
  head(key: string): Promise<Head | undefined>
  readText(key: string): Promise<TextObject | undefined>
  /** `etag` is the tag that must be there, `absent` that none may. False when the condition does not hold, unless the same text is there already. */
  writeText(key: string, text: string, condition: { absent: true } | { etag: string } | undefined): Promise<string | false>
  /** Throws `FILE_MISSING`, also when `etag` is no longer that of the object. */
  open(key: string, options?: { range?: ByteRange | undefined; etag?: string }): AsyncIterable<Uint8Array>
  remove(...keys: readonly string[]): Promise<void>
  list(prefix: string): AsyncIterable<{ key: string; bytes: number; modifiedAt: Date }>
}

export const bucketOf = (options: BucketOptions): Bucket => {
  const client = new S3(clientConfig(options))
  const Bucket = options.bucket
  const readText = (Key: string) =>
    orAbsent(async () => {
      const found = await client.getObject({ Bucket, Key })
      return { text: (await found.Body?.transformToString()) ?? '', etag: found.ETag ?? '' }
    })
  return {
    client,
    name: Bucket,
    head: (Key) =>
      orAbsent(async () => {
        const found = await client.headObject({ Bucket, Key })
        return { bytes: found.ContentLength ?? 0, etag: found.ETag ?? '', modifiedAt: found.LastModified ?? new Date(0), metadata: found.Metadata ?? {} }
      }),
    readText,
    async writeText(Key, text, condition) {
      const only = condition === undefined ? {} : 'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.etag }
      try {
        return (await client.putObject({ Bucket, Key, Body: Buffer.from(text), ContentType: 'application/json', ...only })).ETag ?? ''
      } catch (error) {
        if (condition === undefined || !isStatus(error, 404, 409, 412)) throw translateS3Error(error)
        // A write whose answer was lost is sent again by the client, and refused by what it has itself written.
        const found = await readText(Key)
        return found?.text === text && found.etag
      }
    },
    async *open(Key, { range, etag } = {}) {
      const found = await get(client, { Bucket, Key, ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}), ...(etag ? { IfMatch: etag } : {}) })
      if (found === undefined) return
      const stream = found.Body as AsyncIterable<Uint8Array> | undefined
      try {
        for await (const piece of stream ?? []) yield piece
      } catch (error) {
        throw translateS3Error(error)
      }
    },
    async remove(...keys) {
      for (const Key of keys) await orAbsent(async () => void (await client.deleteObject({ Bucket, Key })))
    },
    async *list(Prefix) {
      let token: string | undefined
      do {
        const page = await client.listObjectsV2({ Bucket, Prefix, ...(token ? { ContinuationToken: token } : {}) })
        for (const { Key, Size, LastModified } of page.Contents ?? []) if (Key) yield { key: Key, bytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) }
        token = page.NextContinuationToken
      } while (token !== undefined)
    },
  }
}

/** Undefined for a range beyond the end of the object: no bytes. */
const get = async (client: S3, input: Parameters<S3['getObject']>[0]): Promise<GetObjectCommandOutput | undefined> => {
  try {
    return await client.getObject(input)
  } catch (error) {
    if (isStatus(error, 416)) return undefined
    if (isStatus(error, 404, 412)) throw new AppError('FILE_MISSING', 'Ce fichier n’existe pas.', { cause: error })
    throw translateS3Error(error)
  }
}

export const isStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0)

const orAbsent = async <Found>(read: () => Promise<Found>): Promise<Found | undefined> => {
  try {
    return await read()
  } catch (error) {
    if (isStatus(error, 404)) return undefined
    throw translateS3Error(error)
  }
}

/** What S3 refuses for good is a bug of ours; what it cannot do now is `STORAGE_DOWN`. */
export const translateS3Error = (error: unknown): unknown => {
  if (error instanceof AppError) return error
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 503
  return status >= 500 || status === 0 || status === 429 ? new AppError('STORAGE_DOWN', 'Le stockage ne répond pas.', { cause: error }) : error
}
