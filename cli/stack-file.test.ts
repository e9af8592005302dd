import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStackFile } from './stack-file.ts'

let directory: string
const file = (name: string, content: unknown): string => {
  const target = path.join(directory, name)
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content))
  return target
}

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'stack-file-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('finding the platform', () => {
  test('the file of --stack wins over SF_STACK', async () => {
    const given = file('given.json', { mongodb: 'mongodb://given', postgres: 'p' })
    const other = file('other.json', { mongodb: 'mongodb://other', postgres: 'p' })
    expect((await readStackFile(given, { SF_STACK: other })).mongodb).toBe('mongodb://given')
    expect((await readStackFile(undefined, { SF_STACK: other })).mongodb).toBe('mongodb://other')
  })

  test('what the file says beyond what is known is kept', async () => {
    const given = file('more.json', { mongodb: 'm', postgres: 'p', queues: { import: 'http://q' }, later: 1 })
    expect(await readStackFile(given, {})).toEqual({ mongodb: 'm', postgres: 'p', queues: { import: 'http://q' }, later: 1 })
  })

  test('what the environment names has the settings of the functions; a number of shards that is none is refused', async () => {
    const environment = { SF_STACK: '', MONGODB_URI: 'm', POSTGRES_URL: 'p', SHARDS: '16', REQUIRED_IN_BATCH: 'debit, cotisation' }
    expect((await readStackFile(undefined, environment)).settings).toEqual({ shards: 16, requiredInBatch: ['debit', 'cotisation'] })
    await expect(readStackFile(undefined, { ...environment, SHARDS: 'many' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test.each([
    ['a file that is not there', () => path.join(directory, 'nowhere.json')],
    ['a file that is not JSON', () => file('text.json', 'hello')],
    ['a file of something else', () => file('else.json', { name: 'x' })],
  ])('%s is refused', async (_, name) => {
    await expect(readStackFile(name(), {})).rejects.toMatchObject({ code: 'STACK_NOT_FOUND' })
  })
})
