import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newCompteTable } from './compte-table.ts'

test('comptes are numbered as a Map would, whatever their text, leading zeros included', () => {
  const compte = fc.oneof(fc.stringMatching(/^[0-9]{0,20}$/), fc.stringMatching(/^0{1,12}[0-9]{0,3}$/), fc.string({ maxLength: 4 }))
  fc.assert(
    fc.property(fc.array(compte, { maxLength: 60 }), compte, (comptes, other) => {
      const table = newCompteTable()
      const known = new Map<string, number>()
      for (const text of comptes) {
        if (!known.has(text)) known.set(text, known.size)
        expect(table.add(text)).toBe(known.get(text))
      }
      expect(table.size()).toBe(known.size)
      for (const [text, number] of known) expect([table.find(text), table.text(number)]).toEqual([number, text])
      expect(table.find(other)).toBe(known.get(other) ?? -1)
    }),
    { numRuns: 500 },
  )
})

test('it grows', () => {
  const table = newCompteTable()
  for (let i = 0; i < 10_000; i++) table.add(String(117_000_000_000_000 + i * 7919))
  for (let i = 0; i < 10_000; i++) {
    const text = String(117_000_000_000_000 + i * 7919)
    expect([table.find(text), table.text(i)]).toEqual([i, text])
  }
})
