import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import path from 'node:path'
import * as z from 'zod'

/** A request to S3 and its answer, bodies in memory: those of the emulator are anyway. */
export type S3Request = { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }
export type S3Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer }
export type S3Handler = (request: S3Request) => Promise<S3Answer>

const Multiparts = z.record(
  z.string(),
  z.object({ key: z.string(), parts: z.record(z.string(), z.object({ size: z.number(), etag: z.string(), at: z.iso.datetime() })) }),
)

/** Uploads in parts that are open, by their id. */
export type OpenMultiparts = z.infer<typeof Multiparts>

export type S3Front = { handle: S3Handler; open: Readonly<OpenMultiparts> }

/**
 * What the emulator on `port` lacks and deposits rely on, as AWS documents it: `ListParts`, and writes under condition (`If-Match`,
 * `If-None-Match`). Writes of one object are done one after the other, so that a condition and what it guards are one step. With
 * `directory`, the parts that were sent survive a restart, as the emulator's own data do.
 */
export const s3Front = (port: number, directory?: string, partsPerPage = 1000): S3Front => {
  const file = directory === undefined ? undefined : path.join(directory, 'multiparts.json')
  const open: OpenMultiparts = file === undefined ? {} : readKept(file)
  const keep = (): void => {
    if (file === undefined) return
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(open))
    renameSync(`${file}.new`, file)
  }

  const write = async (request: S3Request): Promise<S3Answer> => {
    const { method, headers, body } = request
    const { pathname, searchParams } = new URL(request.url, 'http://s3')
    const uploadId = searchParams.get('uploadId')
    const refusal = await unmetCondition(port, request, pathname)
    if (refusal !== undefined) return refusal
    if (uploadId !== null && !Object.hasOwn(open, uploadId)) return problem(404, 'NoSuchUpload')
    const answer = await forward(port, request)
    if (answer.status >= 300) return answer
    if (method === 'POST' && searchParams.has('uploads')) {
      const id = /<UploadId>([^<]+)</.exec(answer.body.toString())?.[1]
      if (id !== undefined) open[id] = { key: pathname, parts: {} }
    } else if (method === 'PUT' && uploadId !== null) {
      const etag = String(answer.headers.etag ?? /<ETag>([^<]+)</.exec(answer.body.toString())?.[1])
      const parts = open[uploadId]?.parts
      if (parts) parts[searchParams.get('partNumber') ?? ''] = { size: sizeOf(headers, body), etag, at: new Date().toISOString() }
    } else if (uploadId !== null) {
      delete open[uploadId]
    } else return answer
    keep()
    return answer
  }

  const turns = new Map<string, Promise<unknown>>()
  const inTurn = (key: string, work: () => Promise<S3Answer>): Promise<S3Answer> => {
    const done = (turns.get(key) ?? Promise.resolve()).then(work)
    const settled = done
      .catch(() => undefined)
      .then(() => {
        if (turns.get(key) === settled) turns.delete(key)
      })
    turns.set(key, settled)
    return done
  }

  return {
    open,
    handle: async (request) => {
      const { pathname, searchParams } = new URL(request.url, 'http://s3')
      const uploadId = searchParams.get('uploadId')
      if (request.method === 'GET' && uploadId !== null) return listParts(open[uploadId]?.parts, searchParams, partsPerPage)
      if (request.method === 'GET' || request.method === 'HEAD') return forward(port, request)
      return inTurn(pathname, () => write(request))
    },
  }
}

