import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DepositFiles } from '../../domain/deposit/files.ts'
import { depositFiles } from './deposit-files.ts'

let root: string
let work: DepositFiles['work']
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deposit-files-'))
  work = depositFiles({ root }).work
})
afterEach(() => rmSync(root, { recursive: true }))

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}
const names = async (): Promise<string[]> => {
  const found: string[] = []
  for await (const { name } of work.list()) found.push(name)
  return found.sort()
}

test('a copy is there once it is whole; a writing that fails leaves nothing', async () => {
  expect(await work.write('a.csv', pieces('ab', 'c'))).toEqual({ bytes: 3 })
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('ab')
    throw new Error('the reading failed')
  }
  await expect(work.write('b.csv', failing())).rejects.toThrow('the reading failed')
  expect(await names()).toEqual(['a.csv'])
})

test('the draft of a worker that died is listed like a copy, and goes like one', async () => {
  await work.write('a.csv', pieces('a'))
  writeFileSync(join(root, 'work', '.0b4de0c1-5f3e-4b53-9bb1-6a1c3a7f1d2e'), 'half of a co')
  for await (const { name } of work.list()) await work.remove(name)
  expect(readdirSync(join(root, 'work'))).toEqual([])
})

test.each(['../a', '.hidden', 'a/b', '', '.0b4de0c1-5f3e-4b53-9bb1-6a1c3a7f1d2e/../../x'])('« %s » is no name of a copy', async (name) => {
  await expect(work.write(name, pieces('a'))).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  expect(() => work.remove(name)).toThrow()
})
