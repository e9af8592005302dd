/** Rules of the text of the formats for the sources of the URSSAF that neither a sample nor a small case of `raw-small-cases` would miss. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { sources } from '../../shared/sources/index.ts'
import { defaultSwitches, productionSwitches } from '../../shared/sources/switches.ts'
import { type RawRun, runParseFile } from './raw-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'urssaf-cases-'))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
const file = (...lines: string[]): string => {
  const path = join(directory, `f${files++}.csv`)
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}
const parse = (type: string, lines: readonly string[], ...args: string[]): Promise<RawRun> => runParseFile(['--type', type, ...args, '--', file(...lines)])

/** Parsed, rejected, skipped, valid. */
const countsOf = ({ event: { event } }: RawRun): number[] => [event.linesParsed, event.linesRejected, event.linesSkipped, event.linesValid]
const keysOf = ({ tuples }: RawRun): unknown[] => tuples.map(({ key }) => key)

const S = '30100000100011'

/** Required columns in the order of §2, and a row of those columns that gives a tuple; its key comes from the column `siret`, or from the compte `c`. */
const REQUIRED: Record<string, [columns: string, row: string]> = {
  admin_urssaf: ['compte siret date_disp_siret', `c;${S};`],
  cotisation: ['Compte periode enc_direct cotis_due', 'c;1810;1;2'],
  debit: [
    'num_cpte Num_Ecn Dt_trt_ecn Mt_PO Mt_PP Num_Hist_Ecn Etat_cpte Cd_pro_col Periode Cd_op_ecn Motif_ecn Recours_en_cours',
    'c;101;1180315;1;1;1;1;;1810;1;2;0',
  ],
  delai: [
    'Numero_compte_externe Numero_structure Date_creation Date_echeance Duree_delai Denomination_premiere_ligne Indic_6M Annee_creation Montant_global_echeancier Code_externe_stade Code_externe_action',
    'c;1;15/03/2018;15/04/2018;31;N;INF;2018;1,5;APPROB;SUR PO',
  ],
  ccsf: ['Compte Date_de_traitement Code_externe_stade Code_externe_action', 'c;1180315;APPROB;CCSF'],
  procol: ['dt_effet lib_actx_stdx siret', `15MAR2018;Ouverture_liquidation;${S}`],
  effectif: ['siret compte', `${S};c`],
  effectif_ent: ['siren', '301000001'],
}
const MAPPED = ['cotisation', 'debit', 'delai', 'ccsf']

/** The header and the row of a source, with a month where a tuple needs one. */
const linesOf = (type: string): [header: string, row: string] => {
  const [columns, row] = REQUIRED[type] ?? ['', '']
  const header = columns.replaceAll(' ', ';')
  return type.startsWith('effectif') ? [`${header};eff201811`, `${row};7`] : [header, row]
}
const MONTH = ['--date-debut', '2018-03-01', '--date-fin', '2018-04-01']

describe.each(Object.keys(REQUIRED))('%s', (type) => {
  const [header, row] = linesOf(type)
  const comptes = (): string[] => (MAPPED.includes(type) ? ['--comptes', file('compte;siret;date_disp_siret', `c;${S};`)] : [])

  test('the first missing column is named in the order of the text, with its spelling', async () => {
    const columns = REQUIRED[type]?.[0].split(' ') ?? []
    for (const [rank, missing] of columns.entries()) {
      // Those that come after it are missing too.
      const run = await parse(type, [['autre', ...columns.slice(0, rank)].reverse().join(';'), row])
      expect([run.status, run.event.event.headFatal, run.stdout]).toEqual([1, [`Fatal: Colonne ${missing} non trouvée. Abandon.`], ''])
    }
  })

  test('a quote in the middle of a field is a character where quotes are lazy, else an error of the record, or of the whole mapping', async () => {
    const lines = [`${header};x`, `${row};a"b`, `${row};ab`]
    const run = await parse(type, lines, ...MONTH, ...comptes())
    if (type === 'admin_urssaf') expect([run.event.event.isFatal, countsOf(run)]).toEqual([true, [0, 0, 0, 0]])
    else if (type === 'cotisation') expect(countsOf(run)).toEqual([2, 0, 0, 2])
    else expect(countsOf(run)).toEqual([2, 1, 0, 1])
  })
})

test('stock or flux is a constant of the source', () => {
  const flux = sources.filter(({ delivery }) => delivery === 'flux').map(({ name }) => name)
  expect(flux.sort()).toEqual(['bdf', 'ccsf', 'diane', 'ellisphere', 'paydex'])
})

