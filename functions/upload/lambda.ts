import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Hono } from 'hono'
import type { UploadBindings } from './body.ts'
import { TUS_MEDIA_TYPE } from './protocol.ts'

/**
 * Between API Gateway's events (payload 2.0, upload §3.3) and the app. Hono's own adapter decodes Base64 character by character and
 * wraps the bytes into a request's stream: for pieces of 4 MiB that alone costs as much as everything else.
 */
export const lambdaHandler =
  (app: Hono<{ Bindings: UploadBindings }>, pool = scratchPool()) =>
  async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    using scratch = pool.take()
    const { body, corrupted } = decodeBody(event, scratch.buffer)
    const headers = headersOf(event, body.byteLength)
    const request = new Request(urlOf(event), { method: methodOf(event), headers })
    const bindings: UploadBindings = { event, body, ...(corrupted === undefined ? {} : { corrupted }) }
    if (context) bindings.lambdaContext = context as NonNullable<UploadBindings['lambdaContext']>
    const response = await app.fetch(request, bindings)
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text(), isBase64Encoded: false }
  }

/** What the event does not say is read as an empty request rather than a crash. */
const methodOf = (event: APIGatewayProxyEventV2): string => {
  const method = (event.requestContext?.http?.method ?? 'GET').toUpperCase()
  // Methods that a request of the web platform refuses are refused by the front all the same.
  return /^[A-Z]{1,16}$/.test(method) && !['CONNECT', 'TRACE', 'TRACK'].includes(method) ? method : 'GET'
}

/** The query is ignored; a path that cannot be in an address leads nowhere. */
const urlOf = (event: APIGatewayProxyEventV2): string => {
  const url = `https://upload${event.rawPath?.startsWith('/') ? event.rawPath.replace(/[?#].*$/s, '') : '/'}`
  return URL.canParse(url) ? url : 'https://upload/'
}

const headersOf = (event: APIGatewayProxyEventV2, bytes: number): Headers => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value === undefined || value === null) continue
    try {
      headers.append(name, String(value))
    } catch {
      // A header that HTTP does not allow cannot come from the gateway; leaving it out is the same as not sending it.
    }
  }
  headers.set('content-length', String(bytes))
  return headers
}

/** What an event can carry at most (upload §3.1). */
const LARGEST_BODY = 4_750_000

/**
 * Buffers in which bodies are decoded, one per request under way, used again by the next: a fresh one per piece makes the garbage
 * collector do as much work as everything else (measured: 10 of 20 ms of CPU per piece).
 */
const scratchPool = () => {
  const free: Buffer[] = []
  return {
    take() {
      const buffer = free.pop() ?? Buffer.allocUnsafeSlow(LARGEST_BODY)
      return { buffer, [Symbol.dispose]: () => void free.push(buffer) }
    },
  }
}

const NOTHING = new Uint8Array(0)

const decodeBody = (event: APIGatewayProxyEventV2, scratch: Buffer): { body: Uint8Array; corrupted?: string } => {
  if (!event.body) return { body: NOTHING }
  if (event.isBase64Encoded) {
    const padding = event.body.endsWith('==') ? 2 : event.body.endsWith('=') ? 1 : 0
    const bytes = (event.body.length / 4) * 3 - padding
    const body = bytes <= scratch.byteLength ? scratch.subarray(0, scratch.write(event.body, 'base64')) : Buffer.from(event.body, 'base64')
    const isWhole = body.byteLength === bytes
    return isWhole ? { body } : { body, corrupted: 'Le corps de la requête n’est pas en Base64.' }
  }
  const isPiece = Object.entries(event.headers ?? {}).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && value?.toLowerCase().includes(TUS_MEDIA_TYPE),
  )
  // Bytes that a gateway took for text are lost for good as soon as one is not ASCII (upload §10 trap 1).
  const isDamaged = isPiece && /[^\0-\x7f]/.test(event.body)
  return { body: Buffer.from(event.body), ...(isDamaged ? { corrupted: 'Le corps de la requête a été abîmé en chemin.' } : {}) }
}
