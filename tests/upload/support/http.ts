import { request as httpRequest } from 'node:http'

export type Answer = { status: number; headers: Record<string, string>; body: Buffer }

export type Call = {
  method: string
  url: string
  headers?: Record<string, string | undefined>
  body?: Uint8Array | string | undefined
  /** Sends the body without a length. */
  chunked?: boolean
  /** Cuts the connection after that many bytes of the body. */
  cutAfter?: number
}

/** One request as it is written: no normalisation of the path, no header of its own but `Host` and the length. */
export const send = ({ method, url, headers = {}, body, chunked = false, cutAfter }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const path = url.slice(url.indexOf('/', url.indexOf('//') + 2))
    const bytes = body === undefined ? undefined : Buffer.from(body as Uint8Array)
    const given = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))
    const length = bytes !== undefined && !chunked ? { 'content-length': String(bytes.byteLength) } : {}
    const sent = httpRequest({ hostname, port, path, method, headers: { ...length, ...given }, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const received = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
        resolve({ status: incoming.statusCode ?? 0, headers: received, body: Buffer.concat(chunks) })
      })
    })
    sent.on('error', reject)
    if (bytes === undefined) sent.end()
    else if (cutAfter === undefined) sent.end(bytes)
    else sent.write(bytes.subarray(0, cutAfter), () => setImmediate(() => sent.destroy()))
  })
