import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventFrames } from './event-frame.ts'

const chunks = fc.array(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 12 },
)

test('whatever the chunks, the event is the head and the body in Base64', () => {
  const frames = eventFrames(2000)
  fc.assert(
    fc.property(chunks, fc.string({ unit: 'grapheme', maxLength: 20 }), (parts, path) => {
      const frame = frames.open(JSON.stringify({ path, isBase64Encoded: true }))
      const length = frame.lengthFor(Buffer.concat(parts).byteLength)
      for (const part of parts) {
        const before = frame.written().toString()
        expect(frame.add(part)).toBe(true)
        expect(frame.written().toString().startsWith(before)).toBe(true)
      }
      const whole = frame.finish()
      expect(whole.byteLength).toBe(length)
      expect(JSON.parse(whole.toString())).toEqual({ path, isBase64Encoded: true, body: Buffer.concat(parts).toString('base64') })
      frame.release()
    }),
  )
})

test('an event longer than a frame is said so, and the next one is not concerned', () => {
  const frames = eventFrames(100)
  const frame = frames.open('{"a":1}')
  expect([frame.lengthFor(60), frame.lengthFor(90)]).toEqual([97, undefined])
  expect([frame.add(Buffer.alloc(60)), frame.add(Buffer.alloc(30)), frame.add(Buffer.alloc(1))]).toEqual([true, false, false])
  frame.release()
  const next = frames.open('{"a":1}')
  expect([next.add(Buffer.from('hello')), JSON.parse(next.finish().toString())]).toEqual([true, { a: 1, body: 'aGVsbG8=' }])
})

test('two events under way do not share their memory', () => {
  const frames = eventFrames(100)
  const [one, other] = [frames.open('{"a":1}'), frames.open('{"a":2}')]
  one.add(Buffer.from('one'))
  other.add(Buffer.from('two'))
  expect([one, other].map((frame) => JSON.parse(frame.finish().toString()).a)).toEqual([1, 2])
})
