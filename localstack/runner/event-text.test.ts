import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEvent } from './event-text.ts'

const LONG = 100_000
const read = (event: unknown) => parseEvent(Buffer.from(JSON.stringify(event)))

describe('the text of an event', () => {
  test('a large piece in Base64 is read as JSON.parse reads it', () => {
    const event = { version: '2.0', headers: { 'x-nom': 'été "cité"' }, isBase64Encoded: true, body: randomBytes(LONG).toString('base64') }
    expect(read(event)).toEqual(event)
  })

  test('whatever the body holds and wherever it stands, the event is that of JSON.parse', () => {
    const filling = 'a'.repeat(LONG)
    const hostile = fc.constantFrom('"', '\\', ',"body":"', '\\"}', '"}', 'é', '\n', '\u2028', 'QUJD', '')
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), fc.boolean(), fc.boolean(), (parts, isBase64Encoded, isLast) => {
        const body = `${parts.join('')}${filling}${parts.toReversed().join('')}`
        const event = isLast ? { isBase64Encoded, body } : { isBase64Encoded, body, last: { body } }
        expect(read(event)).toEqual(event)
      }),
    )
  })

  test('an empty event is an empty object, as of the invoke API', () => {
    expect(parseEvent(Buffer.alloc(0))).toEqual({})
  })

  test('what is no JSON is refused, also beside a body that could be taken as it is', () => {
    expect(() => parseEvent(Buffer.from('{'))).toThrow(SyntaxError)
    expect(() => parseEvent(Buffer.from(`{"isBase64Encoded":true,,"body":"${'a'.repeat(LONG)}"}`))).toThrow(SyntaxError)
  })
})
