import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectProblem, idOf, type Subject, sha1, sha256, UNKNOWN } from '../support/target.ts'

/** How bytes arrive (upload §8, E, F, H). */
export const describePieces = ({ target, client }: Subject): void => {
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
    test('E04 a path that climbs and comes back is not the path of an upload, nor of the collection', async () => {
      const path = await client.create(3)
      const id = path.slice('/files/'.length)
      for (const climbing of [`../files/${id}`, `x/../${id}`, `x/%2e%2e/${id}`, `x/.%2E/${id}`, `./${id}`, `%2e/${id}`, `x\\..\\${id}`, `${id}#x`]) {
        const answer = await client.head(`/files/${climbing}`)
        expect([climbing, answer.status, answer.headers['upload-offset']]).toEqual([climbing, 404, undefined])
      }
      for (const climbing of ['/files/.', '/files/x/..', '/files/%2e', '/x/../files']) {
        const answer = await client.call('POST', climbing, { 'upload-length': '3' })
        expect([404, 405]).toContain(answer.status)
        expect(answer.headers.location).toBeUndefined()
      }
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
    test.each(['crc99 AAAA', 'sha1', 'sha1 !!!', 'sha1 AAAA', 'md5 XUFAKrxLKna5cZ2REBfFkg==', '', sha1('hello').replace('=', ''), `${sha1('hello')}=`])(
      'H03 the checksum %j is 400',
      async (checksum) => {
        const path = await client.create(5)
        expectProblem(await client.patch(path, 0, 'hello', { 'upload-checksum': checksum }), 400)
        expect(await client.offset(path)).toBe(0)
      },
    )
    test('a wrong position counts before a wrong digest', async () => {
      const path = await client.create(5)
      expectProblem(await client.patch(path, 3, 'hello', { 'upload-checksum': sha1('hullo') }), 409)
    })
  })
}
