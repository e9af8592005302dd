import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { directHandler, edgeHandler, type Listener, startListener } from './edge.ts'
import { fixtureInstance } from './fixtures/instances.ts'
import type { Instance } from './runner/instance.ts'

/** What the fixture `echo` says that it received. */
const Echo = z.looseObject({
  decoded: z.string(),
  isBase64Encoded: z.boolean(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  requestContext: z.looseObject({ http: z.looseObject({ method: z.string(), path: z.string() }) }),
})
const echoed = async (answer: Response) => Echo.parse(await answer.json())

let edge: Listener
let direct: Listener
const started: Instance[] = []
const echo = (who: string): Instance => {
  const instance = fixtureInstance('echo', { name: who, environment: { WHO: who } })
  started.push(instance)
  return instance
}

beforeAll(async () => {
  const uploads = [echo('upload-1'), echo('upload-2')] as const
  const datapi = echo('datapi')
  const depots = echo('depots')
  const binary = fixtureInstance('binary')
  started.push(binary)
  await Promise.all(started.map((instance) => instance.ready()))
  const instances = new Map<string, readonly Instance[]>([
    ['upload', uploads],
    ['datapi', [datapi]],
    ['depots', [depots]],
  ])
  edge = await startListener()
  edge.serve(
    edgeHandler(instances, async (_, outgoing) => {
      outgoing.writeHead(200).end('page')
    }),
  )
  direct = await startListener()
  direct.serve(directHandler(uploads[1]))
})

afterAll(async () => {
  await edge?.stop()
  await direct?.stop()
  await Promise.all(started.map((instance) => instance.stop()))
})

const who = async (url: string, init?: RequestInit): Promise<string | null> => (await fetch(url, init)).headers.get('x-who')

describe('routes', () => {
  test.each([
    ['/api/depots', 'depots'],
    ['/api/depots?x=1', 'depots'],
    ['/api/depots/12/confirmation', 'depots'],
    ['/api/depotsx', 'datapi'],
    ['/api/liste/2511', 'datapi'],
    ['/api', 'datapi'],
    ['/', null],
    ['/apiculture', null],
    ['/filesystem', null],
  ])('%s is answered by %s', async (path, expected) => {
    expect(await who(edge.origin + path)).toBe(expected)
  })

  test('uploads go to both instances in turn, a direct address to one only', async () => {
    const seen = new Set([await who(`${edge.origin}/files`), await who(`${edge.origin}/files/a`)])
    expect(seen).toEqual(new Set(['upload-1', 'upload-2']))
    for (let call = 0; call < 3; call++) expect(await who(`${direct.origin}/files/a`)).toBe('upload-2')
    expect((await fetch(`${direct.origin}/api/x`)).status).toBe(404)
  })
})

describe('requests through the gateway', () => {
  test('every byte of a body arrives as it was sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 20_000 }),
        fc.constantFrom('application/offset+octet-stream', 'application/octet-stream', undefined),
        async (bytes, type) => {
          const answer = await fetch(`${edge.origin}/files/a?b=c`, {
            method: 'PATCH',
            body: bytes,
            headers: type === undefined ? {} : { 'content-type': type },
          })
          const event = await echoed(answer)
          expect(Buffer.from(event.decoded, 'base64').equals(Buffer.from(bytes))).toBe(true)
          expect(event.rawQueryString).toBe('b=c')
          expect(event.requestContext.http).toMatchObject({ method: 'PATCH', path: '/files/a' })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('text arrives as text, in UTF-8', async () => {
    const answer = await fetch(`${edge.origin}/api/x`, {
      method: 'POST',
      body: JSON.stringify({ nom: 'Éa « ñ »' }),
      headers: { 'content-type': 'application/json' },
    })
    const event = await echoed(answer)
    expect(event.isBase64Encoded).toBe(false)
    expect(Buffer.from(event.decoded, 'base64').toString()).toBe('{"nom":"Éa « ñ »"}')
  })

  test('a piece of 4.5 MB passes, and its answer tells the same bytes', async () => {
    const bytes = Buffer.alloc(4_500_000, 7)
    const answer = await fetch(`${edge.origin}/files/a`, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/offset+octet-stream', 'x-http-method-override': 'PATCH' },
    })
    expect(answer.status).toBe(200)
    expect(Buffer.from((await echoed(answer)).decoded, 'base64').equals(bytes)).toBe(true)
  })

  test.each([4_800_000, 11_000_000])('a body of %d bytes is refused with 413 by the gateway, without reaching the function', async (size) => {
    const answer = await fetch(`${edge.origin}/files/a`, {
      method: 'PATCH',
      body: Buffer.alloc(size),
      headers: { 'content-type': 'application/offset+octet-stream' },
    })
    expect(answer.status).toBe(413)
    expect(answer.headers.get('x-who')).toBeNull()
    expect(await answer.json()).toEqual({ message: 'Request Entity Too Large' })
  })

  test('a client that sends all of a body beyond 10 MB before it reads has the answer, not a connection that is cut', async () => {
    const size = 12_000_000
    const head = `PATCH /files/a HTTP/1.1\r\nHost: a\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`
    for (let tries = 0; tries < 2; tries++) {
      const answer = await raw(edge.origin, Buffer.concat([Buffer.from(head), Buffer.alloc(size)]))
      expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*\r\n\r\n{"message":"Request Entity Too Large"}$/)
    }
  })

  test('a body without announced length is cut as soon as it is too long', async () => {
    const pull = async (controller: ReadableStreamDefaultController): Promise<void> => {
      await new Promise(setImmediate)
      controller.enqueue(new Uint8Array(65_536))
    }
    const endless = new ReadableStream({ pull })
    const answer = await fetch(`${edge.origin}/files/a`, { method: 'PATCH', body: endless, duplex: 'half' } as RequestInit)
    expect(answer.status).toBe(413)
  })

  test('HEAD reaches the function as HEAD and has its headers, without a body', async () => {
    const answer = await fetch(`${edge.origin}/files/a`, { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-method')).toBe('HEAD')
    expect(answer.headers.get('upload-offset')).toBe('42')
    expect(await answer.text()).toBe('')
  })

  test('OPTIONS reaches the function as OPTIONS', async () => {
    const answer = await fetch(`${edge.origin}/files`, { method: 'OPTIONS' })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('x-method')).toBe('OPTIONS')
  })

  test('headers beyond 10 240 bytes are refused with 431', async () => {
    expect((await fetch(`${edge.origin}/api/x`, { headers: { authorization: 'x'.repeat(10_300) } })).status).toBe(431)
    expect((await fetch(`${edge.origin}/api/x`, { headers: { authorization: 'x'.repeat(9_000) } })).status).toBe(200)
  })

  test('an address that is whole is read as its path (RFC 9112 §3.2.2)', async () => {
    for (const [asked, path] of [
      ['http://localhost/api/x?a=1', '/api/x'],
      ['HTTPS://localhost:1/files', '/files'],
    ]) {
      const answer = await raw(edge.origin, [`GET ${asked} HTTP/1.1`, 'Host: localhost', 'Connection: close', '', ''].join('\r\n'))
      expect(Echo.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).requestContext.http.path).toBe(path)
    }
  })

  test('a header given twice arrives once, joined by a comma', async () => {
    const event = await raw(edge.origin, ['GET /api/x HTTP/1.1', 'Host: a', 'X-One: 1', 'x-one: 2', 'Connection: close', '', ''].join('\r\n'))
    expect(Echo.parse(JSON.parse(event.split('\r\n\r\n')[1] ?? '')).headers['x-one']).toBe('1,2')
  })

  test('a function that is being restarted answers the request when it is back', async () => {
    const victim = started.find(({ name }) => name === 'datapi')
    victim?.kill('SIGKILL')
    expect((await fetch(`${edge.origin}/api/x`)).status).toBe(200)
  })

  test('a function that dies while a body is coming is given the whole of it when it is back', async () => {
    const bytes = randomBytes(1_000_000)
    const headers = { 'content-type': 'application/offset+octet-stream', 'content-length': bytes.byteLength }
    const sent = request(`${edge.origin}/api/x`, { method: 'PATCH', headers })
    const answered = once(sent, 'response')
    await new Promise((resolve) => sent.write(bytes.subarray(0, 600_000), resolve))
    started.find(({ name }) => name === 'datapi')?.kill('SIGKILL')
    sent.end(bytes.subarray(600_000))
    const [answer] = (await answered) as [IncomingMessage]
    const { decoded } = Echo.parse(JSON.parse(await text(answer)))
    expect([answer.statusCode, Buffer.from(decoded, 'base64').equals(bytes)]).toEqual([200, true])
  })
})

const raw = (origin: string, text: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('end', () => resolve(answer)).on('error', reject)
  })
