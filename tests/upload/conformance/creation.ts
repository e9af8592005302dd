import { describe, expect, test } from 'vitest'
import { expectProblem, metadata, metadataOf, type Subject, sha1, TUS } from '../support/target.ts'

/** How an upload begins, and what is said of it (upload §8, C, D, G, I). */
export const describeCreation = ({ target, client }: Subject): void => {
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
}
