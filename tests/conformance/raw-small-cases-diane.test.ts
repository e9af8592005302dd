/** Rules of the balance sheets of Diane+ (raw-formats §2.12), a few columns each, through `parse-file`. */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { diane } from '../../shared/sources/diane.ts'
import { DIANE_FIELDS } from '../../shared/sources/diane-fields.ts'
import { openParser } from '../../shared/sources/parser.ts'
import { defaultSwitches } from '../../shared/sources/switches.ts'
import { countersOf, parserOfContents } from './raw-files.ts'

const { file, parse } = parserOfContents('diane')

const SIREN = '301000001'
/** Columns of the table that are there once, and those of which there is one per year. */
const ONCE = ["Nom de l'entreprise", 'Numéro Siren', 'Statut juridique ', 'Procédure collective']
const GROUP = ['Nombre d’ES', 'Nombre de filiales', 'Taille de la Composition du Groupe']
const YEARLY = DIANE_FIELDS.map(([, , column]) => column).filter((column) => column !== 'Annee' && ![...ONCE, ...GROUP].includes(column))

type Columns = Record<string, string>
/** The columns that are required, for these years, and what they hold: `cells` says which hold something. */
const columnsOf = (years: readonly number[], cells: Columns = {}): Columns => ({
  ...Object.fromEntries([...ONCE, ...GROUP].map((column) => [column, ''])),
  'Numéro Siren': SIREN,
  ...Object.fromEntries(YEARLY.flatMap((column) => years.map((year) => [`${column} ${year}`, '']))),
  ...cells,
})
const quoted = (cells: readonly string[]): string => `${cells.map((cell) => `"${cell}"`).join(';')}\r\n`
/** A header and one row. */
const textOf = (columns: Columns): string => quoted(Object.keys(columns)) + quoted(Object.values(columns))
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')
const bilans = (columns: Columns, ...args: string[]) => parse('diane', utf16(textOf(columns)), ...args)

describe('the years of a row', () => {
  test('go from the smallest to the largest of the header, whatever the order of the columns, with nothing for a year without columns', async () => {
    const { tuples, ...run } = await bilans(
      columnsOf([2018, 2015, 2017], { 'Performance % 2018': '8', 'Performance % 2015': '5', 'Performance % 2017': '7', 'Nombre de filiales': '4' }),
    )
    expect(tuples.map(({ exercice_diane, performance, nombre_filiale }) => [exercice_diane, performance, nombre_filiale])).toEqual([
      [2015, 5, 4],
      [2016, null, 4],
      [2017, 7, 4],
      [2018, 8, 4],
    ])
    expect(countersOf({ tuples, ...run })).toEqual([4, 0, 0, 4])
  })
  test('find their copies by name: apart from each other, spaced otherwise, and an empty cell where there is none', async () => {
    const { 'Performance % 2016': _, ...columns } = columnsOf([2016, 2017], { 'Conc. banc. cour. & sold. cr. kEUR 2017': '7' })
    delete columns['Conc. banc. cour. & sold. cr. kEUR 2016']
    const { tuples } = await bilans({
      ...{ Marquée: '99', 'Conc.  banc. cour. & sold. cr.  kEUR 2016': '6' },
      ...columns,
      'Performance % 2017': '1,5',
      'Nombre de mois 2016': '12',
    })
    expect(tuples.map(({ concours_bancaire_courant, performance, nombre_mois }) => [concours_bancaire_courant, performance, nombre_mois])).toEqual([
      [6, null, 12],
      [7, 1.5, null],
    ])
  })
  test('find them whatever the case, which may differ from year to year', async () => {
    const { 'Performance % 2017': _, ...columns } = columnsOf([2016, 2017], { 'Performance % 2016': '6', 'PERFORMANCE % 2017': '7' })
    expect((await bilans(columns)).tuples.map(({ performance }) => performance)).toEqual([6, 7])
  })
  test('are four digits after a blank at the very end of a name, from which one such suffix is taken', async () => {
    const { 'Performance % 2017': _, ...columns } = columnsOf([2017])
    expect((await bilans({ ...columns, 'Performance % 2017': '3' })).tuples).toMatchObject([{ performance: 3 }])
    for (const name of ['Performance %2017', 'Performance %\u00a02017', 'Performance % 2017 ', 'Performance % 17', 'Performance 2017 % 2017']) {
      const { event } = await bilans({ ...columns, [name]: '3' })
      expect(event.event.headFatal).toEqual(['Fatal: Colonne Performance % non trouvée. Abandon.'])
    }
  })
})

