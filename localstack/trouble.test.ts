import { expect, test } from 'vitest'
import { troubleFilter } from './trouble.ts'

const failed = (message: string) =>
  `detect: ${JSON.stringify({ level: 'ERROR', message: 'message.failed', requestId: Math.random(), error: { message, stack: 'long' } })}`

test('an error of a function is told short, and not again while it repeats', () => {
  let time = 0
  const filter = troubleFilter(() => time)
  expect(filter(failed('no model'))).toBe('detect: message.failed: no model')
  expect(filter(failed('no model'))).toBeUndefined()
  expect(filter(failed('another'))).toBe('detect: message.failed: another')
  time = 31_000
  expect(filter(failed('no model'))).toBe('detect: message.failed: no model')
})

test('what is no trouble is not told', () => {
  const filter = troubleFilter(() => 0)
  expect(filter('import: {"level":"WARN","message":"import.slow"}')).toBeUndefined()
  expect(filter('import: {broken')).toBeUndefined()
  expect(filter('import: hello')).toBeUndefined()
})

test('an end of a process is told', () => {
  expect(troubleFilter(() => 0)('import: the process ended (SIGKILL), starting another one')).toContain('SIGKILL')
})
