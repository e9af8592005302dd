import { describe, expect, test } from 'vitest'
import { silentLog } from '../adapters/log.ts'
import { AppError } from '../domain/errors.ts'
import { problemResponse } from './http.ts'

const loggedFor = (error: unknown): string[] => {
  const lines: string[] = []
  problemResponse(error, 'request', { ...silentLog, info: (name) => void lines.push(`info ${name}`), error: (name) => void lines.push(`error ${name}`) })
  return lines
}

describe('an answer that is an error', () => {
  test.each([
    ['a caller who asks too much', new AppError('RATE_LIMITED', 'Trop de requêtes.'), 'info request.refused'],
    ['a caller who asks for what is not there', new AppError('UPLOAD_UNKNOWN', 'Inconnu.'), 'info request.refused'],
    ['a service that does not answer', new AppError('DATABASE_DOWN', 'Injoignable.'), 'error request.failed'],
    ['a full disk', new AppError('STORAGE_FULL', 'Espace épuisé.'), 'error request.failed'],
    ['a bug', new TypeError('x is not a function'), 'error request.failed'],
  ])('is a fault in the log when it is ours: %s', (_, error, line) => {
    expect(loggedFor(error)).toEqual([line])
  })
})
