import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { startLoopbackFauxqs } from '../../../localstack/loopback.ts'

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

export type S3Server = {
  endpoint: string
  bucket: string
  /** Answers 500 once to the next request that `matches`, before (or after) it is carried out. */
  failNext(matches: (method: string, path: string, query: URLSearchParams) => boolean, when?: 'before' | 'after'): void
  /** Aborts every multipart upload, as a lifecycle rule does. */
  abortMultiparts(): Promise<void>
  stop(): Promise<void>
}

/**
 * The embedded S3 behind a thin layer that adds what it lacks and the storage relies on: ListParts and conditional writes, as AWS
 * documents them.
 */
export const startS3 = async (): Promise<S3Server> => {
  const bucket = 'deposits'
  const fauxqs = await startLoopbackFauxqs({ port: 0, logger: false, init: { buckets: [bucket] } })
  const uploads = new Map<string, { key: string; parts: Map<number, { size: number; etag: string }> }>()
  let turn: Promise<unknown> = Promise.resolve()
  let fault: { matches: (method: string, path: string, query: URLSearchParams) => boolean; when: 'before' | 'after' } | undefined

  const forward = (method: string, url: string, headers: IncomingMessage['headers'], body: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { 'if-match': _match, 'if-none-match': _none, ...rest } = headers
      const sent = httpRequest(
        { host: '127.0.0.1', port: fauxqs.port, method, path: url, headers: { ...rest, 'content-length': String(body.byteLength) } },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })

  const handle = async (incoming: IncomingMessage, body: Buffer): Promise<Answer> => {
    const { method = 'GET', url = '/', headers } = incoming
    const { pathname, searchParams } = new URL(url, 'http://s3')
    const uploadId = searchParams.get('uploadId')
    if (method === 'GET' && uploadId !== null) return listParts(uploads.get(uploadId), searchParams)
    const condition = headers['if-match'] ?? headers['if-none-match']
    if (condition !== undefined && method !== 'HEAD') {
      const found = await forward('HEAD', pathname, { host: headers.host }, Buffer.alloc(0))
      const exists = found.status === 200
      if (headers['if-match'] !== undefined && !exists) return fault404('NoSuchKey')
      const holds = headers['if-match'] !== undefined ? found.headers.etag === headers['if-match'] : !exists
      if (!holds) return problem(412, 'PreconditionFailed')
    }
    if (uploadId !== null && !uploads.has(uploadId)) return fault404('NoSuchUpload')
    const answer = await forward(method, url, headers, body)
    if (answer.status >= 300) return answer
    if (method === 'POST' && searchParams.has('uploads')) {
      const id = /<UploadId>([^<]+)</.exec(answer.body.toString())?.[1]
      if (id) uploads.set(id, { key: pathname, parts: new Map() })
    } else if (method === 'PUT' && uploadId !== null) {
      const size = Number(headers['x-amz-decoded-content-length'] ?? body.byteLength)
      const etag = String(answer.headers.etag ?? /<ETag>([^<]+)</.exec(answer.body.toString())?.[1])
      uploads.get(uploadId)?.parts.set(Number(searchParams.get('partNumber')), { size, etag })
    } else if ((method === 'POST' || method === 'DELETE') && uploadId !== null) {
      uploads.delete(uploadId)
    }
    return answer
  }

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://s3')
    const struck = fault?.matches(incoming.method ?? '', pathname, searchParams) ? fault : undefined
    if (struck) fault = undefined
    // One request at a time: conditions and what they guard are one step, as in S3.
    const work = turn.then(() => (struck?.when === 'before' ? problem(500, 'InternalError') : handle(incoming, body)))
    turn = work.catch(() => undefined)
    const answer = struck ? await work.then(() => problem(500, 'InternalError')) : await work
    const { 'transfer-encoding': _transfer, connection: _connection, ...headers } = answer.headers
    outgoing.writeHead(answer.status, incoming.method === 'HEAD' ? headers : { ...headers, 'content-length': String(answer.body.byteLength) })
    outgoing.end(incoming.method === 'HEAD' ? undefined : answer.body)
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing).catch(() => outgoing.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    bucket,
    failNext(matches, when = 'before') {
      fault = { matches, when }
    },
    async abortMultiparts() {
      for (const [id, { key }] of uploads) await forward('DELETE', `${key}?uploadId=${id}`, {}, Buffer.alloc(0))
      uploads.clear()
    },
    async stop() {
      await new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
      await fauxqs.stop()
    },
  }
}

const listParts = (upload: { parts: Map<number, { size: number; etag: string }> } | undefined, query: URLSearchParams): Answer => {
  if (upload === undefined) return fault404('NoSuchUpload')
  const after = Number(query.get('part-number-marker') ?? 0)
  const parts = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b)
  // Few parts a page, so that paging is walked through.
  const page = parts.slice(0, 2)
  const items = page.map(
    ([number, { size, etag }]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag><Size>${size}</Size></Part>`,
  )
  const more = parts.length > page.length
  const next = more ? `<NextPartNumberMarker>${page.at(-1)?.[0]}</NextPartNumberMarker>` : ''
  return xml(200, `<ListPartsResult><IsTruncated>${more}</IsTruncated>${next}${items.join('')}</ListPartsResult>`)
}

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${body}`),
})
const problem = (status: number, code: string): Answer => xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`)
const fault404 = (code: string): Answer => problem(404, code)
