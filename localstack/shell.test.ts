import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEPOSIT_VARIABLES, shellChoices } from './shell.ts'

describe('what the shell chooses for npm start', () => {
  test('is nothing when it names nothing', () => {
    for (const shell of [{}, { LOCAL_TIME_SCALE: '', MONGODB_URI: '', UPLOAD_BACKEND: '', SCANNER: '' }]) {
      expect(shellChoices(shell)).toEqual({ timeScale: undefined, mongodb: {}, backend: undefined, environment: {} })
    }
  })

  test('is the time, the database and the place of deposits', () => {
    expect(shellChoices({ LOCAL_TIME_SCALE: '0.01', MONGODB_URI: 'mongodb://db.example', UPLOAD_BACKEND: 's3' })).toEqual({
      timeScale: 0.01,
      mongodb: { uri: 'mongodb://db.example' },
      backend: 's3',
      environment: {},
    })
  })

  test('is how deposits are received and scanned, by variables that serverless.yml takes from the shell that deploys', async () => {
    const shell = { UPLOAD_QUOTA_OPEN_COUNT: '5000', SCANNER: 'clamd', CLAMD_ADDRESS: '127.0.0.1:3310', POSTGRES_URL: 'postgres://elsewhere', SHARDS: '64' }
    expect(shellChoices(shell).environment).toEqual({ UPLOAD_QUOTA_OPEN_COUNT: '5000', SCANNER: 'clamd', CLAMD_ADDRESS: '127.0.0.1:3310' })
    const described = await readFile(path.join(import.meta.dirname, '..', 'serverless.yml'), 'utf8')
    for (const name of DEPOSIT_VARIABLES) expect(described).toContain(`${name}: ${'$'}{env:${name}, '`)
  })

  test.each([{ LOCAL_TIME_SCALE: '0' }, { LOCAL_TIME_SCALE: 'fast' }, { UPLOAD_BACKEND: 'S3' }])('%o is refused', (shell) => {
    expect(() => shellChoices(shell)).toThrow(/must be/)
  })
})
