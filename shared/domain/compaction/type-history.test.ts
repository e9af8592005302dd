import { expect, test } from 'vitest'
import { type NewReading, type PastReading, rebuildType } from './type-history.ts'

const EMPTY: PastReading = { added: undefined, deleted: [], repeated: [], stock: false }
const reading = (text: string): NewReading => ({ incoming: [{ h: { raison: text } }], dropped: false, stock: true })

test('of two contents under one hash the smaller in byte order is kept, whichever came first: U+FFFD is before an emoji, though its code unit is greater', () => {
  for (const [first, second] of [
    ['\ufffd', '😀'],
    ['😀', '\ufffd'],
  ] as const) {
    const [kept] = rebuildType([EMPTY, EMPTY], [reading(first), reading(second)], false)
    expect(kept?.added).toEqual({ h: { raison: '\ufffd' } })
  }
})
