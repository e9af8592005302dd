import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'

/** The built pages, served with the headers of production (web §6). `directory` is undefined when the run has no pages. */
export type PagesOptions = { directory: string | undefined; headers: PageHeaders; configuration: Record<string, unknown> }

/** Those of every answer, and `Cache-Control` by path (a `*` at the end stands for the rest). */
export type PageHeaders = { all: Record<string, string>; cache: Record<string, string> }

export type ServePage = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

export const pagesServer = ({ directory, headers, configuration }: PagesOptions): ServePage => {
  const send = (incoming: IncomingMessage, outgoing: ServerResponse, status: number, served: string, type: string, body: Buffer): void => {
    outgoing.writeHead(status, { ...headers.all, 'cache-control': cacheOf(headers.cache, served), 'content-type': type, 'content-length': body.length })
    outgoing.end(incoming.method === 'HEAD' ? undefined : body)
  }
  return async (incoming, outgoing) => {
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
      outgoing.writeHead(405, { ...headers.all, allow: 'GET, HEAD' }).end()
      return
    }
    const asked = pathOf(incoming.url ?? '/')
    if (asked === '/config.json') return send(incoming, outgoing, 200, asked, TYPES['.json'] ?? '', Buffer.from(JSON.stringify(configuration)))
    const extension = path.extname(asked)
    // Pages are paths without an extension: the application finds its own way from there.
    const served = extension === '' ? '/index.html' : asked
    const body = directory === undefined || asked === '' ? undefined : await readWithin(directory, served)
    if (body === undefined)
      return send(
        incoming,
        outgoing,
        404,
        asked,
        'text/plain; charset=utf-8',
        Buffer.from(directory === undefined ? 'Les pages ne sont pas servies par cette exécution.\n' : 'Introuvable.\n'),
      )
    send(incoming, outgoing, 200, served, TYPES[path.extname(served)] ?? 'application/octet-stream', body)
  }
}

/** Empty when the path cannot be read. */
const pathOf = (url: string): string => {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '/')
  } catch {
    return ''
  }
}

const readWithin = async (directory: string, asked: string): Promise<Buffer | undefined> => {
  const file = path.join(directory, asked)
  if (!file.startsWith(directory + path.sep) || asked.includes('\0')) return undefined
  return readFile(file).catch(() => undefined)
}

const cacheOf = (rules: Readonly<Record<string, string>>, served: string): string => {
  for (const [pattern, value] of Object.entries(rules)) {
    if (pattern === served || (pattern.endsWith('*') && served.startsWith(pattern.slice(0, -1)))) return value
  }
  return 'no-cache'
}
