import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { type Answer, type Call, send } from './http.ts'

/** A running upload service, seen from outside. */
export type Target = {
  /** The collection on two instances that share one storage. */
  uploads: [string, string]
  issuer: string
  /** A valid token of a partner; a null claim removes one. */
  token(partner: 'user1' | 'user2', claims?: Record<string, unknown>): Promise<string>
  /** An origin that CORS allows. */
  origin: string
  /** Base of the POSIX storage, where the test may look at it. */
  root: string | undefined
  /** Waits until `settle` has placed the deposit. */
  placed(id: string): Promise<void>
  publicOrigin?: string
}

export const TUS = 'application/offset+octet-stream'

/** The path of no upload. */
export const UNKNOWN = '/files/0123456789abcdef0123456789abcdef'

type Headers = Record<string, string | undefined>

/** Requests with a valid token and version, unless a header says otherwise (undefined removes it). Instances are used in turn. */
export const clientOf = (target: Target) => {
  let turn = 0
  const base = () => target.uploads[turn++ % 2] ?? target.uploads[0]
  const headersOf = async (headers: Headers): Promise<Headers> => ({
    authorization: `Bearer ${await target.token('user1')}`,
    'tus-resumable': '1.0.0',
    ...headers,
  })
  const call = async (method: string, path: string, headers: Headers = {}, body?: Call['body'], extra: Partial<Call> = {}): Promise<Answer> => {
    const origin = new URL(base()).origin
    return send({ method, url: `${origin}${path}`, headers: await headersOf(headers), body, ...extra })
  }
  const post = (headers: Headers = {}, body?: Call['body'], extra: Partial<Call> = {}) => call('POST', '/files', headers, body, extra)
  const patch = (path: string, offset: number | string | undefined, body?: Call['body'], headers: Headers = {}, extra: Partial<Call> = {}) =>
    call('PATCH', path, { 'content-type': TUS, 'upload-offset': offset === undefined ? undefined : String(offset), ...headers }, body, extra)
  const head = (path: string, headers: Headers = {}) => call('HEAD', path, headers)
  /** Path of a new upload. */
  const create = async (length: number, headers: Headers = {}): Promise<string> => {
    const created = await post({ 'upload-length': String(length), ...headers })
    expect(created.status, created.body.toString()).toBe(201)
    return new URL(created.headers.location ?? '', target.uploads[0]).pathname
  }
  /** Path of an upload that has all its bytes. */
  const finished = async (content: string | Uint8Array = 'finished', headers: Headers = {}): Promise<string> => {
    const bytes = Buffer.from(content as string)
    const path = await create(bytes.byteLength, headers)
    const sent = await patch(path, 0, bytes)
    expect(sent.status, sent.body.toString()).toBe(204)
    return path
  }
  const offset = async (path: string): Promise<number> => {
    const answer = await head(path)
    expect(answer.status).toBe(200)
    return Number(answer.headers['upload-offset'])
  }
  return { call, post, patch, head, create, finished, offset }
}

export type UploadClient = ReturnType<typeof clientOf>

/** What a case of the conformance is run on. */
export type Subject = { target: Target; client: UploadClient }

export const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** `Upload-Metadata` of an answer, as texts by key. */
export const metadataOf = (answer: Answer): Record<string, string> =>
  Object.fromEntries(
    (answer.headers['upload-metadata'] ?? '')
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [key = '', value = ''] = pair.split(' ')
        return [key, Buffer.from(value, 'base64').toString()]
      }),
  )

export const metadata = (pairs: Record<string, string>, separator = ','): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(separator)

/** Values of `Upload-Checksum`. */
export const sha1 = (bytes: Uint8Array | string): string => `sha1 ${createHash('sha1').update(bytes).digest('base64')}`
export const sha256 = (bytes: Uint8Array | string): string => `sha256 ${createHash('sha256').update(bytes).digest('base64')}`

/** What every answer carries, refusals and preflights included (upload §1.2). */
export const expectCommon = ({ headers }: Answer): void => {
  expect(headers).toMatchObject({ 'tus-resumable': '1.0.0', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
}

/** A refusal: problem+json with its status, the version on it, nothing of the machine in it. */
export const expectProblem = (answer: Answer, ...statuses: number[]): void => {
  expect(statuses, answer.body.toString()).toContain(answer.status)
  expect(answer.headers['content-type']).toContain('application/problem+json')
  const problem = JSON.parse(answer.body.toString())
  const text = expect.any(String)
  expect(problem).toMatchObject({ type: text, status: answer.status, title: text, code: text, detail: text, requestId: text })
  expectCommon(answer)
  expect(answer.body.toString()).not.toMatch(/\/tmp|\/mnt|node_modules|at .*\.ts|ENOENT|EACCES/)
}
