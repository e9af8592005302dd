import type { Bucket } from './objects.ts'

/** What `CopyObject` can copy at once; above, by parts. */
const LARGEST_COPY = 5 * 1024 ** 3
const PART_BYTES = 1024 ** 3

export type Copy = { from: string; to: string; bytes: number; metadata: Record<string, string>; tags: Readonly<Record<string, string>> }

/** Copies an object within the bucket, with tags and metadata of its own. Gives the tag of the copy. `largest` is lowered by tests. */
export const copyObject = async (
  { client, name: Bucket }: Bucket,
  { from, to, bytes, metadata, tags }: Copy,
  largest = LARGEST_COPY,
  partBytes = PART_BYTES,
): Promise<string> => {
  const CopySource = `${Bucket}/${from}`
  const Tagging = new URLSearchParams(tags).toString()
  if (bytes <= largest) {
    const done = await client.copyObject({
      Bucket,
      Key: to,
      CopySource,
      Metadata: metadata,
      MetadataDirective: 'REPLACE',
      Tagging,
      TaggingDirective: 'REPLACE',
    })
    return done.CopyObjectResult?.ETag ?? ''
  }
  const { UploadId } = await client.createMultipartUpload({ Bucket, Key: to, Metadata: metadata, Tagging })
  try {
    const Parts = []
    for (let start = 0, PartNumber = 1; start < bytes; start += partBytes, PartNumber++) {
      const CopySourceRange = `bytes=${start}-${Math.min(bytes, start + partBytes) - 1}`
      const { CopyPartResult } = await client.uploadPartCopy({ Bucket, Key: to, UploadId, PartNumber, CopySource, CopySourceRange })
      Parts.push({ ETag: CopyPartResult?.ETag, PartNumber })
    }
    const done = await client.completeMultipartUpload({ Bucket, Key: to, UploadId, MultipartUpload: { Parts } })
    return done.ETag ?? ''
  } catch (error) {
    await client.abortMultipartUpload({ Bucket, Key: to, UploadId }).catch(() => undefined)
    throw error
  }
}
