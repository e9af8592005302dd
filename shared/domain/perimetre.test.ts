import { describe, expect, test } from 'vitest'
import { formatDay } from './month.ts'
import { computePerimetre, dateFinEffectif, isExcluded, isInside, PERIMETRE_2023, PERIMETRE_2026, readFiltre, type TableRow } from './perimetre.ts'

async function* table(...lines: (string | null)[]): AsyncGenerator<readonly TableRow[]> {
  yield lines.map((line, record) => ({ line: record + 1, record, cells: line?.split(';') }))
}

describe('filter files', () => {
  test('several are merged, and a record « siren » is ignored wherever it is', async () => {
    const read = await readFiltre([table('siren', '301000001', '301000002'), table('301000003', 'siren', '301000001')])
    expect(read).toEqual({ ok: true, perimetre: new Set(['301000001', '301000002', '301000003']) })
  })
  test('only the first column counts', async () => {
    expect(await readFiltre([table('301000001;x', '301000002;y')])).toEqual({ ok: true, perimetre: new Set(['301000001', '301000002']) })
  })
  test.each(['30100000', 'SIREN', '30100000A', ''])('« %s » makes the file fail', async (value) => {
    expect(await readFiltre([table('301000001', value)])).toEqual({ ok: false, fatal: `Format de siren incorrect trouvé : ${value}`, line: 2 })
  })
  test('a malformed record makes the file fail, an empty file lets nothing in', async () => {
    expect(await readFiltre([table('301000001', null)])).toMatchObject({ ok: false, line: 2 })
    expect(await readFiltre([table()])).toEqual({ ok: true, perimetre: new Set() })
  })
  test('no périmètre lets everything in, an empty one nothing', () => {
    expect([
      isInside(null, '301000001'),
      isInside(new Set(), '301000001'),
      isInside(new Set(['301000001']), '30100000100011'),
      isInside(new Set(['301000001']), '301000001x'),
    ]).toEqual([true, false, true, false])
  })
})

describe('computePerimetre', () => {
  const months = (count: number): string => Array.from({ length: count }, (_, i) => `eff2017${Math.floor(i / 3) + 1}${(i % 3) + 1}`).join(';')
  const of2026 = (window: number, ...rows: string[]) =>
    computePerimetre(table(`siren;${months(5)};rais_soc`, ...rows.map((row, i) => `30100000${i};${row};X`)), { ...PERIMETRE_2026, window })

  test.each([
    ['10;9;4;7;5', false],
    ['10;20;4;7;5', false],
    ['10;9;12;7;5', true],
    ['10;9;12;;', true],
    ['10;9;5;;', false],
    ['10;9;;;', false],
  ])('with a window of 3 and a last month that has values, %s is in: %s', async (row, inside) => {
    const computed = await of2026(3, row, '1;1;1;1;1')
    expect(computed.ok && computed.perimetre.has('301000000')).toBe(inside)
  })
  test('the rightmost months that are empty in every row do not count', async () => {
    const computed = await of2026(2, '1;10;1;;', '20;1;1;;', '10;;1;;')
    expect(computed.ok && [...computed.perimetre]).toEqual(['301000000'])
    expect(computed.ok && computed.removed.headcount).toBe(2)
  })
  test('with recency, a value is needed in the last months', async () => {
    const computed = await computePerimetre(table(`siren;${months(5)}`, '301000001;50;;;;', '301000002;50;;;1;', '301000003;1;1;1;1;1'), {
      ...PERIMETRE_2026,
      window: 5,
      recency: 2,
    })
    expect(computed.ok && [...computed.perimetre]).toEqual(['301000002'])
  })
  test('2026: by names of columns, a SIREN of 9 characters', async () => {
    const computed = await computePerimetre(table('rais_soc;eff201711;siren;effectif', 'A;10;301000001;99', 'B;9;301000002;99', 'C;10;30100003;99'))
    expect(computed.ok && [...computed.perimetre]).toEqual(['301000001'])
    expect(await computePerimetre(table('rais_soc;SIREN;eff201711'))).toMatchObject({ ok: false, fatal: 'Colonne siren non trouvée. Abandon.' })
    expect(await computePerimetre(table())).toMatchObject({ ok: false, fatal: 'EOF' })
  })
  test('2026: a month is eff and digits only, the last column siren counts, and a row without SIREN has values all the same', async () => {
    const header = 'siren;eff201711;eff201712x;siren;eff201721'
    const computed = await computePerimetre(table(header, 'x;10;;301000001;', 'x;9;99;301000002;', '301000003;10;;x;'), { ...PERIMETRE_2026, window: 1 })
    expect(computed.ok && [...computed.perimetre]).toEqual(['301000001'])
    const later = await computePerimetre(table(header, 'x;10;;301000001;', 'x;9;;301;1'), { ...PERIMETRE_2026, window: 1 })
    expect(later.ok && [...later.perimetre]).toEqual([])
  })
  test('a key of the right length that is not all digits names nobody: packed as a number it would let another entreprise in', async () => {
    const rows = ['ABCDEFGHI;12', ' 1234567 ;12', '1234567e1;12', '301000001;12']
    const computed = await computePerimetre(table('siren;eff201711', ...rows))
    expect(computed.ok && [...computed.perimetre]).toEqual(['301000001'])
    const sirets = ['c;ABCDEFGHI00011;A;1;33;12;99;117', 'c;30100000100011;A;1;33;12;99;117']
    const etablissements = await computePerimetre(table('compte;siret;rais_soc;ape_ins;dep;eff201711;base;UR_EMET', ...sirets), PERIMETRE_2023)
    expect(etablissements.ok && [...etablissements.perimetre]).toEqual(['301000001'])
  })
  test('2023: by position in the file of the établissements, one at 10 brings the entreprise in', async () => {
    const header = 'compte;siret;rais_soc;ape_ins;dep;eff201711;eff201712;base;UR_EMET'
    const computed = await computePerimetre(
      table(
        header,
        'c;30100000100011;A;1;33;9;9;99;117',
        'c;30100000100029;A;1;33;;1 0;99;117',
        'c;30100000200010;B;1;33;5;5;99;117',
        'c;301;C;1;33;50;50;99;117',
      ),
      PERIMETRE_2023,
    )
    expect(computed.ok && [...computed.perimetre]).toEqual(['301000001'])
    expect(await computePerimetre(table(header, 'c;30100000100011;A;1;33;x;9;99;117'), PERIMETRE_2023)).toMatchObject({ ok: false, line: 2 })
  })
})