test('the pipeline runs with what the text recommends for production, parse-file with the values of 2023', () => {
  const of2023 = {
    keepZeroEffectif: false,
    departementFrom: 'postal',
    skipNonNafRev2: false,
    apeWithDot: false,
    motifRange: false,
    extensions: false,
    bypassFilter: [],
  }
  expect(defaultSwitches).toEqual(of2023)
  expect(productionSwitches).toEqual({ ...of2023, keepZeroEffectif: true, departementFrom: 'commune-or-postal', extensions: true })
})

test('a reference may begin with gzip:, in lists too, and the summary names the path without it', async () => {
  const zipped = (...lines: string[]): string => {
    const path = join(directory, `z${files++}`)
    writeFileSync(path, gzipSync(lines.map((line) => `${line}\n`).join('')))
    return path
  }
  const path = zipped(...linesOf('ccsf'))
  const comptes = zipped('compte;siret;date_disp_siret', `c;${S};`)
  const filter = zipped('siren', '301000001')
  const run = await runParseFile(['--type', 'ccsf', '--comptes', `gzip:${comptes}`, '--filter', `gzip:${filter}`, '--', `gzip:${path}`])
  expect([run.tuples.length, run.event.event.summary.split(':')[0]]).toEqual([1, path])
})

describe('the table compte → SIRET', () => {
  const A = '30100000100011'
  const B = '30100000100029'
  const HEADER = 'compte;siret;date_disp_siret'

  test.each([
    ['cotisation', 'the start of the period', ['c;1820;1;2', 'c;201822;1;2']],
    ['debit', 'the start of the period', ['c;1;1990101;1;1;1;1;;1820;1;2;0', 'c;1;1160101;1;1;1;1;;201822;1;2;0']],
    ['delai', 'Date_creation', ['c;1;30/04/2018;01/01/2030;1;N;INF;2018;1;A;A', 'c;1;01/05/2018;01/01/2000;1;N;INF;2018;1;A;A']],
    ['ccsf', 'Date_de_traitement', ['c;1180430;A;A', 'c;1180501;A;A']],
  ])('of %s is asked at %s, and a compte is no longer valid on its closing date', async (type, _, rows) => {
    const comptes = file(HEADER, `c;${B};`, `c;${A};1180501`, 'd;x;')
    expect(keysOf(await parse(type, [linesOf(type)[0], ...rows], '--comptes', comptes, '--envelope'))).toEqual([A, B])
  })

  test.each(MAPPED)('is not needed by %s with a column of its own, in any case, whatever its compte', async (type) => {
    const [header, row] = linesOf(type)
    for (const name of ['Siret', 'SIRET', 'siret']) {
      const run = await parse(
        type,
        [`${name};${header}`, `${B};${row}`, `P1234567890123;${row}`, `99900000100011;${row}`],
        '--envelope',
        '--filter',
        file('301000001'),
      )
      expect([keysOf(run), countsOf(run), run.event.event.headRejected]).toEqual([[B], [3, 1, 1, 1], ['Line 2: siret invalide : P1234567890123']])
    }
  })

  test('finds its columns in any case, the last of two counts, and the opening date and the state do not', async () => {
    const header = 'COMPTE;Compte;SIRET;Siret;Date_Disp_Siret;DATE_DISP_SIRET;Date_crea_siret;Etat_compte'
    const comptes = file(header, `x;c;x;${A};1000101;1180501;1990101;3`, `x;c;x;${B};1000101;;1990101;3`)
    const rows = ['c;1810;1;2', 'c;1830;1;2', 'x;1810;1;2']
    const run = await parse('cotisation', [linesOf('cotisation')[0], ...rows], '--comptes', comptes, '--envelope')
    expect([keysOf(run), countsOf(run)]).toEqual([
      [A, B],
      [3, 0, 1, 2],
    ])
  })

  test.each([
    ['an invalid closing date, of a row without SIRET even', [`c;${A};`, 'd;x;1180151'], 'Fatal: valeur non autorisée pour une conversion en date: 1180151'],
    ['a record of another width', [`c;${A};`, `d;${A}`], 'Fatal: record on line 3: malformed record'],
  ])('%s makes those who need it fail as a whole', async (_, rows, fatal) => {
    const [header, row] = linesOf('ccsf')
    const run = await parse('ccsf', [header, row], '--comptes', file(HEADER, ...rows))
    expect([run.status, run.event.event.headFatal, countsOf(run)]).toEqual([1, [fatal], [0, 0, 0, 0]])
    expect((await parse('admin_urssaf', [HEADER, ...rows])).event.event.headFatal).toEqual([fatal])
  })

  test('of several files, the list of a later one replaces that of an earlier one, but for what it has outside the périmètre', async () => {
    const [header, row] = linesOf('ccsf')
    const [first, second, outside] = [file(HEADER, `c;${A};`), file(HEADER, `c;${B};1180316`), file(HEADER, 'c;99900000100011;')]
    const keys = async (...args: string[]): Promise<unknown[]> => keysOf(await parse('ccsf', [header, row], ...args, '--envelope'))
    expect(await keys('--comptes', first, second)).toEqual([B])
    expect(await keys('--comptes', second, first)).toEqual([A])
    expect(await keys('--comptes', first, outside)).toEqual(['99900000100011'])
    expect(await keys('--comptes', first, outside, '--filter', file('301000001'))).toEqual([A])
  })

  test('holds the périmètre only: outside it a row is skipped, whatever its errors, and a compte is not counted', async () => {
    const comptes = [HEADER, `c;${A};`, 'd;99900000100011;']
    const filter = ['--filter', file('siren', '301000001')]
    const run = await parse('cotisation', [linesOf('cotisation')[0], 'c;1810;1;2', 'd;1810;1;2', 'd;bad;x;y'], '--comptes', file(...comptes), ...filter)
    expect(countsOf(run)).toEqual([3, 0, 2, 1])
    expect(countsOf(await parse('admin_urssaf', comptes, ...MONTH, ...filter))).toEqual([1, 0, 0, 1])
  })

  test('a bad period is earlier than everything: the pair that closes first gives the SIRET, and the row is rejected', async () => {
    const comptes = ['--comptes', file(HEADER, `c;${A};000101`)]
    expect(countsOf(await parse('cotisation', [linesOf('cotisation')[0], 'c;bad;1;2', 'c;1810;1;2'], ...comptes))).toEqual([2, 1, 1, 0])
    expect(countsOf(await parse('debit', [linesOf('debit')[0], 'c;1;1160101;1;1;1;1;;bad;1;2;0'], ...comptes))).toEqual([1, 1, 0, 0])
  })
})

