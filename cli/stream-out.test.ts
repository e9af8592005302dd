import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { csvLine, jsonLine, writeLines } from './stream-out.ts'

test('lines are made as the reader takes them: never more than a packet ahead', async () => {
  const line = 'x'.repeat(999)
  let made = 0
  let taken = 0
  let ahead = 0
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      ahead = Math.max(ahead, made * 1000 - taken)
      taken += chunk.length
      setImmediate(done)
    },
  })
  const lines = function* () {
    for (; made < 1000; made++) yield line
  }
  expect(await writeLines(slow, lines())).toBe(1000)
  expect(taken).toBe(1_000_000)
  expect(ahead).toBeLessThanOrEqual((1 << 16) + 1000)
})

test('a line of JSON writes dates as RFC 3339 and does not make null of a number that JSON has not', () => {
  const value = {
    periodes: [new Date('2014-01-01T00:00:00Z')],
    at: new Date('1969-12-31T23:59:59.500Z'),
    ratio: Number.POSITIVE_INFINITY,
    lost: Number.NaN,
    none: null,
    absent: undefined,
  }
  expect(jsonLine(value)).toBe(
    '{"periodes":["2014-01-01T00:00:00Z"],"at":"1969-12-31T23:59:59.500Z","ratio":{"$numberDouble":"Infinity"},"lost":{"$numberDouble":"NaN"},"none":null}',
  )
})

test('a line of CSV quotes what must be; absent and null are empty', () => {
  expect(csvLine(['a,b', 'say "so"', null, undefined, new Date('2014-01-01T00:00:00Z'), 1.5, Number.NEGATIVE_INFINITY])).toBe(
    '"a,b","say ""so""",,,2014-01-01,1.5,-Infinity',
  )
})

test('a cell of CSV that is composed is the line of JSON of its value', () => {
  const bilans = [{ arrete_bilan_diane: new Date('2019-12-31T00:00:00Z'), ca: null, ratio: Number.POSITIVE_INFINITY }]
  expect(csvLine([bilans])).toBe(`"${jsonLine(bilans).replaceAll('"', '""')}"`)
  expect(jsonLine(bilans)).toBe('[{"arrete_bilan_diane":"2019-12-31T00:00:00Z","ca":null,"ratio":{"$numberDouble":"Infinity"}}]')
})
