import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lendPieces, readPieces } from './read-pieces.ts'

const MEBIBYTE = 1024 * 1024
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-pieces-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe.for([
  ['kept', readPieces],
  ['lent', lendPieces],
] as const)('pieces that are %s', ([, pieces]) => {
  test.for([0, 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE - 1])('are the bytes of a file of %i bytes, in order', async (size) => {
    const bytes = randomBytes(size)
    const path = join(directory, `${size}`)
    await writeFile(path, bytes)
    const copies: Buffer[] = []
    for await (const piece of pieces(path)) copies.push(Buffer.from(piece))
    expect(Buffer.concat(copies).equals(bytes)).toBe(true)
  })

  test('are never read through a link, nor of a file that is missing', async () => {
    await writeFile(join(directory, 'target'), 'x')
    await symlink('target', join(directory, 'link')).catch(() => undefined)
    for (const name of ['link', 'missing']) await expect(pieces(join(directory, name)).next()).rejects.toMatchObject({ code: 'FILE_MISSING' })
  })
})

test('a piece that was lent holds while the next one is being read', async () => {
  const bytes = randomBytes(4 * MEBIBYTE)
  const path = join(directory, 'held')
  await writeFile(path, bytes)
  let position = 0
  for await (const piece of lendPieces(path)) {
    // the read ahead has all the time that it needs
    await new Promise((resolve) => setImmediate(resolve))
    expect(Buffer.from(piece).equals(bytes.subarray(position, position + piece.byteLength))).toBe(true)
    position += piece.byteLength
  }
  expect(position).toBe(bytes.byteLength)
})