test('admin_urssaf: without dates no month is produced, and comptes are counted; date-fin is exclusive', async () => {
  const lines = ['compte;siret;date_disp_siret', `b;${S};`, `a;${S};1000101`]
  const without = await parse('admin_urssaf', lines)
  expect([without.tuples, countsOf(without)]).toEqual([[], [2, 0, 0, 2]])
  const year = await parse('admin_urssaf', lines, '--date-debut', '1999-11-01', '--date-fin', '2000-02-01')
  expect(year.tuples.map(({ numero_compte, periode }) => [numero_compte, String(periode).slice(0, 7)])).toEqual([
    ['a', '1999-11'],
    ['a', '1999-12'],
    ['b', '1999-11'],
    ['b', '1999-12'],
    ['b', '2000-01'],
  ])
  expect(countsOf(year)).toEqual([2, 1, 0, 1])
})

describe('the filtre', () => {
  const HEADER = 'siren;eff201011'
  const rows = ['301000001;1', '301000002;2', '999000001;3']
  const kept = async (...filters: string[][]): Promise<unknown[]> => {
    const run = await parse('effectif_ent', [HEADER, ...rows], ...filters.flatMap((lines) => ['--filter', file(...lines)]), '--envelope')
    return run.event.event.isFatal ? run.event.event.headFatal : keysOf(run)
  }

  test.each<[string, string[][], string[]]>([
    ['none: everything is inside', [], ['301000001', '301000002', '999000001']],
    ['an empty one: nothing is', [[]], []],
    ['its header alone: nothing is', [['siren']], []],
    [
      'several are merged, a header ignored wherever it is, quotes, marks and empty lines read as in any CSV',
      [['\ufeff"301000001"', '', 'siren'], ['999000001']],
      ['301000001', '999000001'],
    ],
    ['the first column alone counts', [['301000001;999000001', '301000002;x']], ['301000001', '301000002']],
    ['a header in another case is no SIREN', [['SIREN', '301000001']], ['Fatal: Format de siren incorrect trouvé : SIREN']],
    ['a SIREN that lost its zeros is none', [['301000001', '1000001']], ['Fatal: Format de siren incorrect trouvé : 1000001']],
    ['all records have the width of the first', [['siren', '301000001;x']], ['Fatal: record on line 2: malformed record']],
    ['its quotes are strict', [['301000001', '301000002"']], ['Fatal: record on line 2: malformed record']],
  ])('%s', async (_, filters, expected) => {
    expect(await kept(...filters)).toEqual(expected)
  })
})

