import { createHash, randomBytes } from 'node:crypto'
import { access, lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { send } from './support/http.ts'
import { clientOf, expectProblem, idOf, metadata, metadataOf, type Target, TUS, type UploadClient } from './support/target.ts'

const sha1 = (bytes: Uint8Array | string) => `sha1 ${createHash('sha1').update(bytes).digest('base64')}`
const sha256 = (bytes: Uint8Array | string) => `sha256 ${createHash('sha256').update(bytes).digest('base64')}`
const UNKNOWN = '/files/0123456789abcdef0123456789abcdef'

/** Every case of upload §8, by its id, on a service that runs in two instances on one storage. */
export const describeConformance = (running: () => Target): void => {
  let target: Target
  let client: UploadClient
  beforeAll(() => {
    target = running()
    client = clientOf(target)
  })

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

  describe('creation', () => {
    test('C01 an upload begins empty', async () => {
      const created = await client.post({ 'upload-length': '300' })
      expect(created.status).toBe(201)
      expect(created.headers['tus-resumable']).toBe('1.0.0')
      const head = await client.head(new URL(created.headers.location ?? '', target.uploads[0]).pathname)
      expect([head.headers['upload-offset'], head.headers['upload-length']]).toEqual(['0', '300'])
    })
    test('C02 the location is a path that ends with an id', async () => {
      const { headers } = await client.post({ 'upload-length': '1' })
      const prefix = target.publicOrigin ?? ''
      expect(headers.location?.startsWith(`${prefix}/files/`)).toBe(true)
      expect(headers.location?.slice(`${prefix}/files/`.length)).toMatch(/^[A-Za-z0-9_-]{22,64}$/)
      expect((await client.head(new URL(headers.location ?? '', target.uploads[0]).pathname)).status).toBe(200)
    })
    test('C03 two creations give two ids', async () => {
      expect(await client.create(1)).not.toBe(await client.create(1))
    })
    test('C04 the collection with a final slash is the same', async () => {
      const answer = await client.call('POST', '/files/', { 'upload-length': '1' })
      expect(answer.status).toBe(201)
      expect(new URL(answer.headers.location ?? '', target.uploads[0]).pathname).not.toContain('//')
    })
    test.each([undefined, '-5', 'abc', '1e3', '0x10', '1.5', '+5', '1 2', '', '01', '9007199254740992', '5, 5'])(
      'C05, C06, C07 the length %j is 400',
      async (length) => {
        const answer = await client.post({ 'upload-length': length })
        expectProblem(answer, 400)
        expect(answer.headers.location).toBeUndefined()
      },
    )
    test.each([
      ['C08', { 'upload-length': '5', 'upload-defer-length': '1' }],
      ['C09', { 'upload-defer-length': '1' }],
      ['C10', { 'upload-defer-length': 'bad' }],
      ['C15', { 'upload-length': '5', 'upload-concat': 'partial' }],
    ])('%s a deferred length and concatenation are 400', async (_, headers) => {
      const answer = await client.post(headers)
      expectProblem(answer, 400)
      expect(answer.headers.location).toBeUndefined()
    })
    test('C16 the concatenation of finished uploads is 400', async () => {
      const parts = [await client.finished('one'), await client.finished('two')]
      expectProblem(await client.post({ 'upload-concat': `final;${parts.join(' ')}` }), 400)
    })
    test('C11 one byte more than the maximum is 413', async () => {
      const maximum = (await client.call('OPTIONS', '/files')).headers['tus-max-size']
      const answer = await client.post({ 'upload-length': String(Number(maximum) + 1) })
      expectProblem(answer, 413)
      expect(answer.headers.location).toBeUndefined()
    })
    test('C13 an empty file is complete at once', async () => {
      const path = await client.create(0)
      const head = await client.head(path)
      expect([head.headers['upload-offset'], head.headers['upload-length']]).toEqual(['0', '0'])
    })
    test('C14 a body of another type is ignored', async () => {
      const answer = await client.post({ 'upload-length': '300', 'content-type': 'application/false' }, 'x'.repeat(50))
      expect(answer.status).toBe(201)
      expect(answer.headers['upload-offset']).toBeUndefined()
      expect(await client.offset(new URL(answer.headers.location ?? '', target.uploads[0]).pathname)).toBe(0)
    })
    test.each([
      ['C17', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
      ['C17', { 'x-forwarded-proto': 'gopher' }],
      ['C18', { forwarded: 'for=1.2.3.4;host="evil.example:8443";proto=https' }],
    ])('%s forwarded headers do not make the location', async (_, headers) => {
      const answer = await client.post({ 'upload-length': '1', ...headers })
      expect(answer.status).toBe(201)
      expect(answer.headers.location).not.toContain('evil')
      expect(answer.headers.location?.startsWith(target.publicOrigin ?? '/files/')).toBe(true)
    })
    test('C21 twenty creations at once give twenty ids', async () => {
      const paths = await Promise.all(Array.from({ length: 20 }, () => client.create(1)))
      expect(new Set(paths).size).toBe(20)
    })
    test('I01 the answer says when the upload expires', async () => {
      const { headers } = await client.post({ 'upload-length': '5' })
      expect(Date.parse(headers['upload-expires'] ?? '')).toBeGreaterThan(Date.now())
      expect(headers['upload-expires']).toMatch(/ GMT$/)
    })
  })

  describe('metadata', () => {
    test('D01 keys and values come back', async () => {
      const pairs = { filename: 'procol_2512.csv', accent: 'déjà vu', empty: '', emoji: '🦊' }
      const path = await client.create(1, {
        'upload-metadata': `${metadata({ filename: pairs.filename, accent: pairs.accent })},empty,${metadata({ emoji: pairs.emoji })}`,
      })
      expect(metadataOf(await client.head(path))).toMatchObject(pairs)
    })
    test('D02 spaces after commas and around pairs are tolerated', async () => {
      const path = await client.create(1, { 'upload-metadata': `${metadata({ a: '1', b: '2' }, ', ')} ,  c` })
      expect(metadataOf(await client.head(path))).toMatchObject({ a: '1', b: '2', c: '' })
    })
    test.each([
      ['D03 a key twice', `${metadata({ a: '1' })},${metadata({ a: '2' })}`],
      ['D04 a value that is not Base64', 'a !!!!'],
      ['D04 a value without its padding', 'a YQ'],
      ['D05 an accented key', `clé ${Buffer.from('1').toString('base64')}`],
      ['three words', 'a YQ== YQ=='],
      ['an empty pair', 'a YQ==,,b YQ=='],
      ['a forbidden key', '__proto__ YQ=='],
      ['a forbidden key', 'constructor YQ=='],
      ['a value that is not UTF-8', `a ${Buffer.from([0xff, 0xfe]).toString('base64')}`],
      ['33 keys', Array.from({ length: 33 }, (_, index) => `k${index} YQ==`).join(',')],
      ['a name of 256 characters', metadata({ filename: 'x'.repeat(256) })],
    ])('%s is 400', async (_, header) => {
      const answer = await client.post({ 'upload-length': '1', 'upload-metadata': Buffer.from(header).toString('latin1') })
      expectProblem(answer, 400)
      expect(answer.headers.location).toBeUndefined()
    })
    test('D06 a header of 8 000 characters is refused', async () => {
      expect([400, 413, 431]).toContain((await client.post({ 'upload-length': '1', 'upload-metadata': metadata({ a: 'x'.repeat(5990) }) })).status)
    })
    test('32 keys in 4 096 characters are accepted', async () => {
      const path = await client.create(1, { 'upload-metadata': Array.from({ length: 32 }, (_, index) => `k${index} YQ==`).join(',') })
      expect(Object.keys(metadataOf(await client.head(path)))).toHaveLength(34)
    })
    test('D08 without metadata only the reserved keys are there', async () => {
      expect(Object.keys(metadataOf(await client.head(await client.create(1)))).sort()).toEqual(['email', 'goup-path'])
    })
    test('D09, D10 the reserved keys are those of the token, in every spelling', async () => {
      const path = await client.create(1, {
        'upload-metadata': metadata({ 'goup-path': 'user2', 'GOUP-Path': 'user2', Email: 'evil@example.org', email: 'evil@example.org', kept: 'yes' }),
      })
      const found = metadataOf(await client.head(path))
      expect(found).toMatchObject({ 'goup-path': 'user1', kept: 'yes' })
      expect(JSON.stringify(found)).not.toMatch(/evil|user2/)
      expect(found.email).toContain('@')
    })
    test('without an address in the token there is no e-mail, whatever the client says', async () => {
      const authorization = `Bearer ${await target.token('user1', { email: null })}`
      const path = await client.create(1, { authorization, 'upload-metadata': metadata({ email: 'evil@example.org' }) })
      expect(metadataOf(await client.head(path)).email).toBeUndefined()
    })
  })

  describe('position', () => {
    test('E01 HEAD says where the upload stands', async () => {
      const path = await client.create(44)
      await client.patch(path, 0, 'x'.repeat(11))
      const answer = await client.head(path)
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({ 'upload-offset': '11', 'upload-length': '44', 'cache-control': 'no-store', 'tus-resumable': '1.0.0' })
      expect(answer.body.byteLength).toBe(0)
    })
    test('E02 an unknown id is 404 without body', async () => {
      const answer = await client.head(UNKNOWN)
      expect(answer.status).toBe(404)
      expect(answer.headers['upload-offset']).toBeUndefined()
      expect(answer.body.byteLength).toBe(0)
    })
    test('E03 the collection has no position', async () => {
      const answer = await client.head('/files')
      expect(answer.status).toBe(405)
      expect(answer.headers['upload-offset']).toBeUndefined()
    })
    test.each([
      '..',
      '%2e%2e',
      '..%2f..%2fetc%2fpasswd',
      '..%5c..%5c',
      '%00',
      'tusd%2fx',
      '.state',
      '%2e%73tate',
      'a'.repeat(65),
      'short',
      `${'a'.repeat(32)}/b`,
      `${'a'.repeat(31)}.`,
    ])('E04 the id %j leads nowhere', async (id) => {
      const answer = await client.head(`/files/${id}`)
      expect([400, 403, 404, 405]).toContain(answer.status)
      expect(answer.headers['upload-offset']).toBeUndefined()
    })
    test('E05 the side names of an upload are 404', async () => {
      const path = await client.finished('done')
      for (const suffix of ['.info', '.bin', '.json', '.lock', '.part', '.lck', '/']) expect((await client.head(path + suffix)).status).toBe(404)
    })
    test('E06 a finished upload stays at its end', async () => {
      const path = await client.finished('done')
      expect([await client.offset(path), await client.offset(path), await client.offset(path)]).toEqual([4, 4, 4])
    })
    test('E07 the query is ignored', async () => {
      const path = await client.create(3)
      expect((await client.head(`${path}?a=b/c`)).status).toBe(200)
      expect((await client.call('POST', '/files?x=1', { 'upload-length': '1' })).status).toBe(201)
    })
    test('ids are case-sensitive', async () => {
      const path = await client.create(3)
      if (path.toUpperCase() === path) return
      expect((await client.head(`/files/${idOf(path).toUpperCase()}`)).status).toBe(404)
    })
  })

  describe('pieces', () => {
    test('F01 a whole file in one piece', async () => {
      const path = await client.create(5)
      const answer = await client.patch(path, 0, 'hello')
      expect({ status: answer.status, offset: answer.headers['upload-offset'], body: answer.body.byteLength }).toEqual({ status: 204, offset: '5', body: 0 })
    })
    test('F02, I02 two pieces, each answered with the position and, before the last, the expiry', async () => {
      const path = await client.create(10)
      const first = await client.patch(path, 0, 'hello')
      expect(first.headers['upload-offset']).toBe('5')
      expect(Date.parse(first.headers['upload-expires'] ?? '')).toBeGreaterThan(Date.now())
      expect(await client.offset(path)).toBe(5)
      const last = await client.patch(path, 5, 'world')
      expect(last.headers['upload-offset']).toBe('10')
      expect(last.headers['upload-expires']).toBeUndefined()
      expect(await client.offset(path)).toBe(10)
    })
    test('F03, F04 another position is 409 and writes nothing', async () => {
      const path = await client.create(10)
      expectProblem(await client.patch(path, 7, 'x'), 409)
      expect(await client.offset(path)).toBe(0)
      await client.patch(path, 0, 'hello')
      expectProblem(await client.patch(path, 4, 'x'), 409)
      expect(await client.offset(path)).toBe(5)
    })
    test.each([undefined, '-1', 'abc', '0.5', '0x0', '1e1', '+0', '', '00', '0, 0'])('F05, F06 the position %j is 400', async (offset) => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, offset, 'x'), 400)
      expect(await client.offset(path)).toBe(0)
    })
    test.each([undefined, 'application/octet-stream', 'text/plain', 'application/offset+octet-streams', 'x-application/offset+octet-stream'])(
      'F07, F08 the type %j is 415',
      async (type) => {
        const path = await client.create(5)
        expectProblem(await client.patch(path, 0, 'x', { 'content-type': type }), 415)
        expect(await client.offset(path)).toBe(0)
      },
    )
    test('the type is compared without parameters and case', async () => {
      const path = await client.create(5)
      expect((await client.patch(path, 0, 'hello', { 'content-type': 'Application/Offset+Octet-Stream; charset=binary' })).status).toBe(204)
    })
    test('a length on PATCH is 400', async () => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 0, 'x', { 'upload-length': '5' }), 400)
      expect(await client.offset(path)).toBe(0)
    })
    test('F09 a piece beyond the length is 413 and writes nothing', async () => {
      const path = await client.create(10)
      await client.patch(path, 0, 'hello')
      expectProblem(await client.patch(path, 5, 'x'.repeat(26)), 413)
      expect(await client.offset(path)).toBe(5)
    })
    test('F11 a chunked body', async () => {
      const path = await client.create(90)
      expect([204, 411]).toContain((await client.patch(path, 0, 'x'.repeat(90), {}, { chunked: true })).status)
    })
    test('F12 an empty piece at the position', async () => {
      const path = await client.create(10)
      await client.patch(path, 0, 'hello')
      const answer = await client.patch(path, 5)
      expect({ status: answer.status, offset: answer.headers['upload-offset'] }).toEqual({ status: 204, offset: '5' })
    })
    test('F13 an unknown id is 404', async () => {
      expectProblem(await client.patch(UNKNOWN, 0, 'x'), 404)
    })
    test('F14 an empty piece at the end, twice', async () => {
      const path = await client.finished('done')
      for (let time = 0; time < 2; time++) {
        const answer = await client.patch(path, 4)
        expect({ status: answer.status, offset: answer.headers['upload-offset'] }).toEqual({ status: 204, offset: '4' })
      }
    })
    test('F15 bytes after the end are 413, elsewhere 409, and nothing is written', async () => {
      const path = await client.finished('done')
      expectProblem(await client.patch(path, 4, 'more'), 413)
      expectProblem(await client.patch(path, 0, 'evil'), 409)
      expectProblem(await client.patch(path, 1), 409)
      expect(await client.offset(path)).toBe(4)
    })
    test('F16 the same piece twice is 204, then 409', async () => {
      const path = await client.create(10)
      expect((await client.patch(path, 0, 'hello')).status).toBe(204)
      expectProblem(await client.patch(path, 0, 'hello'), 409)
      expect(await client.offset(path)).toBe(5)
    })
    test('F19 pieces of one byte', async () => {
      const path = await client.create(5)
      for (let offset = 0; offset < 5; offset++) expect((await client.patch(path, offset, 'x')).status).toBe(204)
    })
    test('F20 a piece of 4 MiB, then one byte', async () => {
      const size = 4 * 1024 * 1024
      const path = await client.create(size + 1)
      expect((await client.patch(path, 0, randomBytes(size))).status).toBe(204)
      expect((await client.patch(path, size, 'x')).status).toBe(204)
    })
    test('F21 a piece of 7 MiB is 413, then a smaller one goes on', async () => {
      const path = await client.create(7 * 1024 * 1024)
      expect((await client.patch(path, 0, randomBytes(7 * 1024 * 1024))).status).toBe(413)
      expect(await client.offset(path)).toBe(0)
      expect((await client.patch(path, 0, randomBytes(1024))).status).toBe(204)
    })
    test('a piece one byte above the limit is a 413 that names the limit', async () => {
      const path = await client.create(4_600_000)
      const answer = await client.patch(path, 0, Buffer.alloc(4_500_001))
      expect(answer.status).toBe(413)
      if (answer.headers['content-type']?.includes('problem')) expect(answer.body.toString()).toContain('4500000')
      expect(await client.offset(path)).toBe(0)
    })
    test('F22 a piece that was cut leaves a position from which the rest goes on', async () => {
      const bytes = randomBytes(200_000)
      const path = await client.create(bytes.byteLength)
      await expect(client.patch(path, 0, bytes, {}, { cutAfter: 100_000 })).rejects.toThrow()
      let answer = await client.head(path)
      while (answer.status === 423) answer = await client.head(path)
      const offset = Number(answer.headers['upload-offset'])
      expect(offset).toBeGreaterThanOrEqual(0)
      expect(offset).toBeLessThanOrEqual(100_000)
      expect((await client.patch(path, offset, bytes.subarray(offset))).status).toBe(204)
    })
    test('F23 of two pieces at the same position through two instances, one wins, ten times', async () => {
      const rounds = 10
      const size = 1000
      const path = await client.create(rounds * size)
      const winners: Buffer[] = []
      for (let round = 0; round < rounds; round++) {
        const pieces = [Buffer.alloc(size, 2 * round), Buffer.alloc(size, 2 * round + 1)]
        const answers = await Promise.all(pieces.map((piece) => client.patch(path, round * size, piece)))
        const won = answers.flatMap(({ status }, index) => (status === 204 ? [index] : []))
        expect(won, answers.map(({ status }) => status).join()).toHaveLength(1)
        for (const { status } of answers) expect([204, 409, 423]).toContain(status)
        expect(await client.offset(path)).toBe((round + 1) * size)
        winners.push(pieces[won[0] ?? 0] ?? Buffer.alloc(0))
      }
      if (target.root === undefined) return
      expect((await readFile(join(target.root, 'tusd', `${idOf(path)}.bin`))).equals(Buffer.concat(winners))).toBe(true)
    })
  })

  describe('creation with a piece', () => {
    test('G01 the whole file at once', async () => {
      const answer = await client.post({ 'upload-length': '5', 'content-type': TUS }, 'hello')
      expect({ status: answer.status, offset: answer.headers['upload-offset'] }).toEqual({ status: 201, offset: '5' })
      expect(answer.headers['upload-expires']).toBeUndefined()
      expect(await client.offset(new URL(answer.headers.location ?? '', target.uploads[0]).pathname)).toBe(5)
    })
    test('G02 the first part, then the rest', async () => {
      const answer = await client.post({ 'upload-length': '10', 'content-type': TUS }, 'hello')
      expect({ status: answer.status, offset: answer.headers['upload-offset'] }).toEqual({ status: 201, offset: '5' })
      expect((await client.patch(new URL(answer.headers.location ?? '', target.uploads[0]).pathname, 5, 'world')).status).toBe(204)
    })
    test('G03 more than the length is 413 and nothing is made', async () => {
      const answer = await client.post({ 'upload-length': '300', 'content-type': TUS }, 'x'.repeat(400))
      expectProblem(answer, 413)
      expect(answer.headers.location).toBeUndefined()
    })
    test('G04 the type of a piece without a piece', async () => {
      const answer = await client.post({ 'upload-length': '5', 'content-type': TUS })
      expect(answer.status).toBe(201)
      expect(await client.offset(new URL(answer.headers.location ?? '', target.uploads[0]).pathname)).toBe(0)
    })
    test('a first piece whose checksum differs makes nothing', async () => {
      const answer = await client.post({ 'upload-length': '5', 'content-type': TUS, 'upload-checksum': sha1('other') }, 'hello')
      expectProblem(answer, 460)
      expect(answer.headers.location).toBeUndefined()
    })
  })

  describe('checksum', () => {
    test.each([sha1, sha256])('H01 the right digest', async (digest) => {
      const path = await client.create(5)
      expect((await client.patch(path, 0, 'hello', { 'upload-checksum': digest('hello') })).status).toBe(204)
    })
    test('H02 a wrong digest is 460 and writes nothing', async () => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 0, 'hello', { 'upload-checksum': sha1('hullo') }), 460)
      expect(await client.offset(path)).toBe(0)
      expect((await client.patch(path, 0, 'hello', { 'upload-checksum': sha1('hello') })).status).toBe(204)
    })
    test.each(['crc99 AAAA', 'sha1', 'sha1 !!!', 'sha1 AAAA', 'md5 XUFAKrxLKna5cZ2REBfFkg==', ''])('H03 the checksum %j is 400', async (checksum) => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 0, 'hello', { 'upload-checksum': checksum }), 400)
      expect(await client.offset(path)).toBe(0)
    })
    test('a wrong position counts before a wrong digest', async () => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 3, 'hello', { 'upload-checksum': sha1('hullo') }), 409)
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

  describe('tokens', () => {
    const refused = async (authorization: string | undefined, status = 401) => {
      const answer = await client.post({ 'upload-length': '5', authorization })
      expectProblem(answer, status)
      expect(answer.headers.location).toBeUndefined()
      if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    }
    const seconds = () => Math.floor(Date.now() / 1000)
    const kid = async () => {
      const [header = ''] = (await target.token('user1')).split('.')
      return JSON.parse(Buffer.from(header, 'base64url').toString()).kid as string
    }
    const forge = async (header: Record<string, unknown>, signer?: Parameters<SignJWT['sign']>[0]) => {
      const key = signer ?? (await generateKeyPair('RS256')).privateKey
      const payload = { iss: target.issuer, sub: 'x', azp: 'client', aud: 'uploads', typ: 'Bearer', 'goup-path': 'user1', iat: seconds(), exp: seconds() + 600 }
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', ...header }).sign(key)
    }

    test('K01 no token', () => refused(undefined))
    test('K02 no token on HEAD and PATCH', async () => {
      const path = await client.create(5)
      const head = await client.head(path, { authorization: undefined })
      expect({ status: head.status, offset: head.headers['upload-offset'], challenge: head.headers['www-authenticate'] }).toEqual({
        status: 401,
        offset: undefined,
        challenge: 'Bearer',
      })
      expectProblem(await client.patch(path, 0, 'hello', { authorization: undefined }), 401)
      expect(await client.offset(path)).toBe(0)
    })
    test.each(['Bearer garbage', 'Bearer a.b.c', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', ''])('K03 %j is 401', (authorization) => refused(authorization))
    test('K03 a token without scheme, and two tokens', async () => {
      const token = await target.token('user1')
      await refused(token)
      await refused(`Bearer ${token}, Bearer ${token}`)
      await refused(`Bearer ${token} ${token}`)
    })
    test.each(['none', 'None', 'NONE'])('K04 the algorithm %s is 401', async (alg) => {
      const [, payload = ''] = (await target.token('user1')).split('.')
      const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
      await refused(`Bearer ${header}.${payload}.`)
    })
    test('K05 a payload changed after the signature', async () => {
      const [header, payload = '', signature] = (await target.token('user1')).split('.')
      const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), 'goup-path': 'user2' }
      await refused(`Bearer ${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`)
    })
    test('K07 an own key under an unknown kid, in ten seconds', async () => refused(`Bearer ${await forge({ kid: 'mine' })}`), 10_000)
    test('K14 another key under the right kid', async () => refused(`Bearer ${await forge({ kid: await kid() })}`))
    test('a symmetric signature with the public key as secret', async () => {
      const discovery = (await (await fetch(`${target.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)).json()) as { jwks_uri: string }
      const keys = await (await fetch(discovery.jwks_uri)).text()
      await refused(`Bearer ${await forge({ alg: 'HS256', kid: await kid() }, new TextEncoder().encode(keys))}`)
      await refused(`Bearer ${await forge({ alg: 'HS256', kid: await kid() }, new TextEncoder().encode('secret'.repeat(8)))}`)
    })
    test('K09 a token in the query only', async () => {
      const token = await target.token('user1')
      for (const name of ['token', 'access_token', 'jwt']) {
        expectProblem(await client.call('POST', `/files?${name}=${token}`, { authorization: undefined, 'upload-length': '5' }), 401)
      }
    })
    test('K10, K11 expired, not valid yet; the tolerance is thirty seconds', async () => {
      await refused(`Bearer ${await target.token('user1', { exp: seconds() - 40 })}`)
      await refused(`Bearer ${await target.token('user1', { nbf: seconds() + 40 })}`)
      for (const claims of [{ exp: seconds() - 20 }, { nbf: seconds() + 20 }, { iat: seconds() + 300 }]) {
        expect((await client.post({ 'upload-length': '5', authorization: `Bearer ${await target.token('user1', claims)}` })).status).toBe(201)
      }
    })
    test.each([{ exp: null }, { exp: 'tomorrow' }, { exp: -1 }, { sub: null }])('the claims %j are 401', async (claims) => {
      await refused(`Bearer ${await target.token('user1', claims)}`)
    })
    test('K12 another audience and client', async () => {
      for (const aud of ['other', ['other', 'account'], null]) await refused(`Bearer ${await target.token('user1', { azp: 'other', aud })}`)
    })
    test('K13 another issuer, or nearly ours', async () => {
      for (const iss of ['https://evil.example', `${target.issuer}/`, `${target.issuer}x`, null])
        await refused(`Bearer ${await target.token('user1', { iss })}`)
    })
    test('an ID or refresh token is no access token', async () => {
      for (const typ of ['ID', 'Refresh', 'Offline']) await refused(`Bearer ${await target.token('user1', { typ })}`)
    })
    test.each([
      ['K15 absent', { 'goup-path': null }],
      ['K17 climbing', { 'goup-path': '../user1' }],
      ['K17 absolute', { 'goup-path': '/etc' }],
      ['K17 through an account', { 'goup-path': 'user1/../user2' }],
      ['K18 public', { 'goup-path': 'public' }],
      ['tusd', { 'goup-path': 'tusd' }],
      ['goup', { 'goup-path': 'goup' }],
      ['import', { 'goup-path': 'import' }],
      ['hidden', { 'goup-path': '.state' }],
      ['a point', { 'goup-path': '.' }],
      ['empty', { 'goup-path': '' }],
      ['object', { 'goup-path': { path: 'user1' } }],
      ['array', { 'goup-path': ['user1'] }],
      ['number', { 'goup-path': 1 }],
      ['33 characters', { 'goup-path': 'u'.repeat(33) }],
      ['upper case', { 'goup-path': 'USER1' }],
      ['trailing space', { 'goup-path': 'user1 ' }],
      ['NUL', { 'goup-path': 'user1\0' }],
      ['look-alike', { 'goup-path': 'usеr1' }],
      ['unknown account', { 'goup-path': 'nobody' }],
      ['two spellings that differ', { 'goup-path': 'user1', goup_path: 'user2' }],
      ['nested', { 'goup-path': null, value: { 'goup-path': 'user1' } }],
    ])('the space %s is 403', async (_, claims) => refused(`Bearer ${await target.token('user1', claims)}`, 403))
    test('both spellings, equal or alone, are accepted', async () => {
      for (const claims of [{ 'goup-path': null, goup_path: 'user1' }, { goup_path: 'user1' }]) {
        expect((await client.post({ 'upload-length': '5', authorization: `Bearer ${await target.token('user1', claims)}` })).status).toBe(201)
      }
    })
    test('a token without a space is 403 on HEAD and PATCH too', async () => {
      const path = await client.create(5)
      const authorization = `Bearer ${await target.token('user1', { 'goup-path': null })}`
      expect((await client.head(path, { authorization })).status).toBe(403)
      expectProblem(await client.patch(path, 0, 'hello', { authorization }), 403)
    })
    test('K21, K22 the upload of another partner is unknown, in every disguise', async () => {
      const path = await client.create(5, { 'upload-metadata': metadata({ filename: 'private.csv' }) })
      const authorization = `Bearer ${await target.token('user2')}`
      const foreign = await client.patch(path, 0, 'hello', { authorization })
      const unknown = await client.patch(UNKNOWN, 0, 'hello', { authorization })
      expectProblem(foreign, 404)
      const essence = ({ body }: { body: Buffer }) => ({ ...JSON.parse(body.toString()), instance: undefined })
      expect(essence(foreign)).toEqual(essence(unknown))
      expect(Object.keys(foreign.headers).sort()).toEqual(Object.keys(unknown.headers).sort())
      const head = await client.head(path, { authorization })
      expect({ status: head.status, metadata: head.headers['upload-metadata'] }).toEqual({ status: 404, metadata: undefined })
      expectProblem(
        await client.call('POST', path, { authorization, 'x-http-method-override': 'PATCH', 'upload-offset': '0', 'content-type': TUS }, 'hello'),
        404,
      )
      expect((await client.head(`${path}/`, { authorization })).status).toBe(404)
      expect(await client.offset(path)).toBe(0)
    })
    test('another person of the same partner may go on', async () => {
      const path = await client.create(5)
      const authorization = `Bearer ${await target.token('user1', { sub: 'a-colleague' })}`
      expect((await client.patch(path, 0, 'hello', { authorization })).status).toBe(204)
    })
    test('K24 the scheme in lower case', async () => {
      expect((await client.post({ 'upload-length': '5', authorization: `bearer ${await target.token('user1')}` })).status).toBe(201)
    })
  })

  describe('storage', () => {
    const exists = (path: string) =>
      access(path).then(
        () => true,
        () => false,
      )
    const onDisk = (root: string, path: string, suffix: 'bin' | 'info', directory: string) => join(root, directory, `${idOf(path)}.${suffix}`)

    test('L01 a file that is being received is in tusd/ only', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      const path = await client.create(10, { 'upload-metadata': metadata({ filename: 'é.csv' }) })
      await client.patch(path, 0, 'hello')
      expect((await readFile(onDisk(root, path, 'bin', 'tusd'))).toString()).toBe('hello')
      const info = JSON.parse((await readFile(onDisk(root, path, 'info', 'tusd'))).toString())
      expect(info).toMatchObject({
        ID: idOf(path),
        Size: 10,
        Offset: 0,
        SizeIsDeferred: false,
        IsPartial: false,
        IsFinal: false,
        PartialUploads: null,
        MetaData: { filename: 'é.csv', 'goup-path': 'user1' },
      })
      expect(info.Storage).toMatchObject({
        Type: 'filestore',
        Path: expect.stringContaining(`${idOf(path)}.bin`),
        InfoPath: expect.stringContaining(`${idOf(path)}.info`),
      })
      expect((await lstat(onDisk(root, path, 'bin', 'tusd'))).mode & 0o777).toBe(0o660)
      for (const directory of ['public', 'user1']) expect(await exists(onDisk(root, path, 'bin', directory))).toBe(false)
    })
    test('L02 every byte value arrives as it was', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      const bytes = Buffer.from(Array.from({ length: 8 * 256 }, (_, index) => (index * 7 + (index >> 8)) % 256))
      const path = await client.create(bytes.byteLength)
      for (let piece = 0; piece < 8; piece++) expect((await client.patch(path, piece * 256, bytes.subarray(piece * 256, (piece + 1) * 256))).status).toBe(204)
      expect((await readFile(onDisk(root, path, 'bin', 'tusd'))).equals(bytes)).toBe(true)
    })
    test.each([
      ['L03', 'true', 'user1', 'public'],
      ['L04', 'false', 'public', 'user1'],
      ['private only when it is exactly true:', 'TRUE', 'public', 'user1'],
      ['private only when it is exactly true:', '1', 'public', 'user1'],
    ])('%s private = %s: both files are linked in %s/ and nowhere else', async (_, value, directory, elsewhere) => {
      if (target.root === undefined) return
      const path = await client.finished('content', { 'upload-metadata': metadata({ private: value, filename: 'x.csv' }) })
      await target.placed(idOf(path))
      for (const suffix of ['bin', 'info'] as const) {
        const [own, published] = [await lstat(onDisk(target.root, path, suffix, 'tusd')), await lstat(onDisk(target.root, path, suffix, directory))]
        expect(published.ino).toBe(own.ino)
        expect(published.nlink).toBe(2)
        expect(published.mode & 0o777).toBe(0o660) // L06
        expect(await exists(onDisk(target.root, path, suffix, elsewhere))).toBe(false)
      }
    })
    test('L04 without the metadata a deposit is public', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      const path = await client.finished('content')
      await target.placed(idOf(path))
      expect(await exists(onDisk(root, path, 'info', 'public'))).toBe(true)
      const info = JSON.parse((await readFile(onDisk(root, path, 'info', 'public'))).toString())
      expect(info.Platform).toMatchObject({ owner: 'user1', private: false, sha256: createHash('sha256').update('content').digest('hex') })
    })
    test('the record is for the service alone and keeps the truth when a partner changes what is published', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      const path = await client.finished('content', { 'upload-metadata': metadata({ private: 'true' }) })
      await target.placed(idOf(path))
      const { writeFile, truncate } = await import('node:fs/promises')
      await writeFile(onDisk(root, path, 'info', 'user1'), JSON.stringify({ MetaData: { 'goup-path': 'user2' }, Size: 100 }))
      await truncate(onDisk(root, path, 'bin', 'user1'), 3)
      expect(await client.offset(path)).toBe(7)
      expectProblem(await client.patch(path, 3, 'more'), 409)
      expect((await client.head(path, { authorization: `Bearer ${await target.token('user2')}` })).status).toBe(404)
      expect((await lstat(join(root, 'tusd', '.state', `${idOf(path)}.json`))).mode & 0o777).toBe(0o640)
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
