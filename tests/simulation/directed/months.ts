import type { Director } from '../director.ts'
import { monthFiles } from '../scenario.ts'

type Month = Parameters<typeof monthFiles>[2]

/** The files of an ordinary month arrive; it opens, is computed, and its list is published. */
export const openMonth = async (director: Director, batch: string, sirens: readonly string[], options: Month = {}): Promise<void> => {
  director.deposit(...monthFiles(batch, sirens, options))
  await director.rest()
}

/** Every message is handled, in order, but those whose body holds `part`. Nobody is on the way. */
export const drainBut = async (director: Director, part: string): Promise<void> => {
  for (;;) {
    const next = director.world.messages.map(({ queue, body }) => ({ queue, text: JSON.stringify(body) })).find(({ text }) => !text.includes(part))
    if (next === undefined) return
    await director.receive(next.queue, next.text)
  }
}
