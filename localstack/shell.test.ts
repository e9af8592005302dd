import { describe, expect, test } from 'vitest'
import { shellChoices } from './shell.ts'

describe('what the shell chooses for npm start', () => {
  test('is nothing when it names nothing', () => {
    for (const shell of [{}, { LOCAL_TIME_SCALE: '', MONGODB_URI: '', UPLOAD_BACKEND: '' }]) {
      expect(shellChoices(shell)).toEqual({ timeScale: undefined, mongodb: {}, backend: undefined })
    }
  })

  test('is the time, the database and the place of deposits', () => {
    expect(shellChoices({ LOCAL_TIME_SCALE: '0.01', MONGODB_URI: 'mongodb://db.example', UPLOAD_BACKEND: 's3' })).toEqual({
      timeScale: 0.01,
      mongodb: { uri: 'mongodb://db.example' },
      backend: 's3',
    })
  })

  test.each([{ LOCAL_TIME_SCALE: '0' }, { LOCAL_TIME_SCALE: 'fast' }, { UPLOAD_BACKEND: 'S3' }])('%o is refused', (shell) => {
    expect(() => shellChoices(shell)).toThrow(/must be/)
  })
})
