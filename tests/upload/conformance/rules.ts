import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectCommon, expectProblem, idOf, metadata, metadataOf, type Subject, sha1, sha256, TUS, UNKNOWN } from '../support/target.ts'

/** What follows from the rules of upload §§1 to 5 without having a case of its own in §8. */
export const describeRules = ({ target, client }: Subject): void => {
  const pathOf = (location: string | undefined) => new URL(location ?? '', target.uploads[0]).pathname
  const bearer = async (partner: 'user1' | 'user2', claims?: Record<string, unknown>) => `Bearer ${await target.token(partner, claims)}`

  describe('every answer', () => {
    test('carries the version, forbids to guess its type and to keep it', async () => {
      const path = await client.create(10)
      const answers = [
        await client.call('OPTIONS', '/files', { authorization: undefined }),
        await client.call('OPTIONS', path, { authorization: undefined }),
        await client.post({ 'upload-length': '5' }),
        await client.head(path),
        await client.patch(path, 0, 'hello'),
        await client.head(UNKNOWN),
        await client.call('GET', path),
        await client.post({ 'upload-length': '5', authorization: undefined }),
        await client.post({ 'upload-length': '5', origin: 'https://evil.example' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 201, 200, 204, 404, 405, 401, 403])
      for (const answer of answers) expectCommon(answer)
    })
    test('to an allowed origin names it, also when it is a success, a preflight of an upload, or a HEAD that fails', async () => {
      const { origin } = target
      const path = await client.create(10)
      for (const answer of [
        await client.call('OPTIONS', path, { authorization: undefined, origin, 'access-control-request-method': 'PATCH' }),
        await client.head(path, { origin }),
        await client.patch(path, 0, 'hello', { origin }),
        await client.patch(path, 9, 'hello', { origin }),
        await client.head(UNKNOWN, { origin }),
        await client.call('GET', path, { origin }),
      ]) {
        expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual([answer.status, origin, 'Origin'])
        expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
      }
    })
    test('without origin says nothing of origins', async () => {
      for (const answer of [await client.call('OPTIONS', '/files'), await client.post({ 'upload-length': '1' })]) {
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-allow-origin'))).toEqual([])
      }
    })
    test('the preflight may be kept for a day', async () => {
      const { headers } = await client.call('OPTIONS', '/files', { authorization: undefined, origin: target.origin, 'access-control-request-method': 'POST' })
      expect(headers['access-control-max-age']).toBe('86400')
    })
    test('a creation says neither offset without a piece, nor anything in a body', async () => {
      const { headers, body } = await client.post({ 'upload-length': '5' })
      expect([headers['upload-offset'], body.byteLength]).toEqual([undefined, 0])
    })
  })

  describe('the first check that fails answers', () => {
    const everything = { 'tus-resumable': '9.9.9', 'upload-length': '-1', 'upload-offset': 'x', 'content-type': 'text/plain' }
    const orders: readonly (readonly [string, number, () => Promise<{ status: number }>])[] = [
      ['a refused origin before a method', 403, () => client.call('GET', UNKNOWN, { ...everything, origin: 'https://evil.example', authorization: undefined })],
      ['a method before the token', 405, () => client.call('GET', UNKNOWN, { ...everything, authorization: undefined })],
      ['the token before the id', 401, () => client.head('/files/short', { ...everything, authorization: 'Bearer x' })],
      ['the token before the version', 401, () => client.patch(UNKNOWN, 0, 'x', { 'tus-resumable': undefined, authorization: undefined })],
      ['the space before the id', 403, async () => client.head('/files/short', { ...everything, authorization: await bearer('user1', { 'goup-path': null }) })],
      ['the form of the id before the version', 404, () => client.head('/files/short', { 'tus-resumable': undefined })],
      ['the version before the headers', 412, () => client.post({ 'tus-resumable': undefined, 'upload-length': 'x' })],
      ['the version before what is known', 412, () => client.head(UNKNOWN, { 'tus-resumable': undefined })],
      ['the headers before the media type', 400, () => client.patch(UNKNOWN, 'x', 'x', { 'content-type': 'text/plain' })],
      ['the media type before what is known', 415, () => client.patch(UNKNOWN, 0, 'x', { 'content-type': 'text/plain' })],
      ['the media type before the size of the piece', 415, () => client.patch(UNKNOWN, 0, Buffer.alloc(4_500_001), { 'content-type': 'image/png' })],
      ['the size of the piece before what is known', 413, () => client.patch(UNKNOWN, 0, Buffer.alloc(4_500_001))],
      ['what is known before the checksum', 404, () => client.patch(UNKNOWN, 0, 'x', { 'upload-checksum': sha1('y') })],
    ]
    test.each(orders)('%s: %i', async (_, status, ask) => {
      expect((await ask()).status).toBe(status)
    })
    test('the position before the length, the length before the checksum', async () => {
      const path = await client.create(3)
      expectProblem(await client.patch(path, 2, 'too long', { 'upload-checksum': sha1('y') }), 409)
      expectProblem(await client.patch(path, 0, 'too long', { 'upload-checksum': sha1('y') }), 413)
      expectProblem(await client.patch(path, 0, 'abc', { 'upload-checksum': sha1('y') }), 460)
      expect(await client.offset(path)).toBe(0)
    })
  })

  describe('an override', () => {
    test('is judged like the method that it names', async () => {
      const path = await client.create(5)
      const override = (name: string, headers: Record<string, string | undefined>, body?: string) =>
        client.call('POST', path, { 'x-http-method-override': name, ...headers }, body)
      const piece = { 'upload-offset': '0', 'content-type': TUS }
      expectProblem(await override('PATCH', { ...piece, authorization: undefined }, 'hello'), 401)
      expectProblem(await override('PATCH', { ...piece, authorization: await bearer('user2') }, 'hello'), 404)
      expectProblem(await override('PATCH', { ...piece, 'tus-resumable': undefined }, 'hello'), 412)
      expectProblem(await override('PATCH', { ...piece, 'upload-offset': undefined }, 'hello'), 400)
      expectProblem(await override('PATCH', { ...piece, 'content-type': undefined }, 'hello'), 415)
      expectProblem(await override('PATCH', { ...piece, 'upload-offset': '3' }, 'hello'), 409)
      expect(await client.offset(path)).toBe(0)
      for (const headers of [{ authorization: undefined }, { 'tus-resumable': undefined }, { authorization: await bearer('user2') }]) {
        expect((await override('HEAD', headers)).body.byteLength).toBe(0)
      }
      expect((await override('HEAD', {})).headers['upload-offset']).toBe('0')
    })
    test('does not make the collection a resource', async () => {
      for (const name of ['PATCH', 'HEAD', 'DELETE', 'GET', 'OPTIONS']) {
        const { status, headers } = await client.post({ 'x-http-method-override': name, 'upload-length': '5' })
        expect([status, headers.allow, headers.location]).toEqual([405, 'OPTIONS, POST', undefined])
      }
    })
  })

  describe('metadata', () => {
    test('of 4 096 characters is accepted, of one more refused', async () => {
      const value = (length: number) => `k ${'A'.repeat(length - 2)}`
      expect((await client.post({ 'upload-length': '1', 'upload-metadata': value(4094) })).status).toBe(201)
      expectProblem(await client.post({ 'upload-length': '1', 'upload-metadata': value(4098) }), 400)
    })
    test('an empty header is no metadata', async () => {
      expect(Object.keys(metadataOf(await client.head(await client.create(1, { 'upload-metadata': '' })))).sort()).toEqual(['email', 'goup-path'])
    })
    test.each(['prototype', '__proto__'])('the key %s is 400', async (key) => {
      expectProblem(await client.post({ 'upload-length': '1', 'upload-metadata': `${key} YQ==` }), 400)
    })
    test('keys differ by case, but for the reserved ones', async () => {
      const path = await client.create(1, { 'upload-metadata': metadata({ batch: '2511', Batch: '2512', EMAIL: 'evil@example.org', 'gouP-patH': 'user2' }) })
      const found = metadataOf(await client.head(path))
      expect([found.batch, found.Batch, found['goup-path']]).toEqual(['2511', '2512', 'user1'])
      expect(JSON.stringify(found)).not.toMatch(/evil|user2/)
    })
    test('that a client wants to be a path, a header or a line stays a text', async () => {
      const hostile = { filename: '../../../etc/passwd\0.csv', filetype: 'text/html\r\nLocation: https://evil.example', note: '$(id) `id` "; DROP TABLE' }
      const path = await client.create(1, { 'upload-metadata': metadata(hostile) })
      expect(idOf(path)).toMatch(/^[A-Za-z0-9_-]{22,64}$/)
      expect(metadataOf(await client.head(path))).toMatchObject(hostile)
    })
    test('on a piece changes nothing', async () => {
      const path = await client.create(5, { 'upload-metadata': metadata({ filename: 'a.csv', private: 'true' }) })
      expect((await client.patch(path, 0, 'hello', { 'upload-metadata': metadata({ filename: 'b.csv', private: 'false' }) })).status).toBe(204)
      expect(metadataOf(await client.head(path))).toMatchObject({ filename: 'a.csv', private: 'true' })
    })
    test('both spellings of the claim give the same space, and the metadata says it', async () => {
      const authorization = await bearer('user1', { 'goup-path': null, goup_path: 'user1' })
      expect(metadataOf(await client.head(await client.create(1, { authorization })))['goup-path']).toBe('user1')
    })
  })

  describe('creation', () => {
    test('the greatest size itself is accepted, and leaves nothing but its record', async () => {
      const maximum = (await client.call('OPTIONS', '/files')).headers['tus-max-size'] ?? ''
      const answer = await client.post({ 'upload-length': maximum, authorization: await bearer('user2') })
      expect(answer.status).toBe(201)
      expect((await client.head(pathOf(answer.headers.location), { authorization: await bearer('user2') })).headers['upload-length']).toBe(maximum)
    })
    test('expires a week after it, whatever is sent meanwhile', async () => {
      const before = Date.now()
      const { headers } = await client.post({ 'upload-length': '5' })
      const expires = Date.parse(headers['upload-expires'] ?? '')
      const hours = (expires - before) / 3_600_000
      expect(hours).toBeGreaterThan(167.9)
      expect(hours).toBeLessThan(168.1)
      const piece = await client.patch(pathOf(headers.location), 0, 'x')
      expect(piece.headers['upload-expires']).toBe(headers['upload-expires'])
    })
    test('an empty file has no expiry, is at its end, and takes nothing', async () => {
      const { headers } = await client.post({ 'upload-length': '0' })
      expect(headers['upload-expires']).toBeUndefined()
      const path = pathOf(headers.location)
      expect((await client.patch(path, 0)).headers['upload-offset']).toBe('0')
      expectProblem(await client.patch(path, 0, 'x'), 413)
    })
    test('a first piece has its checksum verified, of either algorithm', async () => {
      for (const digest of [sha1, sha256]) {
        expect((await client.post({ 'upload-length': '5', 'content-type': TUS, 'upload-checksum': digest('hello') }, 'hello')).status).toBe(201)
      }
      expectProblem(await client.post({ 'upload-length': '5', 'upload-checksum': 'md5 XUFAKrxLKna5cZ2REBfFkg==' }), 400)
    })
    test('a first piece above the limit of a piece is 413 and makes nothing', async () => {
      const answer = await client.post({ 'upload-length': '9000000', 'content-type': TUS }, Buffer.alloc(4_500_001))
      expect([answer.status, answer.headers.location]).toEqual([413, undefined])
    })
    test('another person of the partner sees it, the other partner never', async () => {
      const path = await client.create(5, { authorization: await bearer('user2') })
      expect((await client.head(path, { authorization: await bearer('user2', { sub: 'colleague' }) })).status).toBe(200)
      expect((await client.head(path)).status).toBe(404)
    })
  })

  describe('pieces', () => {
    test('sent in turn to both instances make one file; each knows at once what the other took', async () => {
      const path = await client.create(8)
      for (let offset = 0; offset < 8; offset += 2) {
        expect((await client.patch(path, offset, 'ab')).headers['upload-offset']).toBe(String(offset + 2))
        expect([await client.offset(path), await client.offset(path)]).toEqual([offset + 2, offset + 2])
      }
    })
    test('of exactly the limit, chunked or not, are taken', async () => {
      const path = await client.create(9_000_000)
      expect((await client.patch(path, 0, Buffer.alloc(4_500_000))).status).toBe(204)
      expect([204, 411]).toContain((await client.patch(path, 4_500_000, Buffer.alloc(4_500_000), {}, { chunked: true })).status)
    })
    test('a token that changes in the middle to another partner is 404, back to the first it goes on', async () => {
      const path = await client.create(10)
      expect((await client.patch(path, 0, 'hello')).status).toBe(204)
      expectProblem(await client.patch(path, 5, 'world', { authorization: await bearer('user2') }), 404)
      expectProblem(await client.patch(path, 5, 'world', { authorization: await bearer('user1', { exp: Math.floor(Date.now() / 1000) - 60 }) }), 401)
      expect((await client.patch(path, 5, 'world', { authorization: await bearer('user1', { sub: 'colleague' }) })).status).toBe(204)
    })
    test('deferred length and concatenation are refused on a piece too', async () => {
      const path = await client.create(5)
      for (const headers of [{ 'upload-defer-length': '1' }, { 'upload-concat': 'partial' }]) expectProblem(await client.patch(path, 0, 'hello', headers), 400)
      expect(await client.offset(path)).toBe(0)
    })
    test('an empty piece has its checksum verified', async () => {
      const path = await client.create(5)
      expect((await client.patch(path, 0, undefined, { 'upload-checksum': sha1('') })).status).toBe(204)
      expectProblem(await client.patch(path, 0, undefined, { 'upload-checksum': sha1('x') }), 460)
    })
  })

  describe('a finished upload', () => {
    test('is unknown to the other partner, whatever the method', async () => {
      const path = await client.finished('done')
      const authorization = await bearer('user2')
      expect((await client.head(path, { authorization })).status).toBe(404)
      expectProblem(await client.patch(path, 4, undefined, { authorization }), 404)
      expectProblem(await client.call('GET', path, { authorization }), 405)
    })
    test('never expires: no date on HEAD, on the last piece or on an empty one', async () => {
      const path = await client.create(4)
      const last = await client.patch(path, 0, 'done')
      const answers = [last, await client.head(path), await client.patch(path, 4)]
      expect(answers.map(({ headers }) => headers['upload-expires'])).toEqual([undefined, undefined, undefined])
    })
    test('has the checksum of an empty piece verified too', async () => {
      const path = await client.finished('done')
      expect((await client.patch(path, 4, undefined, { 'upload-checksum': sha1('') })).status).toBe(204)
      expectProblem(await client.patch(path, 4, undefined, { 'upload-checksum': sha1('x') }), 460)
      expectProblem(await client.patch(path, 4, 'x', { 'upload-checksum': sha1('y') }), 413)
    })
    test('keeps its length and metadata once it is placed', async () => {
      const path = await client.finished('done', { 'upload-metadata': metadata({ filename: 'a.csv', private: 'true' }) })
      await target.placed(idOf(path))
      const head = await client.head(path)
      expect([head.status, head.headers['upload-offset'], head.headers['upload-length']]).toEqual([200, '4', '4'])
      expect(metadataOf(head)).toMatchObject({ filename: 'a.csv', private: 'true', 'goup-path': 'user1' })
    })
  })

  describe('on the disk', () => {
    test('an empty private file is placed like any other', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      const path = await client.create(0, { 'upload-metadata': metadata({ private: 'true' }) })
      await target.placed(idOf(path))
      const { size, nlink } = await lstat(join(root, 'user1', `${idOf(path)}.bin`))
      expect([size, nlink]).toEqual([0, 2])
    })
    test('.info holds the keys of tusd and ours, the offset 0, and what settle found', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      const path = await client.finished('content', { 'upload-metadata': metadata({ private: 'true', filename: '../é.csv' }) })
      await target.placed(idOf(path))
      const info = JSON.parse((await readFile(join(root, 'user1', `${idOf(path)}.info`))).toString())
      expect(Object.keys(info).sort()).toEqual(
        ['ID', 'IsFinal', 'IsPartial', 'MetaData', 'Offset', 'PartialUploads', 'Platform', 'Size', 'SizeIsDeferred', 'Storage'].sort(),
      )
      expect(info).toMatchObject({
        Offset: 0,
        Size: 7,
        MetaData: { private: 'true', filename: '../é.csv', 'goup-path': 'user1', email: expect.stringContaining('@') },
      })
      expect(Object.keys(info.Platform).sort()).toEqual(['completedAt', 'createdAt', 'owner', 'private', 'scan', 'sha256'])
    })
    test('tusd/ shows a data file and a description for each upload, and nothing else', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      await client.finished('content', { 'upload-metadata': metadata({ filename: 'evil/../../name.csv' }) })
      for (const name of await readdir(join(root, 'tusd')))
        expect(name).toMatch(/^(?:[A-Za-z0-9_-]{22,64}\.(?:bin|info)|\.(?:state|pending|locks|tmp|quarantine))$/)
    })
    test('L07 as root, a private file is the partner’s for goup, a public one the partner’s for all partners', async ({ skip }) => {
      const root = target.root ?? skip('the storage cannot be seen')
      if (process.geteuid?.() !== 0) skip('owners cannot be set')
      const [own, pool, tusd] = await Promise.all(['user1', 'public', 'tusd'].map((name) => lstat(join(root, name))))
      for (const [value, directory, group] of [
        ['true', 'user1', tusd?.gid],
        ['false', 'public', pool?.gid],
      ] as const) {
        const path = await client.finished('content', { 'upload-metadata': metadata({ private: value }) })
        await target.placed(idOf(path))
        for (const suffix of ['bin', 'info']) {
          const { uid, gid, mode } = await lstat(join(root, directory, `${idOf(path)}.${suffix}`))
          expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: own?.uid, gid: group, mode: 0o660 })
        }
      }
      expect(own?.uid).not.toBe(tusd?.uid)
    })
  })
}
