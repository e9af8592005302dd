import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listener, startListener } from './edge.ts'
import { pagesServer } from './pages.ts'
import { pageHeaders } from './pages-options.ts'

const ISSUER = 'http://localhost:2'
let directory: string
let listener: Listener

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'pages-'))
  await mkdir(path.join(directory, 'dist', 'assets'), { recursive: true })
  await writeFile(path.join(directory, 'dist', 'index.html'), '<p>accueil</p>')
  await writeFile(path.join(directory, 'dist', 'assets', 'a-1.js'), 'export {}')
  await writeFile(path.join(directory, 'secret.txt'), 'secret')
  const headersFile = path.resolve(import.meta.dirname, '..', 'web', 'headers.json')
  const headers = await pageHeaders(headersFile, ISSUER)
  const serve = pagesServer({ directory: path.join(directory, 'dist'), headers, configuration: { environnement: 'essai' } })
  listener = await startListener()
  listener.serve(serve)
})
afterAll(async () => {
  await listener?.stop()
  await rm(directory, { recursive: true, force: true })
})

/** As it is, without the tidying of paths that `fetch` does. */
const rawGet = (target: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: new URL(listener.origin).port, path: target }, (answer) => {
      let body = ''
      answer.on('data', (chunk) => {
        body += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
    call.on('error', reject).end()
  })

describe('serving the pages', () => {
  test.each(['/', '/listes', '/etablissements/12345678901234?retour=/listes'])('%s is the application', async (target) => {
    const answer = await fetch(listener.origin + target)
    expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([200, '<p>accueil</p>', 'no-cache'])
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  test('the headers of production are there, with the address of the issuer', async () => {
    const { headers } = await fetch(listener.origin)
    expect(headers.get('content-security-policy')).toContain(`connect-src 'self' ${ISSUER};`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test('assets are kept for ever, the configuration never', async () => {
    const asset = await fetch(`${listener.origin}/assets/a-1.js`)
    expect([asset.headers.get('cache-control'), asset.headers.get('content-type')]).toEqual([
      'public, max-age=31536000, immutable',
      'text/javascript; charset=utf-8',
    ])
    const configuration = await fetch(`${listener.origin}/config.json`)
    expect(configuration.headers.get('cache-control')).toBe('no-store')
    expect(await configuration.json()).toEqual({ environnement: 'essai' })
  })

  test('a file that does not exist is not found, rather than the application', async () => {
    expect((await fetch(`${listener.origin}/assets/b-2.js`)).status).toBe(404)
  })

  test.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/%00.txt', '/%zz.txt'])(
    '%s does not leave the folder',
    async (target) => {
      expect(await rawGet(target)).toMatchObject({ status: 404, body: expect.not.stringContaining('secret') })
    },
  )

  test('HEAD has no body, and nothing but reading is allowed', async () => {
    const head = await fetch(listener.origin, { method: 'HEAD' })
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '14'])
    expect((await fetch(listener.origin, { method: 'POST' })).status).toBe(405)
  })
})