const readKept = (file: string): OpenMultiparts => {
  try {
    return Multiparts.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

/** The refusal of a write whose condition does not hold. */
const unmetCondition = async (port: number, { headers }: S3Request, pathname: string): Promise<S3Answer | undefined> => {
  const wanted = headers['if-match']
  if (wanted === undefined && headers['if-none-match'] === undefined) return undefined
  const found = await forward(port, { method: 'HEAD', url: pathname, headers: { host: headers.host }, body: Buffer.alloc(0) })
  const exists = found.status === 200
  if (wanted !== undefined && !exists) return problem(404, 'NoSuchKey')
  const holds = wanted === undefined ? !exists : found.headers.etag === wanted
  return holds ? undefined : problem(412, 'PreconditionFailed')
}

/** Bytes of a part: as decoded, or as named by the range of a copy. */
const sizeOf = (headers: IncomingHttpHeaders, body: Buffer): number => {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(String(headers['x-amz-copy-source-range'] ?? '')) ?? []
  if (start !== undefined && end !== undefined) return Number(end) - Number(start) + 1
  return Number(headers['x-amz-decoded-content-length'] ?? body.byteLength)
}

const forward = (port: number, { method, url, headers, body }: S3Request): Promise<S3Answer> =>
  new Promise((resolve, reject) => {
    const { 'if-match': match, 'if-none-match': none, ...rest } = headers
    const isRead = method === 'GET' || method === 'HEAD'
    const conditions = isRead ? { ...(match === undefined ? {} : { 'if-match': match }), ...(none === undefined ? {} : { 'if-none-match': none }) } : {}
    const sent = httpRequest(
      { host: '127.0.0.1', port, method, path: url, headers: { ...rest, ...conditions, 'content-length': String(body.byteLength) } },
      (incoming) => {
        collect(incoming).then((bytes) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes }), reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const listParts = (parts: OpenMultiparts[string]['parts'] | undefined, query: URLSearchParams, perPage: number): S3Answer => {
  if (parts === undefined) return problem(404, 'NoSuchUpload')
  const after = Number(query.get('part-number-marker') ?? 0)
  const numbers = Object.keys(parts)
    .map(Number)
    .filter((number) => number > after)
    .sort((a, b) => a - b)
  const page = numbers.slice(0, perPage)
  const items = page.map((number) => {
    const { size = 0, etag = '', at = '' } = parts[number] ?? {}
    return `<Part><PartNumber>${number}</PartNumber><LastModified>${at}</LastModified><ETag>${etag.replaceAll('"', '&quot;')}</ETag><Size>${size}</Size></Part>`
  })
  const isTruncated = numbers.length > page.length
  const next = isTruncated ? `<NextPartNumberMarker>${page.at(-1)}</NextPartNumberMarker>` : ''
  return xml(200, `<ListPartsResult><IsTruncated>${isTruncated}</IsTruncated>${next}${items.join('')}</ListPartsResult>`)
}

const xml = (status: number, body: string): S3Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${body}`),
})

/** An error as S3 says it. */
export const problem = (status: number, code: string): S3Answer => xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`)

const collect = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export type S3Server = { endpoint: string; stop(): Promise<void> }

/** Listens on 127.0.0.1, on a free port. */
export const serveS3 = async (handle: S3Handler): Promise<S3Server> => {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = incoming
    const answer = await handle({ method, url, headers, body: await collect(incoming) })
    const { 'transfer-encoding': _transfer, connection: _connection, ...kept } = answer.headers
    const isHead = method === 'HEAD'
    outgoing.writeHead(answer.status, isHead ? kept : { ...kept, 'content-length': String(answer.body.byteLength) })
    outgoing.end(isHead ? undefined : answer.body)
  }
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing).catch(() => outgoing.destroy()))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the object store has no address')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The S3 of a stack, in front of the emulator on `port`, with the buckets that the functions have as `STORAGE_BUCKET`. */
export const startS3 = async (options: { port: number; buckets: readonly string[]; directory?: string | undefined }): Promise<S3Server> => {
  const { port, buckets, directory } = options
  for (const bucket of buckets) {
    const made = await forward(port, { method: 'PUT', url: `/${bucket}`, headers: {}, body: Buffer.alloc(0) })
    // 409: it is there since an earlier run.
    if (made.status !== 200 && made.status !== 409) throw new Error(`the bucket ${bucket} could not be made: ${made.status} ${made.body.toString()}`)
  }
  return serveS3(s3Front(port, directory).handle)
}
