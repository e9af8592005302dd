import { describe, expect, test } from 'vitest'
import { formatParis, formatParisDay, parseParis } from './instants.ts'

describe('instants of Paris', () => {
  test.each([
    ['2025-12-01', '2025-11-30T23:00:00.000Z'],
    ['2025-07-14', '2025-07-13T22:00:00.000Z'],
    ['2025-12-01T08:30', '2025-12-01T07:30:00.000Z'],
    ['2025-10-26T02:30', '2025-10-26T00:30:00.000Z'],
    ['2025-03-30T03:00', '2025-03-30T01:00:00.000Z'],
  ])('%s is %s', (text, instant) => expect(parseParis(text)?.toISOString()).toBe(instant))

  test.each(['2025-02-30', '2025-13-01', '2025-12-01T24:00', '2025-12-01T08:60', '2025-03-30T02:30', '01/12/2025', '2025-12-01T08:30Z', ''])(
    '« %s » is no instant',
    (text) => expect(parseParis(text)).toBeUndefined(),
  )

  test('are read back as they are written', () => expect(formatParis(new Date('2025-12-01T07:30:00Z'))).toBe('2025-12-01 à 08:30'))

  test('a day is that of Paris, not of UTC', () => {
    expect(formatParisDay(new Date('2025-11-30T23:30:00Z'))).toBe('2025-12-01')
  })
})
