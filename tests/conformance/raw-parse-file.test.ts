import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { runParseFile } from './raw-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'parse-file-'))
afterAll(() => rmSync(directory, { recursive: true }))

let files = 0
const file = (content: string | Uint8Array, name = `f${files++}.csv`): string => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const COMPTES = 'compte;siret;date_disp_siret\n101;30100000100011;1180201\n101;30100000100029;\n102;30200000100011;\n'
const COTISATIONS = 'Compte;periode;enc_direct;cotis_due\n101;1811;1;2\n101;1812;1;2\n102;1811;1;2\n103;1811;1;2\n'
const keys = (tuples: Record<string, unknown>[]): unknown[] => tuples.map(({ key }) => key)

describe('parse-file', () => {
  test('a compte closed on the first of a month is not valid for that month', async () => {
    const { tuples, event, status } = await runParseFile(['--type', 'cotisation', '--comptes', file(COMPTES), '--envelope', file(COTISATIONS)])
    expect(keys(tuples)).toEqual(['30100000100011', '30100000100029', '30200000100011'])
    expect([event.event.linesSkipped, event.event.linesValid, status]).toEqual([1, 3, 0])
  })
  test('the list of a later mapping file replaces that of an earlier one', async () => {
    const later = file('compte;siret;date_disp_siret\n101;30900000100011;\n')
    for (const args of [
      ['--comptes', file(COMPTES), later],
      ['--comptes', file(COMPTES), '--comptes', later],
    ]) {
      const { tuples } = await runParseFile(['--type', 'cotisation', '--envelope', ...args, file(COTISATIONS)])
      expect(keys(tuples)).toEqual(['30900000100011', '30900000100011', '30200000100011'])
    }
  })
  test('the file may stand before, after or between the options', async () => {
    const [comptes, cotisations] = [file(COMPTES), file(COTISATIONS)]
    const orders = [
      [cotisations, '--type', 'cotisation', '--comptes', comptes],
      ['--type', 'cotisation', '--comptes', comptes, cotisations],
      ['--type', 'cotisation', '--comptes', comptes, '--', cotisations],
      ['--comptes', comptes, cotisations, '--type', 'cotisation'],
      ['--type', 'cotisation', '--comptes', comptes, '--switch', 'extensions=true', cotisations],
      ['--type', 'cotisation', '--comptes', comptes, cotisations, '--switch', 'extensions=true'],
    ]
    for (const args of orders) expect((await runParseFile(args)).tuples.length).toBe(3)
    const filters = [file('siren\n301000001\n'), file('302000001\n')]
    const several = [
      ['--type', 'cotisation', '--filter', ...filters, '--comptes', comptes, cotisations],
      ['--type', 'cotisation', '--comptes', comptes, '--filter', ...filters, cotisations],
      ['--type', 'cotisation', '--comptes', comptes, cotisations, '--filter', ...filters.slice(0, 1)],
    ]
    for (const [rank, args] of several.entries()) expect((await runParseFile(args)).tuples.length).toBe(rank === 2 ? 2 : 3)
  })
  test('a filter restricts; without one everything is in, and an empty one lets nothing in', async () => {
    const args = ['--type', 'cotisation', '--comptes', file(COMPTES), '--envelope']
    const some = await runParseFile([...args, '--filter', file('siren\n302000001\n'), file(COTISATIONS)])
    expect(keys(some.tuples)).toEqual(['30200000100011'])
    expect(some.event.event).toMatchObject({ linesParsed: 4, linesSkipped: 3, linesValid: 1 })
    expect((await runParseFile([...args, '--filter', file('siren\n'), file(COTISATIONS)])).tuples).toEqual([])
    const bad = await runParseFile([...args, '--filter', file('siren\n30100000\n'), file(COTISATIONS)])
    expect([bad.status, bad.event.event.headFatal]).toEqual([1, ['Fatal: Format de siren incorrect trouvé : 30100000']])
  })
  test('a file that has no column siret needs a mapping, one that has it does not', async () => {
    const without = await runParseFile(['--type', 'cotisation', file(COTISATIONS)])
    expect([without.status, without.event.event.headFatal, without.event.event.linesParsed]).toEqual([1, ['Fatal: no admin_urssaf mapping found'], 0])
    const own = await runParseFile([
      '--type',
      'cotisation',
      '--envelope',
      file('SIRET;Compte;periode;enc_direct;cotis_due\n30100000100011;1;1811;1;2\n3010000010001;1;1811;1;2\n'),
    ])
    expect([keys(own.tuples), own.event.event.headRejected]).toEqual([['30100000100011'], ['Line 2: siret invalide : 3010000010001']])
  })
  test('one bad date, or one malformed record, makes the whole mapping fail', async () => {
    for (const line of ['101;30100000100011;1180231', '101;30100000100011']) {
      const { status, event, tuples } = await runParseFile(['--type', 'cotisation', '--comptes', file(`${COMPTES}${line}\n`), file(COTISATIONS)])
      expect([status, event.event.isFatal, tuples]).toEqual([1, true, []])
    }
  })
  test('admin_urssaf: a tuple per compte and month, none without dates', async () => {
    const path = file(COMPTES)
    const months = await runParseFile(['--type', 'admin_urssaf', '--date-debut', '2018-01-01', '--date-fin', '2018-03-01', path])
    expect(months.tuples).toEqual([
      { siret: '30100000100011', numero_compte: '101', periode: '2018-01-01T00:00:00Z' },
      { siret: '30100000100029', numero_compte: '101', periode: '2018-02-01T00:00:00Z' },
      { siret: '30200000100011', numero_compte: '102', periode: '2018-01-01T00:00:00Z' },
      { siret: '30200000100011', numero_compte: '102', periode: '2018-02-01T00:00:00Z' },
    ])
    const none = await runParseFile(['--type', 'admin_urssaf', path])
    expect([none.tuples, none.event.event.linesParsed, none.event.event.linesValid]).toEqual([[], 2, 2])
  })
  test('a byte-order mark, gzip by prefix or by content, and Windows-1252 are opened', async () => {
    const paydex = 'SIREN;DATE_VALEUR;NB_JOURS\n301000001;01/11/2020;7\n'
    for (const path of [
      file(`\ufeff${paydex}`),
      `gzip:${file(gzipSync(paydex), 'a1b2')}`,
      file(gzipSync(paydex), 'x.csv.gz'),
      file(paydex.replaceAll('\n', '\r\n')),
    ]) {
      expect((await runParseFile(['--type', 'paydex', path])).stdout).toBe('{"date_valeur":"2020-11-01T00:00:00Z","nb_jours":7}\n')
    }
    const latin = await runParseFile([
      '--type',
      'procol',
      file(Buffer.from('Siret;Dt_effet;Lib_actx_stdx;x\n30100000100011;01JAN2020;Ouverture_liquidation;é\n', 'latin1')),
    ])
    expect([latin.tuples.length, latin.stderr.includes('Windows-1252')]).toEqual([1, true])
  })
  test('what cannot be opened fails as a whole, with status 1 and an event', async () => {
    const missing = await runParseFile(['--type', 'paydex', join(directory, 'none.csv')])
    expect([missing.status, missing.event.event.isFatal, missing.event.event.linesParsed]).toEqual([1, true, 0])
    const column = await runParseFile(['--type', 'paydex', file('SIREN;NB_JOURS\n')])
    expect([column.status, column.event.event.headFatal]).toEqual([1, ['Fatal: Colonne DATE_VALEUR non trouvée. Abandon.']])
    const empty = await runParseFile(['--type', 'paydex', file('')])
    expect([empty.status, empty.event.event.headFatal]).toEqual([1, ['Fatal: EOF']])
    const truncated = await runParseFile(['--type', 'paydex', file(gzipSync('SIREN;NB_JOURS;DATE_VALEUR\n'.repeat(99)).subarray(0, 40), 't.csv.gz')])
    expect([truncated.status, truncated.event.event.isFatal]).toEqual([1, true])
  })
  test.each([
    [['--type', 'reporder', 'x.csv']],
    [['x.csv']],
    [['--type', 'paydex']],
    [['--type', 'paydex', '--switch', 'motifRange=maybe', '--', 'x.csv']],
    [['--type', 'sirene', '--switch', 'bypassFilter=true', '--', 'x.csv']],
    [['--type', 'sirene', '--switch', 'bypassFilter=sirene,sirene_nul', '--', 'x.csv']],
    [['--type', 'paydex', '--unknown', 'x.csv']],
    [['--type', 'admin_urssaf', '--date-debut', '2018-01-01', 'x.csv']],
    [['--type', 'admin_urssaf', '--date-debut', '2018-01', '--date-fin', '2018-02', 'x.csv']],
    [['--type', 'admin_urssaf', '--date-debut', '2018-01-15', '--date-fin', '2018-03-01', 'x.csv']],
  ])('the arguments %j are refused', async (args) => {
    await expect(runParseFile(args)).rejects.toMatchObject({ exitCode: expect.any(Number), code: expect.stringContaining('commander') })
  })
})
