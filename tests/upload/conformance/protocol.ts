import { describe, expect, test } from 'vitest'
import { send } from '../support/http.ts'
import { expectProblem, type Subject, TUS, UNKNOWN } from '../support/target.ts'

/** What every request goes by: discovery, versions, methods, origins, forms (upload §8, A, B, J). */
export const describeProtocol = ({ target, client }: Subject): void => {
  describe('discovery', () => {
    const bare = { authorization: undefined, 'tus-resumable': undefined }
    test('A01 OPTIONS needs neither token nor version', async () => {
      const answer = await client.call('OPTIONS', '/files', bare)
      expect(answer.status).toBe(204)
      expect(answer.headers['tus-resumable']).toBe('1.0.0')
      expect(answer.headers['tus-version']?.split(',')).toContain('1.0.0')
    })
    test('A02, A03, A05 the extensions are those offered, and no other', async () => {
      const answer = await client.call('OPTIONS', '/files', bare)
      expect(answer.headers['tus-extension']?.split(',').sort()).toEqual(['checksum', 'creation', 'creation-with-upload', 'expiration'])
      expect(answer.headers['tus-checksum-algorithm']?.split(',')).toEqual(['sha1', 'sha256'])
    })
    test('A04 the greatest size is a positive whole number', async () => {
      expect((await client.call('OPTIONS', '/files/', bare)).headers['tus-max-size']).toMatch(/^[1-9]\d*$/)
    })
    test('A06 the version is not judged on OPTIONS, on a resource either', async () => {
      expect((await client.call('OPTIONS', '/files', { ...bare, 'tus-resumable': '9.9.9' })).status).toBe(204)
      expect((await client.call('OPTIONS', UNKNOWN, bare)).status).toBe(204)
    })
  })

  describe('version and methods', () => {
    test.each([undefined, '0.2.2', '1.0.1', '1.0.0, 1.0.0'])('B01, B02 POST with version %s is 412', async (version) => {
      const answer = await client.post({ 'tus-resumable': version, 'upload-length': '5' })
      expectProblem(answer, 412)
      expect(answer.headers['tus-version']).toBe('1.0.0')
      expect(answer.headers.location).toBeUndefined()
    })
    test('B03 PATCH with another version is 412 and writes nothing', async () => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 0, 'hello', { 'tus-resumable': '2.0.0' }), 412)
      expect(await client.offset(path)).toBe(0)
    })
    test('B04, E11 HEAD with another version or none is 412 without offset', async () => {
      const path = await client.create(5)
      for (const version of ['0.2.1', undefined]) {
        const answer = await client.head(path, { 'tus-resumable': version })
        expect(answer.status).toBe(412)
        expect(answer.headers['tus-version']).toBe('1.0.0')
        expect(answer.headers['upload-offset']).toBeUndefined()
        expect(answer.body.byteLength).toBe(0)
      }
    })
    test('B05 every error carries the version', async () => {
      const path = await client.create(5)
      for (const answer of [await client.head(UNKNOWN), await client.patch(path, 3, 'x'), await client.post({})]) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.headers['tus-resumable']).toBe('1.0.0')
      }
    })
    test('B06 GET never gives a byte', async () => {
      const path = await client.finished('secret content')
      for (const version of ['1.0.0', undefined]) {
        const answer = await client.call('GET', path, { 'tus-resumable': version })
        expectProblem(answer, 405)
        expect(answer.headers.allow).toBe('OPTIONS, HEAD, PATCH')
        expect(answer.body.toString()).not.toContain('secret')
      }
    })
    test('B08, B09 DELETE is refused and the upload survives', async () => {
      const empty = await client.create(5)
      const done = await client.finished('done')
      expectProblem(await client.call('DELETE', empty), 405)
      expectProblem(await client.call('DELETE', done), 405)
      expect([await client.offset(empty), await client.offset(done)]).toEqual([0, 4])
    })
    test('B11 POST with the override PATCH is a PATCH', async () => {
      const path = await client.create(5)
      const answer = await client.call('POST', path, { 'x-http-method-override': 'PATCH', 'upload-offset': '0', 'content-type': TUS }, 'hello')
      expect({ status: answer.status, offset: answer.headers['upload-offset'] }).toEqual({ status: 204, offset: '5' })
    })
    test('POST with the override HEAD is a HEAD, without body even on errors', async () => {
      const path = await client.create(5)
      const answer = await client.call('POST', path, { 'x-http-method-override': 'HEAD' })
      expect({ status: answer.status, length: answer.headers['upload-length'], body: answer.body.byteLength }).toEqual({ status: 200, length: '5', body: 0 })
      const unknown = await client.call('POST', UNKNOWN, { 'x-http-method-override': 'HEAD' })
      expect({ status: unknown.status, body: unknown.body.byteLength }).toEqual({ status: 404, body: 0 })
    })
    test.each(['GET', 'DELETE', 'PUT', 'POST', 'patch', ''])('B13 the override %j is refused', async (override) => {
      const path = await client.finished('secret content')
      const answer = await client.call('POST', path, { 'x-http-method-override': override })
      expectProblem(answer, 405)
      expect(answer.body.toString()).not.toContain('secret')
    })
    test('an override on another method than POST is ignored', async () => {
      const path = await client.create(5)
      expect((await client.head(path, { 'x-http-method-override': 'DELETE' })).status).toBe(200)
      expectProblem(await client.call('GET', path, { 'x-http-method-override': 'HEAD' }), 405)
    })
    test('B15 POST on a resource creates nothing', async () => {
      const path = await client.create(5)
      const answer = await client.call('POST', path, { 'upload-length': '3' })
      expectProblem(answer, 405)
      expect(answer.headers.location).toBeUndefined()
    })
    test('PUT, and PATCH and GET of the collection are 405 with the methods that are offered', async () => {
      const path = await client.create(5)
      expectProblem(await client.call('PUT', path), 405)
      for (const method of ['PATCH', 'GET', 'PUT', 'DELETE']) {
        const answer = await client.call(method, '/files')
        expectProblem(answer, 405)
        expect(answer.headers.allow).toBe('OPTIONS, POST')
      }
    })
    test('B17 an error is a problem with its status and title', async () => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 2, 'x'), 409)
      expectProblem(await client.patch(UNKNOWN, 0, 'x'), 404)
      expectProblem(await client.post({}), 400)
      expectProblem(await client.post({ 'tus-resumable': '2.0.0', 'upload-length': '1' }), 412)
    })
  })

  describe('pages of other origins', () => {
    const EXPOSED = [
      'location',
      'tus-checksum-algorithm',
      'tus-extension',
      'tus-max-size',
      'tus-resumable',
      'tus-version',
      'upload-expires',
      'upload-length',
      'upload-metadata',
      'upload-offset',
    ]
    const names = (text: string | undefined) => (text ?? '').toLowerCase().split(/, */)
    test('J01 the preflight of an allowed origin', async () => {
      const answer = await client.call('OPTIONS', '/files', { authorization: undefined, origin: target.origin, 'access-control-request-method': 'POST' })
      expect(answer.status).toBe(204)
      expect(answer.headers['access-control-allow-origin']).toBe(target.origin)
      expect(names(answer.headers['access-control-allow-methods'])).toEqual(expect.arrayContaining(['post', 'head', 'patch']))
      expect(names(answer.headers['access-control-allow-methods'])).not.toContain('delete')
      expect(names(answer.headers['access-control-allow-headers'])).toEqual(
        expect.arrayContaining([
          'authorization',
          'content-type',
          'tus-resumable',
          'upload-checksum',
          'upload-length',
          'upload-metadata',
          'upload-offset',
          'x-http-method-override',
          'x-requested-with',
          'x-request-id',
        ]),
      )
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    })
    test('J03, J06 every answer, errors included, names the origin and exposes the headers', async () => {
      for (const headers of [
        { 'upload-length': '5' },
        {},
        { 'upload-length': '5', authorization: undefined },
        { 'upload-length': '5', 'tus-resumable': undefined },
      ]) {
        const answer = await client.post({ origin: target.origin, ...headers })
        expect(answer.headers['access-control-allow-origin']).toBe(target.origin)
        expect(names(answer.headers['access-control-expose-headers']).sort()).toEqual(EXPOSED)
        expect(names(answer.headers.vary)).toContain('origin')
      }
    })
    test('J04 another origin gets 403 and no CORS header', async () => {
      for (const origin of ['https://evil.example', 'null', `${target.origin}.evil.example`, `${target.origin}0`, target.origin.replace('://', '://www.')]) {
        for (const answer of [
          await client.call('OPTIONS', '/files', { authorization: undefined, origin, 'access-control-request-method': 'POST' }),
          await client.post({ origin, 'upload-length': '5' }),
        ]) {
          expectProblem(answer, 403)
          expect(answer.headers['access-control-allow-origin']).toBeUndefined()
          expect(answer.headers.location).toBeUndefined()
        }
      }
    })
  })

  describe('forms of a request', () => {
    test('an unknown path is 404, once the token is good', async () => {
      for (const path of ['/', '/file', '/filesystem', '/files/x/y', '/other']) {
        const answer = await client.call('POST', path, { 'upload-length': '1' })
        expect([404, 405]).toContain(answer.status)
        expect(answer.headers.location).toBeUndefined()
      }
    })
    test('two Authorization headers are refused', async () => {
      const token = await target.token('user1')
      const url = target.uploads[0]
      const answer = await send({
        method: 'POST',
        url,
        headers: { authorization: `Bearer ${token},Bearer ${token}`, 'tus-resumable': '1.0.0', 'upload-length': '1' },
      })
      expectProblem(answer, 401)
    })
    test('a token of 12 KB and one of five segments are refused', async () => {
      expect([401, 431]).toContain((await client.post({ 'upload-length': '1', authorization: `Bearer ${'a'.repeat(12_000)}` })).status)
      expect((await client.post({ 'upload-length': '1', authorization: 'Bearer a.b.c.d.e' })).status).toBe(401)
    })
  })
}