describe('the values', () => {
  test('no one is ever rejected: what cannot be read is null, and a date that is none is the zero date', async () => {
    const { tuples, ...run } = await bilans(
      columnsOf([2017], {
        'Effectif consolidé 2017': '1.0',
        'Performance % 2017': '1.234,5',
        'Endettement % 2017': '-1,5',
        'Date de clôture 2017': '29/02/2017',
        'Procédure collective': 'oui',
      }),
    )
    expect(tuples).toMatchObject([
      {
        effectif_consolide: null,
        performance: null,
        endettement: -1.5,
        arrete_bilan_diane: '0001-01-01T00:00:00Z',
        procedure_collective: false,
        statut_juridique: '',
      },
    ])
    expect(countersOf({ tuples, ...run })).toEqual([1, 0, 0, 1])
    expect((await bilans(columnsOf([2017], { 'Procédure collective': 'Oui', 'Date de clôture 2017': '31/12/2017' }))).tuples).toMatchObject([
      { procedure_collective: true, arrete_bilan_diane: '2017-12-31T00:00:00Z' },
    ])
  })
  test('what is empty is absent from what is stored, a number 0 is not', () => {
    const columns = columnsOf([2017], { 'Performance % 2017': '0', 'Endettement % 2017': 'n.d.', 'Procédure collective': 'Non' })
    const opened = openParser(diane, Object.keys(columns), { switches: defaultSwitches })
    if ('fatal' in opened) throw new Error(opened.fatal)
    const { tuples } = opened.parse({ line: 2, record: 1, cells: Object.values(columns) })
    expect(tuples.map(({ value }) => value)).toEqual([{ exercice_diane: 2017, numero_siren: SIREN, performance: 0 }])
  })
  test('the blanks of a SIREN stay, and it is told of each record; outside the périmètre each record is skipped', async () => {
    const spaced = await bilans(columnsOf([2016, 2017], { 'Numéro Siren': '301 000 001' }))
    expect(spaced.event.event.headRejected).toEqual(['Line 1: siren invalide : 301 000 001', 'Line 2: siren invalide : 301 000 001'])
    expect(countersOf(await bilans(columnsOf([2016, 2017]), '--filter', file('siren\n999999999\n')))).toEqual([2, 0, 2, 0])
  })
})

describe('the file', () => {
  test('needs no column that nobody reads, and every column of the table but the year', async () => {
    for (const column of ['Numéro Siren', 'Statut juridique ', 'Nombre d’ES', 'Bénéfice ou perte kEUR 2017']) {
      const { [column]: _, ...columns } = columnsOf([2017])
      const run = await bilans(columns)
      expect([run.status, run.event.event.headFatal]).toEqual([1, [`Fatal: Colonne ${column.replace(' 2017', '')} non trouvée. Abandon.`]])
    }
  })
  test('fails as a whole when one of its rows has not the width of the header', async () => {
    const text = textOf(columnsOf([2017]))
    const run = await parse('diane', utf16(`${text}"x";"y"\r\n`))
    expect([run.status, run.tuples, countersOf(run)]).toEqual([1, [], [0, 0, 0, 0]])
  })
  test('is UTF-16 of either order by its mark, little-endian without one, compressed or not', async () => {
    const text = textOf(columnsOf([2017], { "Nom de l'entreprise": 'ÉTÉ "CHEZ" 𝄞' }))
    const little = utf16(text)
    const { tuples } = await parse('diane', little)
    expect(tuples).toMatchObject([{ nom_entreprise: 'ÉTÉ "CHEZ" 𝄞' }])
    for (const bytes of [Buffer.from(little).swap16(), little.subarray(2), gzipSync(little)]) expect((await parse('diane', bytes)).tuples).toEqual(tuples)
  })
})
