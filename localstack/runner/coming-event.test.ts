import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { ComingEvent } from './coming-event.ts'

/** An event of `whole`, of which nothing is there yet. */
const eventOf = (whole: string) => {
  let there = 0
  const event = new ComingEvent(whole.length, () => Buffer.from(whole.slice(0, there)))
  const come = (count: number) => {
    there += count
    event.grown()
  }
  return { event, come }
}

describe('an event that is still coming', () => {
  test('is sent from its beginning, whenever the sending began', async () => {
    const { event, come } = eventOf('0123456789')
    const [early, late] = [new PassThrough(), new PassThrough()]
    event.sendTo(early)
    come(4)
    event.sendTo(late)
    come(6)
    expect(await Promise.all([text(early), text(late)])).toEqual(['0123456789', '0123456789'])
    expect(event.isWhole).toBe(true)
  })

  test('is not whole before its last byte', async () => {
    const { event, come } = eventOf('0123456789')
    const bytes = event.bytes()
    come(9)
    expect(event.isWhole).toBe(false)
    come(1)
    expect((await bytes).toString()).toBe('0123456789')
  })

  test('that fails lets go of whoever sends it, before and after', async () => {
    const { event, come } = eventOf('0123456789')
    const [early, late] = [new PassThrough(), new PassThrough()]
    const errors: unknown[] = []
    for (const target of [early, late]) target.on('error', (error) => errors.push(error))
    event.sendTo(early)
    come(3)
    event.fail(new Error('gone'))
    event.sendTo(late)
    await expect(event.bytes()).rejects.toThrow('gone')
    await new Promise((resolve) => setImmediate(resolve))
    expect([early.destroyed, late.destroyed, errors.length, event.isWhole, event.hasFailed]).toEqual([true, true, 2, false, true])
  })
})

test('an event that is there is sent at once', async () => {
  const target = new PassThrough()
  ComingEvent.whole(Buffer.from('{}')).sendTo(target)
  expect(await text(target)).toBe('{}')
})
