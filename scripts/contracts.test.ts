import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { CONTRACTS, writeContracts } from './contracts.ts'

const textsOf = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all((await readdir(folder)).sort().map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')])))

test('the types of the pages are those of the document of the API, as `npm run docs` writes them', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contracts-'))
  try {
    await writeContracts(folder)
    expect(await textsOf(CONTRACTS)).toEqual(await textsOf(folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
