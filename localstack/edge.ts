import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { forward, HEADERS_LIMIT_BYTES } from './gateway.ts'
import type { ServePage } from './pages.ts'
import type { Address } from './runner/address.ts'

/** A listener that exists before what stands behind it: its address is needed to configure the rest. */
export type Listener = { origin: string; serve(handler: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>): void; stop(): Promise<void> }

/** Answers 503 until `serve` is called. */
export const startListener = async (port = 0): Promise<Listener> => {
  const starting = async (_: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    outgoing.writeHead(503, { 'retry-after': '1' }).end()
  }
  let handler: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> = starting
  const server = createServer({ maxHeaderSize: 4 * HEADERS_LIMIT_BYTES }, (incoming, outgoing) => {
    incoming.url = originForm(incoming.url ?? '/')
    handler(incoming, outgoing).catch(() => {
      // The client went away in the middle, or there is nothing left to say to it.
      if (!outgoing.headersSent) outgoing.writeHead(502)
      outgoing.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the listener has no address')
  return {
    origin: `http://localhost:${address.port}`,
    serve: (wanted) => {
      handler = wanted
    },
    stop: () => stopServer(server),
  }
}

/** A client may name the whole address, as to a proxy (RFC 9112 §3.2.2): what is asked for is its path. */
const originForm = (target: string): string => target.replace(/^https?:\/\/[^/?#]*\/?/i, '/')

/** Answers that are under way are finished, idle connections closed. */
const stopServer = async (server: Server): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const forced = setTimeout(() => server.closeAllConnections(), 3_000)
  await closed
  clearTimeout(forced)
}

const startsWith = (url: string, prefix: string): boolean => url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`)

/** An instance of a function, wherever its process is. */
type Callable = Pick<Address, 'invoke'>

/**
 * The single origin (web §6.1): `/api/depots…` to `depots`, the rest of `/api` to `datapi`, `/files…` to the upload
 * instances in turn, everything else is a page.
 */
export const edgeHandler = (functions: ReadonlyMap<string, readonly Callable[]>, servePage: ServePage) => {
  let turn = 0
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = incoming.url ?? '/'
    const name = startsWith(url, '/files') ? 'upload' : startsWith(url, '/api/depots') ? 'depots' : startsWith(url, '/api') ? 'datapi' : undefined
    if (name === undefined) return servePage(incoming, outgoing)
    const candidates = functions.get(name) ?? []
    const instance = candidates[turn++ % Math.max(1, candidates.length)]
    if (instance === undefined) {
      outgoing.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ message: `the function ${name} is not running` }))
      return
    }
    await forward(incoming, outgoing, instance.invoke)
  }
}

/** `/files` of one instance only; anything else is unknown there. */
export const directHandler =
  (instance: Callable) =>
  async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (startsWith(incoming.url ?? '/', '/files')) return forward(incoming, outgoing, instance.invoke)
    outgoing.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ message: 'Not Found' }))
  }
