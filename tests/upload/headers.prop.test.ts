import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type UploadDeps, uploadApp } from '../../functions/upload/app.ts'
import { lambdaHandler } from '../../functions/upload/lambda.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { layout } from './support/platform.ts'

const touched: string[] = []
const never = (what: string) => async () => {
  touched.push(what)
  throw new Error(`${what} must not be reached`)
}

/** A service whose token is good, where nothing is known and every quota is used up: what passes the headers is 404 or 429. */
const handler = lambdaHandler(
  uploadApp({
    verify: async () => ({ payload: { sub: 's', 'goup-path': 'user1' } }),
    storage: {
      locks: { acquire: never('locks') },
      records: { read: async () => undefined, save: never('save') },
      create: never('create'),
      discard: never('discard'),
      received: never('received'),
      append: never('append'),
      openUploads: async () => ({ count: 1000, bytes: 0 }),
    },
    accounts: layout().accounts,
    profile: 'seed',
    ring: never('ring'),
    newId: () => 'a'.repeat(32),
    now: () => new Date(),
    log: silentLog,
    limits: { maxBytes: 1000, maxChunkBytes: 100, expireAfterHours: 1, openCount: 1, openBytes: 1 },
    origins: ['https://pages.example.org'],
    publicOrigin: '',
  } satisfies UploadDeps),
)

const ID = 'b'.repeat(32)
/** Sent as often as not what is right, so that the checks behind are reached. */
const header = (right: string, ...near: string[]) =>
  fc.oneof(
    { weight: 14, arbitrary: fc.constant(right) },
    { weight: 2, arbitrary: fc.constantFrom(...near, '', `${right} `, `${right},${right}`) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
const rarely = (...values: string[]) => fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) })

const request = fc.record({
  method: fc.constantFrom('POST', 'POST', 'PATCH', 'PATCH', 'HEAD'),
  path: fc.constantFrom('/files', '/files', '/files/', `/files/${ID}`, `/files/${ID}`, `/files/${ID}.info`, '/files/../x'),
  body: fc.uint8Array({ maxLength: 120 }),
  headers: fc.record({
    'tus-resumable': header('1.0.0', '1.0', '1.0.00', '0.2.2'),
    'upload-length': header('10', '-1', '+1', '1e2', '0x1', '01', '1.0', '9007199254740993', '1001', '99999999999999999999'),
    'upload-offset': header('0', '-0', '00', '1e0', '٣'),
    'upload-metadata': header('filename YQ==', 'a', 'a YQ', 'a YQ== b', 'a YQ==,a YQ==', '__proto__ YQ==', 'é YQ==', 'a /w=='),
    'upload-checksum': header('sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'sha1', 'md5 AAAA', 'sha1 AAAA', 'SHA1 2jmj7l5rSw0yVb/vlWAYkK/YBwk='),
    'content-type': header('application/offset+octet-stream', 'text/plain', 'application/offset+octet-stream; x=y', 'application/offset+octet-stream2'),
    'x-http-method-override': rarely('PATCH', 'HEAD', 'DELETE', 'patch', ''),
    'upload-concat': rarely('partial', ''),
    'upload-defer-length': rarely('1', ''),
    origin: rarely('https://pages.example.org', 'https://evil.example', 'null'),
  }),
})

const OF_THE_TABLE = [400, 403, 404, 405, 412, 413, 415, 429, 460]

test('whatever the headers, the answer is one of the table, never 5xx; what passes them is well formed, and nothing is made', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, body, headers }) => {
      const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<string, string>
      const event = {
        version: '2.0',
        rawPath: path,
        headers: given,
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
        requestContext: { http: { method } },
      }
      const { statusCode = 0, headers: answered = {} } = await handler(event as unknown as APIGatewayProxyEventV2, { awsRequestId: 'r' } as Context)
      expect(OF_THE_TABLE).toContain(statusCode)
      expect(answered).toMatchObject({ 'tus-resumable': '1.0.0', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      expect(touched).toEqual([])
      if (statusCode !== 429) return
      expect(given['tus-resumable']?.trim()).toBe('1.0.0')
      expect(given['upload-length']?.trim()).toMatch(/^(0|[1-9]\d{0,3})$/)
      expect([given['upload-concat'], given['upload-defer-length']]).toEqual([undefined, undefined])
    }),
    { numRuns: 1000 },
  )
})
