import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import { sources } from '../../shared/sources/index.ts'
import { deposit, documentOf, INSIDE, newShelf, RUN, readAll, readerOf, readRange, type Shelf, union } from '../../tests/import/reading.ts'
import { sampleOf } from '../../tests/samples/samples.ts'
import type { ReadRecord } from './core.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text)

const shelfWithMapping = async (): Promise<Shelf> => {
  const shelf = newShelf()
  const { name, bytes } = sampleOf('admin_urssaf')
  await deposit(shelf, 'admin_urssaf', name, bytes)
  return shelf
}

const planned = async (...args: Parameters<typeof deposit>): Promise<ImportDocument> => {
  const document = await deposit(...args)
  if (typeof document === 'string') throw new Error(document)
  return document
}

const sample = (name: string): { filename: string; bytes: Uint8Array } => {
  const { name: filename, bytes } = sampleOf(name)
  return { filename, bytes }
}

/** A row of balance sheets is as many records as the file has years: three in the sample. */
const YEARS = 3
const readOf = ({ plan, source }: ImportDocument): number => (plan?.records ?? 0) * (source === 'diane' ? YEARS : 1)

describe.each(sources.map(({ name }) => ({ name })))('$name', ({ name }) => {
  const { filename, bytes } = sample(name)

  test('the ranges of a file give what the whole gives, whatever the cut', async () => {
    const shelf = await shelfWithMapping()
    const whole = union(await readAll(shelf, await planned(shelf, name, filename, bytes)))
    const cuts = fc.integer({ min: 1, max: bytes.length + 10 })
    await fc.assert(
      fc.asyncProperty(cuts, async (cutBytes) => {
        const document = await planned(shelf, name, filename, bytes, { cutBytes })
        if (cutBytes < 100 && name !== 'ellisphere') expect(document.plan?.ranges.length).toBeGreaterThan(1)
        expect(union(await readAll(shelf, document))).toEqual(whole)
      }),
      { numRuns: 25 },
    )
  })

  test('read twice, it gives the same documents under the same keys', async () => {
    const shelf = await shelfWithMapping()
    const document = await planned(shelf, name, filename, bytes, { cutBytes: 120 })
    const first = await readAll(shelf, document)
    expect(await readAll(shelf, document)).toEqual(first)
    const ids = first.flatMap(({ documents }) => documents.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('the four counts add up to the records of the file', async () => {
    const shelf = await shelfWithMapping()
    const document = await planned(shelf, name, filename, bytes)
    const { counts, entries } = union(await readAll(shelf, document))
    expect(counts.imported + counts.filtered + counts.rejected + counts.ignored).toBe(readOf(document))
    expect(Object.keys(entries).length).toBeGreaterThan(0)
    for (const key of Object.keys(entries)) expect(INSIDE).toContain(key.slice(0, 9))
  })

  test('compressed, it goes through a copy under work/ and gives the same', async () => {
    const shelf = await shelfWithMapping()
    const whole = union(await readAll(shelf, await planned(shelf, name, filename, bytes)))
    const document = await planned(shelf, name, `${filename}.gz`, gzipSync(bytes), { cutBytes: 150 })
    expect(document.plan?.work).toBe(`${name}.csv`)
    expect(union(await readAll(shelf, document))).toEqual(whole)
  })
})

describe('files of any content', () => {
  const cell = fc.oneof(
    fc.constantFrom('', '117000000000000101', '117000000000000102', '999', '201712', '1810', '12,5', '-3', 'x', '"', '"a;b"', '"a\nb"', 'é', '30100000100011'),
    fc.string({ maxLength: 6 }).map((text) => text.replaceAll('\0', '')),
  )
  const HEADER = 'Compte;periode;enc_direct;cotis_due'
  const file = fc
    .array(fc.array(cell, { minLength: 3, maxLength: 5 }), { maxLength: 30 })
    .map((rows) => `${[HEADER, ...rows.map((row) => row.join(';'))].join('\n')}\n`)

  test('the ranges give what the whole gives, and the counts add up', async () => {
    const shelf = await shelfWithMapping()
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 200 }), async (text, cutBytes) => {
        const whole = await planned(shelf, 'cotisation', 'f.csv', bytesOf(text))
        const result = union(await readAll(shelf, whole))
        const { imported, filtered, rejected, ignored } = result.counts
        expect(imported + filtered + rejected + ignored).toBe(readOf(whole))
        expect(union(await readAll(shelf, await planned(shelf, 'cotisation', 'f.csv', bytesOf(text), { cutBytes })))).toEqual(result)
      }),
      { numRuns: 300 },
    )
  })

  test('what is not UTF-8 anywhere is read as Windows-1252, cut or not', async () => {
    const shelf = newShelf()
    const rows = Array.from({ length: 40 }, (_, at) => `30100000${(at % 3) + 1}00011;301000001;24FEB2014;A;Ouverture_liquidation_\u00e9`).join('\n')
    const text = `Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx\n${rows}\n`
    const latin = Buffer.from(text, 'latin1')
    const document = await planned(shelf, 'procol', 'sigfaible_pcoll.csv', latin, { cutBytes: 100 })
    expect(document.plan).toMatchObject({ encoding: 'windows-1252', work: 'procol.csv', remarks: [expect.stringContaining('Windows-1252')] })
    const utf8 = await planned(shelf, 'procol', 'sigfaible_pcoll.csv', bytesOf(text))
    expect(union(await readAll(shelf, document))).toEqual(union(await readAll(shelf, utf8)))
  })

  test('a perimeter is kept with the parameters that it was computed with, and what each step removed', async () => {
    const text = 'siren;eff202511\n301000001;12\n301000002;9\n301000003;10\n301000004;\n'
    const { plan } = await planned(newShelf(), 'effectif_ent', 'sigfaible_effectif_siren.csv', bytesOf(text))
    expect(plan).toMatchObject({
      perimetre: 2,
      computed: { parameters: { preset: '2026', window: 36, threshold: 10, recency: null }, removed: { headcount: 2 } },
    })
    expect((await planned(newShelf(), 'filter', 'filter_siren_2511.csv', bytesOf('siren\n301000001\n'))).plan).not.toHaveProperty('computed')
  })

  test('columns that look like months and are none are remarked upon, twenty at most', async () => {
    const columns = Array.from({ length: 30 }, (_, rank) => `effectif_${rank}`)
    const { plan } = await planned(newShelf(), 'effectif', 'effectif_dom.csv', bytesOf(`compte;siret;eff201011;${columns.join(';')}\n`))
    expect(plan?.remarks).toHaveLength(20)
    expect(plan?.remarks?.[0]).toMatch(/effectif_0 /)
    expect((await planned(newShelf(), 'paydex', 'p.csv', bytesOf('SIREN;NB_JOURS;DATE_VALEUR\n'))).plan).not.toHaveProperty('remarks')
  })

  test('codes that no table knows are imported, and counted in the log', async () => {
    const shelf = newShelf()
    const header =
      'ID_DA,ETAB_SIRET,EFF_ENT,EFF_ETAB,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,MOTIF_RECOURS_SE,PERIMETRE_AP,S_HEURE_CONSOM_TOT,S_EFF_CONSOM_TOT,S_MONTANT_CONSOM_TOT'
    const rows = ['0', '1', '7', '8', '8', ''].map((code) => `a,30100000100011,1,1,2020-03-20,2020-03-16,2020-06-30,1,1,1,${code},1,1,1,1`)
    const document = await planned(shelf, 'apdemande', 'demande_ap.csv', bytesOf([header, ...rows].join('\n')))
    const lines: unknown[] = []
    const { counts } = union(await readAll(shelf, document, RUN, { ...silentLog, info: (event, fields) => lines.push([event, fields]) }))
    expect(counts.imported).toBe(6)
    expect(lines).toEqual([['import.unknown-codes', { deposit: 'apdemande', source: 'apdemande', run: 1, range: 0, MOTIF_RECOURS_SE: 3 }]])
  })

  test('the line of each entry and of each rejected record is that of the whole file', async () => {
    const shelf = newShelf()
    const text = 'SIREN;NB_JOURS;DATE_VALEUR\n301000001;5;01/11/2020\n\n301000001;x;01/11/2020\n"301000002";6;"01/11/2020"\n'
    for (const cutBytes of [1, 1000]) {
      const { entries, rejected } = union(await readAll(shelf, await planned(shelf, 'paydex', 'p.csv', bytesOf(text), { cutBytes })))
      expect(Object.entries(entries).map(([key, byHash]) => [key, Object.values(byHash).map(({ line }) => line)])).toEqual([
        ['301000001 1804 paydex', [2]],
        ['301000002 1804 paydex', [5]],
      ])
      expect(rejected).toMatchObject([{ line: 4, column: 'NB_JOURS', value: 'x' }])
    }
  })
})

