import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import headers from '../headers.json' with { type: 'json' }
import { handleFixture } from './fixtures.ts'

/** The built pages with their real headers, on invented data: what is looked at is what users get. `node web/dev/server.ts [port]`. */
const DIST = fileURLToPath(new URL('../dist/', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

const policy = Object.fromEntries(Object.entries(headers.all).map(([name, value]) => [name, value.replaceAll(' {issuer}', '')]))

export const startFixtureServer = (port: number, slowness = 0): Promise<Server> => {
  const server = createServer((incoming, outgoing) => {
    const serve = async (): Promise<void> => {
      if (await handleFixture(incoming, outgoing, slowness)) return
      const path = normalize(new URL(incoming.url ?? '/', 'http://localhost').pathname)
      const file = extname(path) === '' ? 'index.html' : path
      const content = await readFile(join(DIST, file)).catch(() => null)
      outgoing.writeHead(content === null ? 404 : 200, {
        ...policy,
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'cache-control': 'no-cache',
      })
      outgoing.end(content ?? 'not found')
    }
    serve().catch((error: unknown) => {
      console.error(error)
      outgoing.destroy()
    })
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 5180)
  await startFixtureServer(port, 300)
  console.log(`pages on invented data: http://localhost:${port}`)
}
