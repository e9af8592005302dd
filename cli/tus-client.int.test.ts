import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { uploadFile } from './tus-client.ts'

/** A tus server that keeps one deposit in memory and answers an error when it is told to. */
let server: Server
let endpoint: string
let directory: string
let received: Buffer
let length: number
let metadata: string
let requests: { method: string; authorization: string; size: number }[]
let refusals: { method: string; status: number; body?: string }[]

const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const method = incoming.method ?? ''
  requests.push({ method, authorization: incoming.headers.authorization ?? '', size: body.length })
  const at = refusals.findIndex((refusal) => refusal.method === method)
  const refusal = at === -1 ? undefined : refusals.splice(at, 1)[0]
  if (refusal !== undefined) return void outgoing.writeHead(refusal.status, { 'content-type': 'application/problem+json' }).end(refusal.body ?? '')
  const headers = { 'tus-resumable': '1.0.0' }
  if (method === 'POST') {
    length = Number(incoming.headers['upload-length'])
    metadata = String(incoming.headers['upload-metadata'])
    return void outgoing.writeHead(201, { ...headers, location: '/files/abc' }).end()
  }
  if (method === 'PATCH') received = Buffer.concat([received, body])
  outgoing.writeHead(method === 'HEAD' ? 200 : 204, { ...headers, 'upload-offset': received.length, 'upload-length': length }).end()
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tus-'))
  server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/files`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(directory, { recursive: true, force: true })
})
beforeEach(() => {
  received = Buffer.alloc(0)
  requests = []
  refusals = []
})

const content = Buffer.from(Array.from({ length: 2500 }, (_, index) => index % 251))
const given = async (): Promise<string> => {
  const file = path.join(directory, 'depot.csv')
  await writeFile(file, content)
  return file
}

describe('depositing a file', () => {
  test('it is sent in pieces, and the address of the deposit comes back', async () => {
    const progress: number[] = []
    const result = await uploadFile({
      endpoint,
      token: 't',
      path: await given(),
      metadata: { filename: 'é.csv' },
      chunkBytes: 1000,
      onProgress: (sent) => progress.push(sent),
    })
    expect(result).toEqual({ url: endpoint.replace('/files', '/files/abc'), id: 'abc', bytes: 2500 })
    expect(received.equals(content)).toBe(true)
    expect(requests.filter(({ method }) => method === 'PATCH').map(({ size }) => size)).toEqual([1000, 1000, 500])
    expect(metadata).toBe(`filename ${Buffer.from('é.csv').toString('base64')}`)
    expect(progress.at(-1)).toBe(2500)
  })

  test('every request asks for its token', async () => {
    let count = 0
    await uploadFile({ endpoint, token: async () => `t${++count}`, path: await given(), metadata: {}, chunkBytes: 2000 })
    expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t3'])
  })

  test('a piece that fails is sent again from where the server is', async () => {
    refusals.push({ method: 'PATCH', status: 503 })
    await uploadFile({ endpoint, token: 't', path: await given(), metadata: {}, chunkBytes: 1000 })
    expect(received.equals(content)).toBe(true)
    expect(requests.some(({ method }) => method === 'HEAD')).toBe(true)
  })

  test.each([409, 423, 429, 460])('after %d, which another moment or another try mends, the piece is sent again', async (status) => {
    refusals.push({ method: 'PATCH', status })
    await uploadFile({ endpoint, token: 't', path: await given(), metadata: {}, chunkBytes: 1000 })
    expect(received.equals(content)).toBe(true)
  })

  test('a token that is refused is asked for again, once', async () => {
    const tokens = ['expired', 'fresh']
    const token = async () => tokens.shift() ?? 'later'
    refusals.push({ method: 'POST', status: 401 })
    await uploadFile({ endpoint, token, path: await given(), metadata: {}, chunkBytes: 5000 })
    expect(requests.map(({ method, authorization }) => `${method} ${authorization}`)).toEqual([
      'POST Bearer expired',
      'POST Bearer fresh',
      'PATCH Bearer later',
    ])
    refusals.push({ method: 'POST', status: 401 }, { method: 'POST', status: 401 })
    await expect(uploadFile({ endpoint, token, path: await given(), metadata: {} })).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('a deposit that was begun is continued', async () => {
    received = content.subarray(0, 700)
    length = content.length
    await uploadFile({ endpoint, token: 't', path: await given(), metadata: {}, resume: `${endpoint}/abc`, chunkBytes: 5000 })
    expect(received.equals(content)).toBe(true)
    expect(requests.some(({ method }) => method === 'POST')).toBe(false)
  })

  test.each([401, 423, 429, 500, 503])('a position that is asked for and answered %d is asked for again: no other deposit is begun', async (status) => {
    const token = async () => 't'
    refusals.push({ method: 'PATCH', status: 503 }, { method: 'HEAD', status })
    await uploadFile({ endpoint, token, path: await given(), metadata: {}, chunkBytes: 1000, retryDelays: [0, 1] })
    received = content.subarray(0, 700)
    refusals.push({ method: 'HEAD', status })
    await uploadFile({ endpoint, token, path: await given(), metadata: {}, resume: `${endpoint}/abc`, chunkBytes: 1000, retryDelays: [0, 1] })
    expect(received.equals(content)).toBe(true)
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test.each([
    [401, 'TOKEN_INVALID', 'Le jeton est refusé ou a expiré.'],
    [403, 'ROLE_MISSING', 'Le serveur de dépôt a répondu 403.'],
    [412, 'INPUT_INVALID', 'Le serveur de dépôt a répondu 412.'],
  ])('a position that is refused with %d for good becomes %s, and what was sent stays', async (status, code, message) => {
    received = content.subarray(0, 700)
    length = content.length
    refusals.push({ method: 'HEAD', status })
    const refused = uploadFile({ endpoint, token: 't', path: await given(), metadata: {}, resume: `${endpoint}/abc` })
    await expect(refused).rejects.toMatchObject({ code, message })
    expect(requests.map(({ method }) => method)).toEqual(['HEAD'])
  })

  test.each([404, 410])('a deposit that is no more there (%d) is begun again', async (status) => {
    refusals.push({ method: 'HEAD', status })
    await uploadFile({ endpoint, token: 't', path: await given(), metadata: {}, resume: `${endpoint}/old`, chunkBytes: 1000 })
    expect(received.equals(content)).toBe(true)
    expect(requests.slice(0, 2).map(({ method }) => method)).toEqual(['HEAD', 'POST'])
  })

  test.each([
    [401, 'TOKEN_INVALID'],
    [403, 'ROLE_MISSING'],
    [413, 'INPUT_TOO_LARGE'],
    [422, 'INPUT_INVALID'],
    [507, 'STORAGE_DOWN'],
  ])('an answer %d is final and becomes %s with the server’s sentence', async (status, code) => {
    refusals.push({ method: 'POST', status, body: JSON.stringify({ detail: 'Refusé pour de bon.' }) })
    await expect(uploadFile({ endpoint, token: 't', path: await given(), metadata: {} })).rejects.toMatchObject({ code, message: 'Refusé pour de bon.' })
    expect(requests).toHaveLength(1)
  })

  test('a file that is not there is refused before any request', async () => {
    await expect(uploadFile({ endpoint, token: 't', path: path.join(directory, 'nothing'), metadata: {} })).rejects.toMatchObject({ code: 'FILE_MISSING' })
    expect(requests).toHaveLength(0)
  })
})
