import { startLoopbackFauxqs } from '../../../localstack/loopback.ts'
import { problem, type S3Request, type S3Server, s3Front, serveS3 } from '../../../localstack/s3.ts'
import { bucketRightsOf, isWithin, matches, type Right, rightsAsked } from './rights.ts'

/** Functions that keep deposits in the bucket. */
export const BUCKET_FUNCTIONS = ['upload', 'settle', 'import', 'sweep'] as const
export type BucketFunction = (typeof BUCKET_FUNCTIONS)[number]

type Matches = (method: string, path: string, query: URLSearchParams) => boolean

export type FaultyS3 = {
  /** With every right. */
  endpoint: string
  /** With the rights of the role of a function: what goes beyond them is 403. */
  endpoints: Readonly<Record<BucketFunction, string>>
  /** Tags with which an object was written, which the emulator does not keep. */
  tags(key: string): Record<string, string>
  /** Rights of the role that no request has needed so far, as `action keys`. */
  unused(name: BucketFunction): string[]
  bucket: string
  /** Answers 500 to the next request that `matches` (to the next `times`), before (or after) it is carried out. */
  failNext(matches: Matches, when?: 'before' | 'after', times?: number): void
  /** Aborts every multipart upload, as a lifecycle rule does. */
  abortMultiparts(): Promise<void>
  stop(): Promise<void>
}

/** The S3 of the local stack, which fails on request, and lets each function do what its role in the template lets it do. */
export const startFaultyS3 = async (): Promise<FaultyS3> => {
  const bucket = 'deposits'
  const fauxqs = await startLoopbackFauxqs({ port: 0, logger: false, init: { buckets: [bucket] } })
  // Few parts a page, so that paging is walked through.
  const front = s3Front(fauxqs.port, undefined, 2)
  let fault: { matches: Matches; when: 'before' | 'after'; times: number } | undefined
  const isStruck = ({ method, url }: S3Request): boolean => {
    const { pathname, searchParams } = new URL(url, 'http://s3')
    return fault?.matches(method, pathname, searchParams) ?? false
  }
  const tagging = new Map<string, string>()
  const handle = async (request: S3Request) => {
    const tags = request.headers['x-amz-tagging']
    if (typeof tags === 'string') tagging.set(new URL(request.url, 'http://s3').pathname, tags)
    const struck = isStruck(request) ? fault : undefined
    if (struck === undefined) return front.handle(request)
    struck.times -= 1
    if (struck.times === 0) fault = undefined
    if (struck.when === 'after') await front.handle(request)
    return problem(500, 'InternalError')
  }
  const server = await serveS3(handle)
  const limited = await Promise.all(BUCKET_FUNCTIONS.map(async (name) => serveWithin(await bucketRightsOf(name), handle)))
  const of = (name: BucketFunction) => limited[BUCKET_FUNCTIONS.indexOf(name)] as Limited
  return {
    endpoint: server.endpoint,
    endpoints: { upload: of('upload').endpoint, settle: of('settle').endpoint, import: of('import').endpoint, sweep: of('sweep').endpoint },
    tags: (key) => Object.fromEntries(new URLSearchParams(tagging.get(`/${bucket}/${key}`))),
    unused: (name) => of(name).unused(),
    bucket,
    failNext(matches, when = 'before', times = 1) {
      fault = { matches, when, times }
    },
    async abortMultiparts() {
      for (const [id, { key }] of Object.entries(front.open)) {
        await front.handle({ method: 'DELETE', url: `${key}?uploadId=${id}`, headers: {}, body: Buffer.alloc(0) })
      }
    },
    async stop() {
      await Promise.all([server, ...limited].map((one) => one.stop()))
      await fauxqs.stop()
    },
  }
}

type Limited = S3Server & { unused(): string[] }

const serveWithin = async (rights: readonly Right[], handle: Parameters<typeof serveS3>[0]): Promise<Limited> => {
  const unused = new Set(rights)
  const server = await serveS3(async (request) => {
    const asked = rightsAsked(request)
    if (!asked.every((one) => isWithin(rights, one))) return problem(403, 'AccessDenied')
    for (const right of unused) if (asked.some(({ action, key }) => right.action === action && matches(right.keys, key))) unused.delete(right)
    return handle(request)
  })
  return { ...server, unused: () => [...unused].map(({ action, keys }) => `${action} ${keys}`.trim()) }
}
