import { expect, test } from 'vitest'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import { deposit, newShelf, RUN, readAll, union, type Whole } from '../../tests/import/reading.ts'

const INSIDE = '30100000100011'
const OUTSIDE = '99900000100011'

const imported = async (source: string, ...lines: string[]): Promise<Whole> => {
  const shelf = newShelf()
  const document: ImportDocument | string = await deposit(shelf, source, 'f.csv', Buffer.from(lines.map((line) => `${line}\n`).join('')))
  if (typeof document === 'string') throw new Error(document)
  return union(await readAll(shelf, document, { ...RUN, mapping: [] }))
}

test('of two contents of one hash, the one whose canonical text is smallest is kept, whichever comes first', async () => {
  const rows = [`${INSIDE};c;1810;;5`, `${INSIDE};c;1810;0;5`]
  for (const order of [rows, rows.toReversed()]) {
    const { entries, counts } = await imported('cotisation', 'Siret;Compte;periode;enc_direct;cotis_due', ...order)
    const [kept, ...others] = Object.values(entries[`${INSIDE} 1804 cotisation`] ?? {})
    expect([others.length, kept?.value]).toEqual([0, expect.objectContaining({ encaisse: 0, du: 5 })])
    expect(counts.imported).toBe(2)
  }
})

test('a record both rejected and outside the perimeter counts as filtered, and is not shown to the partner', async () => {
  const { counts, rejected } = await imported('effectif', 'siret;compte;eff201011;eff201012', `${OUTSIDE};c;?;7`, `${INSIDE};c;?;7`, `${INSIDE};c;6;7`)
  expect(counts).toEqual({ imported: 1, filtered: 1, rejected: 1, ignored: 0 })
  expect(rejected.map(({ record }) => record)).toEqual([2])
})