describe('black list', () => {
  test('a category, an activity by code or prefix, or the want of a seat excludes', () => {
    expect(isExcluded({ categorie: '7210', activite: '10.71C', seat: true })).toBe('category')
    expect(isExcluded({ categorie: '5499', activite: '84.11Z', seat: true })).toBe('activity')
    expect(isExcluded({ categorie: '5499', activite: '85.51Z', seat: true })).toBeUndefined()
    expect(isExcluded({ categorie: '5499', activite: '85.51Z', seat: true }, PERIMETRE_2023)).toBe('activity')
    expect(isExcluded({ categorie: '5499', activite: '64.20Z', seat: true })).toBeUndefined()
    expect(isExcluded({ seat: false })).toBe('seat')
    expect(isExcluded({ seat: false }, PERIMETRE_2023)).toBeUndefined()
  })
})

describe('dateFinEffectif', () => {
  const header = 'compte;siret;rais_soc;ape_ins;dep;eff202011;eff202012;eff202013;base;UR_EMET'
  test('is the rightmost month that has a value in a row', async () => {
    const read = await dateFinEffectif(table(header, 'c;s;A;1;33;1;;;base;u', 'c;s;A;1;33;;;;base;u'))
    expect(read.ok && read.date && formatDay(read.date)).toBe('2020-01-01')
    const last = await dateFinEffectif(table(header, 'c;s;A;1;33;1;;0;base;u'))
    expect(last.ok && last.date && formatDay(last.date)).toBe('2020-03-01')
  })
  test('the columns after the last month are not counted: a file of entreprises may have one, or none', async () => {
    for (const end of ['', ';rais_soc', ';base;UR_EMET']) {
      const read = await dateFinEffectif(table(`siren;eff202011;eff202012;eff202013${end}`, `301000001;1;2;3${end}`))
      expect(read.ok && read.date && formatDay(read.date)).toBe('2020-03-01')
    }
  })
  test('nothing when no month has a value, a failure when the file is empty', async () => {
    expect(await dateFinEffectif(table(header, 'c;s;A;1;33;;;;base;u'))).toEqual({ ok: true, date: undefined })
    expect(await dateFinEffectif(table())).toMatchObject({ ok: false })
  })
})
