import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Md5 } from './md5.ts'

const CAPACITY = 300

describe('Md5', () => {
  test('one text after another gives the digests of the runtime, whatever they share and whatever their lengths', () => {
    const prefix = 'The same beginning of more than one block of sixty-four bytes, which is not computed again and again. '.repeat(2)
    const text = fc.oneof(
      fc.uint8Array({ maxLength: CAPACITY }),
      fc.tuple(fc.nat(prefix.length), fc.uint8Array({ maxLength: 90 })).map(([length, rest]) => Buffer.concat([Buffer.from(prefix.slice(0, length)), rest])),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
        const md5 = new Md5(CAPACITY)
        for (const bytes of texts) {
          md5.bytes.set(bytes)
          expect(md5.digest(bytes.length)).toBe(hash('md5', bytes))
        }
      }),
    )
  })
  test.each([0, 55, 56, 63, 64, 119, 120, CAPACITY])('a text of %i bytes is closed as it must be', (length) => {
    const md5 = new Md5(CAPACITY)
    expect(md5.digest(length)).toBe(hash('md5', new Uint8Array(length)))
  })
})
