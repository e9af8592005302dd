import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildMapping, comptesOf, fileOf, type Mapping, type MappingRow, siretAt } from './mapping.ts'
import { parseDay } from './month.ts'

async function* file(...lines: (string | null)[]): AsyncGenerator<readonly MappingRow[]> {
  yield lines.map((line, record) => ({
    line: record + 1,
    record,
    cells: line?.split(';'),
  }))
}
const HEADER = 'Compte;SIRET;Date_disp_siret'
const day = (text: string): Date => parseDay(text)!
const build = async (perimetre: ReadonlySet<string> | null, ...files: AsyncIterable<readonly MappingRow[]>[]): Promise<Mapping> => {
  const built = await buildMapping(files, perimetre)
  if (!built.ok) throw new Error(built.fatal)
  return built.mapping
}

describe('mapping', () => {
  test('a compte closed on a day is not valid on that day', async () => {
    const mapping = await build(null, file(HEADER, 'c;00000000000011;1110801'))
    expect(siretAt(mapping, 'c', day('2011-07-31'))).toBe('00000000000011')
    expect(siretAt(mapping, 'c', day('2011-08-01'))).toBeUndefined()
    expect(siretAt(mapping, 'd', day('2011-07-31'))).toBeUndefined()
  })
  test('the earliest closing after the date gives the SIRET, without a date never closed, equal dates in file order', async () => {
    const mapping = await build(null, file(HEADER, 'c;00000000000003;', 'c;00000000000001;1100101', 'c;00000000000002;1120101', 'c;00000000000009;1120101'))
    expect(['2009-01-01', '2010-01-01', '2012-01-01', '2500-01-01'].map((at) => siretAt(mapping, 'c', day(at)))).toEqual([
      '00000000000001',
      '00000000000002',
      '00000000000003',
      '00000000000003',
    ])
  })
  test('the list of a later file replaces that of an earlier one, and remembers its file', async () => {
    const mapping = await build(null, file(HEADER, 'c;00000000000001;1100101', 'd;00000000000004;'), file(HEADER, 'c;00000000000002;', 'e;00000000000005;'))
    expect(siretAt(mapping, 'c', day('2009-01-01'))).toBe('00000000000002')
    expect([comptesOf(mapping), comptesOf(mapping, 0), comptesOf(mapping, 1), fileOf(mapping, 'c')]).toEqual([['c', 'd', 'e'], ['d'], ['c', 'e'], 1])
    expect(mapping.records).toEqual([2, 2])
  })
  test('records without a SIRET of 14 digits, or outside the périmètre, are ignored', async () => {
    const mapping = await build(new Set(['111111111']), file(HEADER, 'a;11111111100001;', 'b;22222222200001;', 'c;123;', 'd;1111111110000A;'))
    expect(comptesOf(mapping)).toEqual(['a'])
  })
  test.each([
    ['a bad date', file(HEADER, 'a;x;', 'b;x;1180151'), 'valeur non autorisée pour une conversion en date: 1180151', 3],
    ['a malformed record', file(HEADER, null), 'record on line 2: malformed record', 2],
    ['a malformed header', file(null), 'record on line 1: malformed record', 1],
    ['a missing column', file('compte;date_disp_siret'), 'Colonne siret non trouvée. Abandon.', 1],
    ['an empty file', file(), 'EOF', undefined],
  ])('%s is fatal for the whole', async (_, rows, fatal, line) => {
    expect(await buildMapping([rows], null)).toMatchObject({
      ok: false,
      fatal,
      file: 0,
      ...(line && { line }),
    })
  })
  test('it answers as a plain sorted list does', async () => {
    const pairs = fc.array(
      fc.record({
        compte: fc.constantFrom('a', 'b'),
        siret: fc.integer({ min: 1, max: 99 }),
        closing: fc.integer({ min: 0, max: 27 }),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(pairs, fc.integer({ min: 0, max: 30 }), async (list, offset) => {
        const lines = list.map(({ compte, siret, closing }) => `${compte};${String(siret).padStart(14, '0')};11001${String(closing + 1).padStart(2, '0')}`)
        const mapping = await build(null, file(HEADER, ...lines))
        const date = new Date(Date.UTC(2010, 0, 1 + offset))
        for (const compte of ['a', 'b']) {
          const found = list
            .filter((pair) => pair.compte === compte)
            .toSorted((x, y) => x.closing - y.closing)
            .find((pair) => pair.closing > offset)
          expect(siretAt(mapping, compte, date)).toBe(found && String(found.siret).padStart(14, '0'))
        }
      }),
    )
  })
  test('a whole table answers for a périmètre as the table cut to it, and asks for the same SIRENs whatever the périmètre', async () => {
    const sirens = ['111111111', '222222222', '333333333']
    const pair = fc.record({ compte: fc.constantFrom('a', 'b'), siren: fc.constantFrom(...sirens), closing: fc.integer({ min: 0, max: 9 }) })
    const tables = fc.array(fc.array(pair, { maxLength: 6 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(tables, fc.subarray(sirens), fc.integer({ min: 0, max: 10 }), async (lists, inside, offset) => {
        const lineOf = ({ compte, siren, closing }: (typeof lists)[number][number]) =>
          `${compte};${siren}0001${closing};11001${String(closing + 1).padStart(2, '0')}`
        const files = () => lists.map((list) => file(HEADER, ...list.map(lineOf)))
        const [whole, cut] = [await build(null, ...files()), await build(new Set(inside), ...files())]
        const date = new Date(Date.UTC(2010, 0, 1 + offset))
        for (const compte of ['a', 'b']) {
          const asked = (members: readonly string[]): string[] => {
            const seen = new Set<string>()
            const has = (siren: string): boolean => {
              seen.add(siren)
              return members.includes(siren)
            }
            siretAt(whole, compte, date, { has })
            return [...seen].sort()
          }
          expect(siretAt(whole, compte, date, new Set(inside))).toBe(siretAt(cut, compte, date))
          expect(asked(inside)).toEqual(asked([]))
        }
      }),
      { numRuns: 500 },
    )
  })
})