describe('the line of an entry', () => {
  const linesOf = (whole: ReturnType<typeof union>): (number | undefined)[] =>
    Object.values(whole.entries).flatMap((byHash) => Object.values(byHash).map(({ line }) => line))

  test('of a workbook is the row of its sheet, not the line of the copy', async () => {
    const shelf = newShelf()
    const { filename, bytes } = sample('ellisphere')
    shelf.perimetres.set('perimetre', packSirens(Array.from({ length: 20 }, (_, rank) => String(301000001 + rank))))
    const whole = union(await readAll(shelf, await planned(shelf, 'ellisphere', filename, bytes)))
    expect(linesOf(whole).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([2, 3, 4, 8, 10])
  })
  test('of an account is none: the months of one whose account closes meanwhile have no rank for a line either', async () => {
    const shelf = newShelf()
    const text = 'compte;siret;date_disp_siret\nc1;30100000100011;\nc2;30100000200010;1180401\n'
    const whole = union(await readAll(shelf, await planned(shelf, 'admin_urssaf', 'm.csv', bytesOf(text))))
    expect(whole.counts).toEqual({ imported: 1, filtered: 0, rejected: 1, ignored: 0 })
    expect(whole.rejected).toMatchObject([{ line: 2, record: 2, column: 'compte', value: 'c2' }])
    expect(linesOf(whole)).toEqual([0, 0, 0])
  })
})

describe('files that are refused as a whole', () => {
  const refusals: [string, string, string, Uint8Array, RegExp][] = [
    ['an empty one', 'paydex', 'p.csv', bytesOf(''), /^Le fichier est vide/],
    ['one of empty lines', 'paydex', 'p.csv', bytesOf('\n\r\n'), /^Le fichier est vide/],
    ['one whose header has a lost quote', 'paydex', 'p.csv', bytesOf('SIREN;NB"JOURS;DATE_VALEUR\n'), /^L’en-tête du fichier est illisible : un guillemet/],
    ['one without a column', 'paydex', 'p.csv', bytesOf('SIREN;NB_JOURS\n'), /^Ce n’est pas un fichier « paydex » : la colonne « DATE_VALEUR » est absente/],
    ['one whose name announces gzip', 'paydex', 'p.csv.gz', bytesOf('SIREN;NB_JOURS;DATE_VALEUR\n'), /annonce une archive gzip/],
    ['a cut archive', 'paydex', 'p.csv.gz', gzipSync(sample('paydex').bytes).subarray(0, -12), /tronquée ou endommagée/],
    ['what is no workbook', 'ellisphere', 'e.xlsx', bytesOf('SIREN;NB_JOURS\n'), /./],
    [
      'a mapping with a bad date',
      'admin_urssaf',
      'm.csv',
      bytesOf('compte;siret;date_disp_siret\n1;30100000100011;hier\n'),
      /^Le fichier des comptes est refusé, ligne 2 : /,
    ],
    [
      'a malformed mapping',
      'admin_urssaf',
      'm.csv',
      bytesOf('compte;siret;date_disp_siret\n1;30100000100011\n'),
      /^Le fichier des comptes est refusé, ligne 2 : /,
    ],
    ['a perimeter that names no SIREN', 'filter', 'filter_1.csv', bytesOf('siren\nabc\n'), /^Le fichier du périmètre est refusé, ligne 2 : .*abc/],
    ['headcounts without a SIREN', 'effectif_ent', 'e.csv', bytesOf('eff201641\n12\n'), /« siren » est absente|est refusé/],
    ['a diane record of another width', 'diane', 'd.txt', dianeWithABadRow(), /^Ligne \d+ : .* Un tel fichier est refusé en entier\.$/],
  ]

  test.each(refusals)('%s, with a sentence, and no copy is left of it', async (_, source, filename, bytes, sentence) => {
    const shelf = newShelf()
    const refused = await deposit(shelf, source, filename, bytes)
    expect(refused).toEqual(expect.any(String))
    expect(refused).toMatch(sentence)
    expect([...shelf.work.keys()]).toEqual([])
  })

  test('bytes that are no longer those that were received', async () => {
    for (const changed of [bytesOf('SIREN;NB_JOURS;DATE_VALEUR\n301000001;6;01/11/2020\n'), bytesOf('SIREN;NB_JOURS;DATE_VALEUR\n')]) {
      const shelf = newShelf()
      const document = await planned(shelf, 'paydex', 'p.csv', bytesOf('SIREN;NB_JOURS;DATE_VALEUR\n301000001;5;01/11/2020\n'))
      shelf.deposits.set('paydex', changed)
      const again = await readerOf(shelf, 100).plan(document)
      expect('refused' in again && again.refused).toMatch(/a changé|a été modifié/)
    }
  })
})

/** The sample of balance sheets, with one cell more in its last row. */
function dianeWithABadRow(): Uint8Array {
  const text = new TextDecoder('utf-16le').decode(sample('diane').bytes)
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${text.replace('\ufeff', '').trimEnd()};x\n`, 'utf16le')])
}

describe('a mapping of several files', () => {
  const HEADER = 'compte;siret;date_disp_siret'
  const A = bytesOf(`${HEADER}\nc1;30100000100011;\nc2;30100000200010;\n`)
  const B = bytesOf(`${HEADER}\nc2;30100000300018;\nc9;99900000100011;\n`)
  const run = { ...RUN, mapping: ['a', 'b'] }

  test('each compte is given once, by the last file that lists it', async () => {
    const shelf = newShelf()
    const a = await planned(shelf, 'admin_urssaf', 'a.csv', A, { id: 'a' })
    const b = await planned(shelf, 'admin_urssaf', 'b.csv', B, { id: 'b' })
    const [first, second] = [union(await readAll(shelf, a, run)), union(await readAll(shelf, b, run))]
    expect(Object.keys(first.entries)).toEqual(['30100000100011 1804 compte'])
    expect(Object.keys(second.entries)).toEqual(['30100000300018 1804 compte'])
    expect(first.counts).toEqual({ imported: 1, filtered: 0, rejected: 0, ignored: 1 })
    expect(second.counts).toEqual({ imported: 1, filtered: 0, rejected: 0, ignored: 1 })
    expect(first.named).toEqual([301000001, 301000002])
  })

  test('the other sources read the comptes of the last file', async () => {
    const shelf = newShelf()
    await planned(shelf, 'admin_urssaf', 'a.csv', A, { id: 'a' })
    await planned(shelf, 'admin_urssaf', 'b.csv', B, { id: 'b' })
    const cotisation = await planned(shelf, 'cotisation', 'c.csv', bytesOf('Compte;periode;enc_direct;cotis_due\nc2;1810;1;2\n'))
    expect(cotisation.plan?.needsMapping).toBe(true)
    expect(Object.keys(union(await readAll(shelf, cotisation, run)).entries)).toEqual(['30100000300018 1804 cotisation'])
    expect(Object.keys(union(await readAll(shelf, cotisation, { ...run, mapping: ['b', 'a'] })).entries)).toEqual(['30100000200010 1804 cotisation'])
  })
})

describe('a mapping that knows more than the perimeter', () => {
  const COTISATION = bytesOf('Compte;periode;enc_direct;cotis_due\nc1;1810;1;2\nc2;1810;1;2\n')
  /** c1 belonged to an entreprise outside until 2020, then to one inside; c2 is outside only. */
  const MAPPING = bytesOf('compte;siret;date_disp_siret\nc1;99900000100011;1200101\nc1;30100000100011;\nc2;99900000200011;\n')

  test('gives the SIRET of the mapping cut to the perimeter, and names what the file names', async () => {
    const shelf = newShelf()
    await planned(shelf, 'admin_urssaf', 'm.csv', MAPPING)
    const { entries, counts, named } = union(await readAll(shelf, await planned(shelf, 'cotisation', 'c.csv', COTISATION)))
    expect(Object.keys(entries)).toEqual(['30100000100011 1804 cotisation'])
    expect(counts).toEqual({ imported: 1, filtered: 1, rejected: 0, ignored: 0 })
    shelf.perimetres.set('perimetre', new Uint32Array())
    expect(union(await readAll(shelf, await planned(shelf, 'cotisation', 'c.csv', COTISATION))).named).toEqual(named)
    expect(named).toEqual([301000001, 999000001, 999000002])
  })
})

describe('memory', () => {
  test('an entry kept among many that are not does not hold the piece of the file that it was cut from', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const shelf = newShelf()
    const header = 'D1;ANNEE;ARRETE_BILAN;DENOM;SECTEUR;POIDS_FRNG;TX_MARGE;DELAI_FRS;POIDS_DFISC_SOC;POIDS_FIN_CT;POIDS_FRAIS_FIN\n'
    const row = (siren: string): string => `${siren};2019;31-12-2019;${'ENTREPRISE '.repeat(5)};COMMERCE DE DETAIL;1;2;3;4;5;6\n`
    const document = await planned(shelf, 'bdf', 'b.csv', bytesOf(header + (row('999000001').repeat(700) + row('301000001')).repeat(300)))
    collect()
    const before = process.memoryUsage().heapUsed
    const kept: ReadRecord[] = []
    for await (const records of readerOf(shelf, 1e9).rows(document, RUN, 0)) for (const record of records) if (record.tuples.length > 0) kept.push(record)
    collect()
    expect(kept).toHaveLength(300)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5e6)
  })
})

describe('the copy under work/', () => {
  const compressed = (): [string, string, Uint8Array] => ['cotisation', 'c.csv.gz', gzipSync(sample('cotisation').bytes)]

  test('goes once the deposit has settled, and is made again for a later run', async () => {
    const shelf = await shelfWithMapping()
    const document = await planned(shelf, ...compressed(), { cutBytes: 100 })
    const before = union(await readAll(shelf, document))
    await readerOf(shelf, 100).release?.(document)
    expect([...shelf.work.keys()]).toEqual([])
    expect(union(await readAll(shelf, document, { ...RUN, n: 2 }))).toEqual(before)
    expect([...shelf.work.keys()]).toEqual(['cotisation.csv'])
  })

  test('of a mapping stays for those who read it, and goes after a week', async () => {
    const shelf = newShelf()
    const { filename, bytes } = sample('admin_urssaf')
    const mapping = await planned(shelf, 'admin_urssaf', `${filename}.gz`, gzipSync(bytes))
    await readerOf(shelf, 100).release?.(mapping)
    expect([...shelf.work.keys()]).toEqual(['admin_urssaf.csv'])
    shelf.modifiedAt.set('admin_urssaf.csv', new Date(Date.now() - 8 * 24 * 3600_000))
    await readerOf(shelf, 100).release?.(mapping)
    expect([...shelf.work.keys()]).toEqual([])
    const cotisation = await planned(shelf, ...compressed())
    expect(Object.keys(union(await readAll(shelf, cotisation)).entries).length).toBeGreaterThan(0)
  })

  test('is bounded: a file that is larger by itself is refused, one that finds no room waits for some', async () => {
    const shelf = newShelf()
    const text = `SIREN;NB_JOURS;DATE_VALEUR\n${'301000001;5;01/11/2020\n'.repeat(100)}`
    const archive = gzipSync(text)
    const document = documentOf('paydex', 'paydex', 'p.csv.gz', archive)
    shelf.deposits.set('paydex', archive)
    const plan = (workBytes: number) => readerOf(shelf, 1e9, silentLog, workBytes).plan(document)
    expect(await plan(text.length - 1)).toEqual({ refused: expect.stringContaining(`dépasse ${text.length - 1} octets`) })
    expect([...shelf.work.keys()]).toEqual([])
    shelf.work.set('other.csv', new Uint8Array(10))
    shelf.modifiedAt.set('other.csv', new Date())
    await expect(plan(text.length + 9)).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    expect(await plan(text.length + 10)).toHaveProperty('plan')
    // made again, a copy takes its own room
    expect(await plan(text.length + 10)).toHaveProperty('plan')
  })

  test('takes the room of those that nobody has made anew for a week', async () => {
    const shelf = newShelf()
    const archive = gzipSync('SIREN;NB_JOURS;DATE_VALEUR\n301000001;5;01/11/2020\n')
    shelf.deposits.set('paydex', archive)
    const plan = () => readerOf(shelf, 1e9, silentLog, 60).plan(documentOf('paydex', 'paydex', 'p.csv.gz', archive))
    shelf.work.set('old.csv', new Uint8Array(50))
    shelf.modifiedAt.set('old.csv', new Date(Date.now() - 6 * 24 * 3600_000))
    await expect(plan()).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    expect([...shelf.work.keys()]).toEqual(['old.csv'])
    shelf.modifiedAt.set('old.csv', new Date(Date.now() - 8 * 24 * 3600_000))
    expect(await plan()).toHaveProperty('plan')
    expect([...shelf.work.keys()]).toEqual(['paydex.csv'])
  })

  test('is not made from bytes that changed', async () => {
    const shelf = await shelfWithMapping()
    const document = await planned(shelf, ...compressed())
    await readerOf(shelf, 100).release?.(document)
    shelf.deposits.set('cotisation', gzipSync(bytesOf('Compte;periode;enc_direct;cotis_due\n')))
    await expect(readRange(shelf, document, RUN, 0)).rejects.toThrow(/modifié|changé/)
    expect([...shelf.work.keys()]).toEqual([])
  })
})