test('cotisation: an empty amount is null, and has the hash of 0', async () => {
  const rows = [`${S};c;1810;;`, `${S};c;1810;0;0,00`]
  const { tuples } = await parse('cotisation', [`Siret;${linesOf('cotisation')[0]}`, ...rows], '--envelope')
  expect(tuples.map(({ value }) => value)).toMatchObject([
    { encaisse: null, du: null },
    { encaisse: 0, du: 0 },
  ])
  expect(tuples[0]?.hash).toBe(tuples[1]?.hash)
})

describe('debit', () => {
  const HEADER = `Siret;${linesOf('debit')[0]}`
  const row = (ecart: string, traitement: string, periode: string): string => `${S};c;${ecart};${traitement};195907;-1;;;;${periode};;;F`

  test('is in centimes, and what is empty is null for an integer, empty for a text', async () => {
    const { tuples } = await parse('debit', [HEADER, row('', '1180315', '1810')])
    expect(tuples[0]).toMatchObject({
      part_ouvriere: 1959.07,
      part_patronale: -0.01,
      numero_historique: null,
      etat_compte: null,
      code_procedure_collective: '',
      numero_ecart_negatif: '',
    })
    expect(Object.keys(tuples[0] ?? {})).not.toContain('debit_suivant')
  })

  test('extensions: taken into account in its month up to the 20th, in the next one after it; its name is SIRET, period, number', async () => {
    const rows = [row('101', '1180320', '1862'), row('102', '1180321', '201843'), row('', '1181221', '1810')]
    const { tuples } = await parse('debit', [HEADER, ...rows], '--switch', 'extensions=true')
    expect(tuples.map(({ periode_prise_en_compte, debit_id }) => [periode_prise_en_compte, debit_id])).toEqual([
      ['2018-03-01T00:00:00Z', `${S}2018010120190101101`],
      ['2018-04-01T00:00:00Z', `${S}2018120120190101102`],
      ['2019-01-01T00:00:00Z', `${S}2018010120180401`],
    ])
  })
})

test('procol: of two pieces that hold a word, the first is the action; an invalid date hides an invalid SIRET', async () => {
  const rows = [`01MAY2019;a_sauvegarde_b_liquidation_;${S}`, '30FEB2019;Ouverture_liquidation;x', '01MAY2019;Ouverture_liquidation;x']
  const run = await parse('procol', [linesOf('procol')[0], ...rows])
  expect(run.tuples).toEqual([{ date_effet: '2019-05-01T00:00:00Z', action_procol: 'sauvegarde', stade_procol: 'a_b_liquidation_' }])
  expect(run.event.event.headRejected.map((line) => line.slice(0, 22))).toEqual(['Line 2: parsing time "', 'Line 3: siret invalide'])
})

describe('effectif', () => {
  test('a month column begins with eff and six digits that are a period, whatever follows them; tuples come in the order of the header', async () => {
    const run = await parse('effectif', [`siret;eff201021;compte;eff201011x;eff201062;eff20101a;eff2010`, `${S};1;c;2;3;4;5`])
    expect(run.tuples).toEqual([
      { numero_compte: 'c', periode: '2010-04-01T00:00:00Z', effectif: 1 },
      { numero_compte: 'c', periode: '2010-01-01T00:00:00Z', effectif: 2 },
      { numero_compte: 'c', periode: '2010-01-01T00:00:00Z', effectif: 3 },
    ])
    expect(countsOf(run)).toEqual([1, 0, 0, 1])
  })

  test('a row of an invalid key, or outside the périmètre, without any value is valid; with an unreadable cell its key is not told', async () => {
    const rows = ['x;c;;', '99900000100011;c;;0', 'x;c;?;7', '99900000100011;c;?;7']
    const run = await parse('effectif', ['siret;compte;eff201011;eff201012', ...rows], '--filter', file('301000001'))
    expect(countsOf(run)).toEqual([4, 2, 1, 1])
    expect(run.event.event.headRejected.map((line) => line.slice(0, 14))).toEqual(['Line 3: strcon', 'Line 4: strcon'])
  })

  test('each invalid key takes its place among the 200 errors, once per cell', async () => {
    const months = Array.from({ length: 150 }, (_, rank) => `eff${2000 + Math.floor(rank / 12)}${Math.floor((rank % 12) / 3) + 1}${(rank % 3) + 1}`)
    const row = ['x', 'c', ...months.map(() => '1')].join(';')
    const run = await parse('effectif', [`siret;compte;${months.join(';')}`, row, row])
    const { headRejected, linesRejected } = run.event.event
    expect([headRejected.length, headRejected.filter((line) => line.startsWith('Line 1:')).length, linesRejected]).toEqual([200, 150, 2])
  })
})
