import { createHash } from 'node:crypto'
import { access, lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectProblem, idOf, metadata, type Subject } from '../support/target.ts'

/** What is on the disk (upload §8, L). */
export const describeStorage = ({ target, client }: Subject): void => {
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
}
