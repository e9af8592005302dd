import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import { type EventFrame, eventFrames } from './event-frame.ts'
import { ComingEvent } from './runner/coming-event.ts'
import type { Invocation } from './runner/invoke.ts'

/** Limits of an HTTP API and of a synchronous invocation (upload §3.1). */
export const PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024
export const EVENT_LIMIT_BYTES = 6 * 1024 * 1024
export const HEADERS_LIMIT_BYTES = 10_240
const INTEGRATION_TIMEOUT_MS = 30_000

/** What the gateway itself refuses, in its own words: not problem+json, no header of ours. */
export type Refusal = { status: number; message: string }
const TOO_LARGE: Refusal = { status: 413, message: 'Request Entity Too Large' }
const HEADERS_TOO_LARGE: Refusal = { status: 431, message: 'Request Header Fields Too Large' }
const FAILED: Refusal = { status: 500, message: 'Internal Server Error' }
const UNAVAILABLE: Refusal = { status: 503, message: 'Service Unavailable' }

type Invoke = (event: ComingEvent) => Promise<Invocation>

/**
 * An HTTP request through API Gateway (payload format 2.0) to a function: the event is built, the function called with its JSON, its
 * result written back. Bodies are exact, `HEAD` and `OPTIONS` reach the function like any other method.
 */
export const forward = async (incoming: IncomingMessage, outgoing: ServerResponse, invoke: Invoke): Promise<void> => {
  if (headerBytes(incoming) > HEADERS_LIMIT_BYTES) return refuse(incoming, outgoing, HEADERS_TOO_LARGE)
  const call = await callWith(incoming, invoke)
  if (call === undefined) return refuse(incoming, outgoing, TOO_LARGE)
  const result = await withTimeout(call.result)
  // A call that was given up may still be reading its event.
  if (result === undefined) return refuse(incoming, outgoing, UNAVAILABLE)
  call.release()
  if (!result.ok) return refuse(incoming, outgoing, result.why === 'too-large' ? TOO_LARGE : FAILED)
  if (Buffer.byteLength(result.text) > EVENT_LIMIT_BYTES) return refuse(incoming, outgoing, FAILED)
  answer(incoming, outgoing, result.payload)
}

const frames = eventFrames(EVENT_LIMIT_BYTES)

/** A call of which the whole event has been given. `release` gives its memory back. */
type Call = { result: Promise<Invocation>; release(): void }

const callWithText = (text: string, invoke: Invoke): Call => ({ result: invoke(ComingEvent.whole(Buffer.from(text))), release: () => undefined })

/** Undefined when the event is longer than the gateway takes, the request being read to its end unless it is too long for that. */
const callWith = async (incoming: IncomingMessage, invoke: Invoke): Promise<Call | undefined> => {
  if (TEXT.test(incoming.headers['content-type'] ?? '')) {
    const body = await bodyOf(incoming)
    if (body === undefined) return undefined
    const text = JSON.stringify({ ...eventOf(incoming), ...(body.length === 0 ? {} : { body: body.toString('utf8') }) })
    return Buffer.byteLength(text) > EVENT_LIMIT_BYTES ? undefined : callWithText(text, invoke)
  }
  if (!hasBody(incoming)) return callWithText(JSON.stringify(eventOf(incoming)), invoke)
  const announced = Number(incoming.headers['content-length'] ?? 0)
  if (announced > PAYLOAD_LIMIT_BYTES) return undefined
  const frame = frames.open(JSON.stringify({ ...eventOf(incoming), isBase64Encoded: true }))
  const length = announced > 0 ? frame.lengthFor(announced) : undefined
  // Where the length is known the event leaves while it comes: the function gathers it in the same time.
  const coming = length === undefined ? undefined : new ComingEvent(length, frame.written)
  const result = coming === undefined ? undefined : invoke(coming)
  // Heard below, when the body is there.
  result?.catch(() => undefined)
  try {
    const size = await fill(frame, incoming, () => coming?.grown())
    if (size === undefined) {
      frame.release()
      return undefined
    }
    if (size === 0) {
      frame.release()
      return callWithText(JSON.stringify(eventOf(incoming)), invoke)
    }
    const bytes = frame.finish()
    coming?.grown()
    return { result: result ?? invoke(ComingEvent.whole(bytes)), release: frame.release }
  } catch (error) {
    coming?.fail(error instanceof Error ? error : new Error(String(error)))
    // Nobody reads it any more once the call has been let go.
    await result?.catch(() => undefined)
    frame.release()
    throw error
  }
}

