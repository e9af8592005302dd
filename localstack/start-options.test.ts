import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseOptions } from './start-options.ts'
import { monthOfToday } from './today.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
const parse = (...parameters: string[]) => parseOptions(parameters, NOW)

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

describe('options of npm start', () => {
  test('without any, two months of 500 entreprises up to the present month', () => {
    expect(parse()).toMatchObject({
      companies: 500,
      seed: 1,
      batch: '2611',
      batches: 2,
      once: false,
      json: false,
      web: true,
      sample: true,
      mongodb: undefined,
      dataDir: undefined,
    })
  })

  test('each is read', () => {
    const options = parse(
      '--companies',
      '20',
      '--seed',
      '0',
      '--batch',
      '2501',
      '--batches',
      '3',
      '--once',
      '--json',
      '--no-web',
      '--no-sample',
      '--mongodb',
      'download',
    )
    expect(options).toMatchObject({ companies: 20, seed: 0, batch: '2501', batches: 3, once: true, json: true, web: false, sample: false, mongodb: 'download' })
    expect(parse('--data-dir', 'd', '--ready-file', 'f', '--port', '8080')).toMatchObject({ dataDir: 'd', readyFile: 'f', port: 8080 })
  })

  test.each([
    ['--nothing'],
    ['--companies', '0'],
    ['--companies', '1.5'],
    ['--batch', '2513'],
    ['--batches', '0'],
    ['--mongodb', 'other'],
    ['--port', '70000'],
    ['extra'],
  ])('%s %s is refused', (...parameters) => {
    expect(() => parse(...parameters)).toThrow(expect.objectContaining({ exitCode: 1 }))
  })
})

test('the present month is that of Paris', () => {
  expect(monthOfToday(new Date('2025-12-31T22:59:59Z'))).toBe('2512')
  expect(monthOfToday(new Date('2025-12-31T23:00:00Z'))).toBe('2601')
})
