import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import fc from 'fast-check'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD, parseAccounts } from '../../shared/domain/deposit/identity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { type UploadDeps, uploadApp } from './app.ts'
import { bodyOf, type UploadBindings } from './body.ts'
import { lambdaHandler } from './lambda.ts'
import { TUS_MEDIA_TYPE } from './protocol.ts'

const CONTEXT = { awsRequestId: 'id' } as Context

const echo = lambdaHandler(
  new Hono<{ Bindings: UploadBindings }>().all('*', async (context) => {
    const body = await bodyOf(context, 1000).catch((error: AppError) => error.code)
    return context.json({
      method: context.req.raw.method,
      url: context.req.url,
      length: context.req.header('content-length'),
      body: typeof body === 'string' ? body : Buffer.from(body).toString('hex'),
    })
  }),
)

const event = (changes: object): APIGatewayProxyEventV2 =>
  ({
    version: '2.0',
    rawPath: '/files',
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method: 'POST' }, requestId: 'r' },
    isBase64Encoded: false,
    ...changes,
  }) as unknown as APIGatewayProxyEventV2

const read = async (changes: object) => JSON.parse((await echo(event(changes), CONTEXT)).body ?? '')

test('bytes in Base64 arrive as they were, and their length is counted again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const found = await read({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true, headers: { 'content-length': '9999' } })
      expect(found).toMatchObject({ body: Buffer.from(bytes).toString('hex'), length: String(bytes.byteLength) })
    }),
  )
})

test.each(['!!!!', 'YQ', 'YQ=', 'Y Q=='])('a body that is not Base64 (%s) is invalid input', async (body) => {
  expect((await read({ body, isBase64Encoded: true })).body).toBe('INPUT_INVALID')
})

test('a piece that a gateway took for text is refused as soon as a byte may be lost', async () => {
  const headers = { 'Content-Type': TUS_MEDIA_TYPE }
  expect((await read({ body: 'ascii', headers })).body).toBe(Buffer.from('ascii').toString('hex'))
  expect((await read({ body: 'caf\ufffd', headers })).body).toBe('INPUT_INVALID')
})

test('more than the limit is too large', async () => {
  expect((await read({ body: Buffer.alloc(1001).toString('base64'), isBase64Encoded: true })).body).toBe('INPUT_TOO_LARGE')
})

const never = async () => {
  throw new Error('the storage must not be reached')
}

const app = uploadApp({
  verify: async () => {
    throw new AppError('TOKEN_MISSING', 'absent')
  },
  storage: {
    locks: { acquire: never },
    records: { read: never, save: never },
    create: never,
    discard: never,
    received: never,
    append: never,
    openUploads: never,
  },
  accounts: parseAccounts(EXAMPLE_PASSWD, EXAMPLE_GROUP, 'seed'),
  profile: 'seed',
  ring: never,
  newId: () => 'a'.repeat(32),
  now: () => new Date(),
  log: silentLog,
  limits: { maxBytes: 1, maxChunkBytes: 1, expireAfterHours: 1, openCount: 1, openBytes: 1 },
  origins: [],
  publicOrigin: '',
} satisfies UploadDeps)

test('any event, however deformed, is answered with a code of the table', async () => {
  const handler = lambdaHandler(app)
  const path = fc.oneof(
    fc.webPath(),
    fc.string(),
    fc.constantFrom('/files', '/files/', '/files/%', '/files/%zz', '/files/%00', '/files/..%2f', '//x', '/\\x', undefined),
  )
  const headers = fc.option(fc.dictionary(fc.string({ maxLength: 10 }), fc.option(fc.string({ maxLength: 10 }), { nil: undefined })), { nil: undefined })
  const body = fc.option(fc.oneof(fc.base64String(), fc.string()), { nil: null })
  const method = fc.option(fc.oneof(fc.constantFrom('POST', 'PATCH', 'HEAD', 'GET', 'OPTIONS', 'TRACE', 'CONNECT'), fc.string({ maxLength: 8 })), {
    nil: undefined,
  })
  await fc.assert(
    fc.asyncProperty(path, headers, body, fc.boolean(), method, async (rawPath, given, content, isBase64Encoded, verb) => {
      const answer = await handler(
        event({ rawPath, headers: given, body: content, isBase64Encoded, requestContext: verb === undefined ? {} : { http: { method: verb } } }),
        CONTEXT,
      )
      expect([204, 401, 403, 405]).toContain(answer.statusCode)
      expect(answer.headers?.['tus-resumable']).toBe('1.0.0')
    }),
    { numRuns: 500 },
  )
})