/** Bytes of the body; undefined when they are more than the gateway takes. Throws when the client goes away. */
const fill = async (frame: EventFrame, incoming: IncomingMessage, onGrown: () => void): Promise<number | undefined> => {
  let size = 0
  let fits = true
  for await (const chunk of chunksOf(incoming)) {
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > PAYLOAD_LIMIT_BYTES) return undefined
    fits = frame.add(bytes)
    onGrown()
  }
  return fits ? size : undefined
}

/** Whoever stops in the middle has still something to say to the client. */
const chunksOf = (incoming: IncomingMessage): AsyncIterable<unknown> => incoming.iterator({ destroyOnReturn: false })

const hasBody = ({ headers }: IncomingMessage): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const headerBytes = (incoming: IncomingMessage): number =>
  incoming.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, (incoming.url ?? '').length + 12)

/** Undefined when it is longer than the gateway takes; never holds more than that in memory. */
const bodyOf = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(incoming.headers['content-length'] ?? 0) > PAYLOAD_LIMIT_BYTES) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of chunksOf(incoming)) {
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > PAYLOAD_LIMIT_BYTES) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** Media types that the gateway gives as text; everything else travels in base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml)(;|$)|application\/[\w.+-]+\+(json|xml)(;|$))/i

/** The event of a request, without its body. */
const eventOf = (incoming: IncomingMessage): APIGatewayProxyEventV2 => {
  const [rawPath = '/', rawQueryString = ''] = (incoming.url ?? '/').split(/\?(.*)/s)
  const method = incoming.method ?? 'GET'
  const headers = headersOf(incoming)
  const query = queryOf(rawQueryString)
  const now = Date.now()
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(incoming.headers.cookie === undefined ? {} : { cookies: incoming.headers.cookie.split('; ') }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${incoming.httpVersion}`,
        sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    isBase64Encoded: false,
  }
}

/** Lower-case names, duplicates joined by commas; what belongs to the connection stays here. */
const headersOf = (incoming: IncomingMessage): Record<string, string> => {
  const found: Record<string, string> = {}
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase()
    const value = incoming.rawHeaders[index + 1] ?? ''
    if (HOP_BY_HOP.has(name) || name === 'cookie') continue
    found[name] = found[name] === undefined ? value : `${found[name]},${value}`
  }
  return found
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection', 'te', 'trailer', 'expect'])

const queryOf = (raw: string): Record<string, string> | undefined => {
  if (raw === '') return undefined
  const found: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(raw)) found[name] = found[name] === undefined ? value : `${found[name]},${value}`
  return found
}

/** What a function may answer (payload format 2.0). */
const Result = z.looseObject({
  statusCode: z.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
})

/** Written from the connection, not from what the function says. */
const OWN_HEADERS = new Set([...HOP_BY_HOP, 'content-length', 'date'])

const answer = (incoming: IncomingMessage, outgoing: ServerResponse, payload: unknown): void => {
  const parsed = Result.safeParse(payload)
  if (!parsed.success) {
    refuse(incoming, outgoing, FAILED)
    return
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = parsed.data
  for (const [name, value] of Object.entries(headers)) if (!OWN_HEADERS.has(name.toLowerCase())) outgoing.setHeader(name, String(value))
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  const withoutBody = statusCode === 204 || statusCode === 304
  if (!withoutBody) outgoing.setHeader('content-length', bytes.length)
  outgoing.writeHead(statusCode)
  outgoing.end(withoutBody || incoming.method === 'HEAD' ? undefined : bytes)
}

export const refuse = (incoming: IncomingMessage, outgoing: ServerResponse, { status, message }: Refusal): void => {
  const body = JSON.stringify({ message })
  // The rest of the request is not used: the connection cannot serve another one.
  const unread = !incoming.complete
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(unread ? { connection: 'close' } : {}) })
  const said = incoming.method === 'HEAD' ? '' : body
  if (!unread) outgoing.end(said)
  else {
    if (said === '') outgoing.flushHeaders()
    else outgoing.write(said)
    drain(incoming, outgoing)
  }
}

/** How long a client may go on sending what nobody wants. */
const DRAIN_MS = 10_000

/** A client that reads only when it has sent everything would see its connection cut instead of the answer: it is closed after the last byte. */
const drain = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const timer = setTimeout(() => incoming.destroy(), DRAIN_MS)
  incoming
    .on('end', () => outgoing.end())
    .on('close', () => clearTimeout(timer))
    .on('error', () => {})
    .resume()
}

const withTimeout = async (work: Promise<Invocation>): Promise<Invocation | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), INTEGRATION_TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
