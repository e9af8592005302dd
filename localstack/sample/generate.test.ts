import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { civilDate } from '../../shared/domain/month.ts'
import { companiesOf, generateSample, type Sample, type SampleOptions, worldOf } from './generate.ts'
import { COMMUNES } from './geography.ts'

const options = { companies: 400, seed: 7, batch: '2511', batches: 2 } as const

/** Columns that each source requires (raw-formats §2), in lower case. */
const REQUIRED: Record<string, string[]> = {
  admin_urssaf: ['compte', 'siret', 'date_disp_siret'],
  cotisation: ['compte', 'periode', 'enc_direct', 'cotis_due'],
  debit: [
    'num_cpte',
    'num_ecn',
    'dt_trt_ecn',
    'mt_po',
    'mt_pp',
    'num_hist_ecn',
    'etat_cpte',
    'cd_pro_col',
    'periode',
    'cd_op_ecn',
    'motif_ecn',
    'recours_en_cours',
  ],
  procol: ['dt_effet', 'lib_actx_stdx', 'siret'],
  effectif: ['siret', 'compte'],
  effectif_ent: ['siren'],
  sirene: [
    'siren',
    'nic',
    'etablissementsiege',
    'codecommuneetablissement',
    'codepostaletablissement',
    'activiteprincipaleetablissement',
    'datecreationetablissement',
    'longitude',
    'latitude',
  ],
  sirene_ul: ['siren', 'denominationunitelegale', 'categoriejuridiqueunitelegale', 'datecreationunitelegale', 'prenom1unitelegale', 'nomunitelegale'],
}

describe('generateSample', () => {
  let root: string
  let sample: Sample

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sample-'))
    sample = await generate('a', options)
  })
  afterAll(() => rm(root, { recursive: true }))

  const generate = (name: string, changes: Omit<SampleOptions, 'directory'>): Promise<Sample> => generateSample({ ...changes, directory: join(root, name) })

  const digests = async (months: Sample['months']): Promise<Record<string, string>> => {
    const entries = months.flatMap(({ batch, files }) =>
      files.map(
        async ({ path, name }): Promise<[string, string]> => [
          `${batch}/${name}`,
          createHash('sha256')
            .update(await readFile(path))
            .digest('hex'),
        ],
      ),
    )
    return Object.fromEntries(await Promise.all(entries))
  }

  const rowsOf = async (source: string, month = 1, of = sample): Promise<Record<string, string>[]> => {
    const file = of.months[month]?.files.find((candidate) => candidate.source === source)
    const lines = (await readFile(file?.path ?? '', 'utf8')).trimEnd().split('\n')
    const separator = source.startsWith('sirene') ? ',' : ';'
    const names = (lines[0] ?? '').toLowerCase().split(separator)
    return lines.slice(1).map((line) => Object.fromEntries(splitRow(line, separator).map((field, i) => [names[i] ?? '', field])))
  }

  test('the same seed writes the same bytes, another seed writes others', async () => {
    const first = await digests(sample.months)
    expect(await digests((await generate('again', options)).months)).toEqual(first)
    const other = await digests((await generate('other', { ...options, seed: 8 })).months)
    for (const name of Object.keys(first)) expect(other[name], name).not.toBe(first[name])
  })

  test('the files of a batch do not depend on the batches after it', async () => {
    const earlier = await digests((await generate('earlier', { ...options, batch: '2510', batches: 1 })).months)
    const both = await digests(sample.months)
    for (const [name, digest] of Object.entries(earlier)) expect(both[name], name).toBe(digest)
  })

  test('adding entreprises changes none of the earlier ones', async () => {
    const larger = await generate('larger', {
      ...options,
      companies: 450,
      batches: 1,
    })
    const before = (await rowsOf('debit')).filter((row) => row['siren']?.length === 9)
    const after = new Set((await rowsOf('debit', 0, larger)).map((row) => JSON.stringify(row)))
    expect(before.length).toBeGreaterThan(1000)
    for (const row of before) expect(after.has(JSON.stringify(row))).toBe(true)
  })

  test('every file has the columns of its source and the sizes announced', async () => {
    for (const { files } of sample.months) {
      expect(files.map(({ source }) => source).sort()).toEqual(Object.keys(REQUIRED).sort())
      for (const { path, bytes, source, metadata, name } of files) {
        const text = await readFile(path, 'utf8')
        expect(Buffer.byteLength(text)).toBe(bytes)
        const header = text.slice(0, text.indexOf('\n')).toLowerCase().split(/[;,]/)
        for (const column of REQUIRED[source] ?? []) expect(header, `${source}.${column}`).toContain(column)
        expect(metadata).toMatchObject({
          filename: name,
          typeSignauxFaibles: source,
        })
      }
    }
  })

  test('fields follow the rules of their source, but for a small share of faulty rows', async () => {
    const share = async (source: string, valid: (row: Record<string, string>) => boolean): Promise<number> => {
      const rows = await rowsOf(source)
      return rows.filter((row) => !valid(row)).length / rows.length
    }
    const siret = /^\d{14}$/
    const period = /^\d{4}[1-4][0-3]$/
    const amount = /^\d+(,\d\d)?$/
    const urssafDate = (text: string | undefined): boolean => {
      const digits = String(Number(text) + 19_000_000)
      return digits.length === 8 && civilDate(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6))) !== undefined
    }
    const faults = {
      cotisation: await share(
        'cotisation',
        (row) => period.test(row['periode'] ?? '') && amount.test(row['cotis_due'] ?? '') && amount.test(row['enc_direct'] ?? ''),
      ),
      debit: await share(
        'debit',
        (row) => period.test(row['periode'] ?? '') && urssafDate(row['dt_trt_ecn']) && /^\d+$/.test(row['mt_po'] ?? '') && /^\d+$/.test(row['mt_pp'] ?? ''),
      ),
      procol: await share('procol', (row) => siret.test(row['siret'] ?? '') && /^(0[1-9]|1\d|2[0-8])[A-Z]{3}20\d\d$/.test(row['dt_effet'] ?? '')),
      effectif: await share('effectif', (row) => siret.test(row['siret'] ?? '')),
      effectif_ent: await share('effectif_ent', (row) => /^\d{9}$/.test(row['siren'] ?? '')),
      sirene: await share('sirene', (row) => /^\d{9}$/.test(row['siren'] ?? '') && /^\d{5}$/.test(row['nic'] ?? '') && row['longitude'] !== '[ND]'),
      sirene_ul: await share('sirene_ul', (row) => /^\d{9}$/.test(row['siren'] ?? '') && /^\d{4}$/.test(row['categoriejuridiqueunitelegale'] ?? '')),
      admin_urssaf: await share(
        'admin_urssaf',
        (row) => siret.test(row['siret'] ?? '') && (row['date_disp_siret'] === '' || urssafDate(row['date_disp_siret'])),
      ),
    }
    for (const [source, faulty] of Object.entries(faults)) {
      expect(faulty, source).toBeGreaterThan(0)
      expect(faulty, source).toBeLessThan(source === 'procol' ? 0.25 : 0.02)
    }
  })

  test('every département has an entreprise, and SIRENs are unique', async () => {
    const communes = new Set((await rowsOf('sirene')).map((row) => row['codecommuneetablissement']))
    for (const { code, nom } of COMMUNES) expect(communes.has(code), nom).toBe(true)
    const sirens = (await rowsOf('sirene_ul')).map((row) => row['siren'])
    expect(new Set(sirens).size).toBe(sirens.length)
  })

  test('the second month repeats the history, adds to it and corrects a few entries', async () => {
    const [first, second] = [await rowsOf('cotisation', 0), await rowsOf('cotisation', 1)]
    const later = new Set(second.map((row) => JSON.stringify(row)))
    const kept = first.filter((row) => later.has(JSON.stringify(row))).length
    expect(second.length).toBeGreaterThan(first.length)
    expect(kept).toBeGreaterThan(first.length * 0.99)
    expect(kept).toBeLessThan(first.length)
    expect((await rowsOf('debit', 1)).length).toBeGreaterThan((await rowsOf('debit', 0)).length)
  })

  test('the form of 2026 names the établissement in the file and needs no mapping', async () => {
    const modern = await generate('modern', {
      ...options,
      companies: 60,
      batches: 1,
      form: '2026',
    })
    expect(modern.months[0]?.files.map(({ source }) => source)).not.toContain('admin_urssaf')
    for (const source of ['cotisation', 'debit']) {
      const rows = await rowsOf(source, 0, modern)
      expect(rows.filter((row) => /^\d{14}$/.test(row['siret'] ?? '')).length / rows.length, source).toBeGreaterThan(0.97)
    }
  })

  test('two to three and a half entreprises in a hundred fail each year, and three months in four are without debt', () => {
    const world = worldOf({
      companies: 0,
      seed: 3,
      batch: '2511',
      batches: 1,
      directory: '',
      origin: '2017-11',
    })
    let failures = 0
    let months = 0
    let indebted = 0
    for (const { company, large } of companiesOf(world, 1500)) {
      if (!large) continue
      const { life } = company
      const end = Math.min(life.end, life.events[0]?.month ?? life.end)
      failures += life.events.length > 0 ? 1 : 0
      months += Math.max(0, end - life.start)
      const left = new Map<number, number>()
      const operations = [...life.debts].sort((a, b) => a.month - b.month || a.period - b.period || a.rank - b.rank)
      let next = 0
      for (let t = life.start; t < end; t++) {
        for (let debt = operations[next]; debt && debt.month <= t; debt = operations[++next]) left.set(debt.period, debt.ouvriere + debt.patronale)
        if ([...left.values()].some((amount) => amount > 0)) indebted += 1
      }
    }
    expect(failures / (months / 12)).toBeGreaterThan(0.015)
    expect(failures / (months / 12)).toBeLessThan(0.035)
    expect(indebted / months).toBeGreaterThan(0.18)
    expect(indebted / months).toBeLessThan(0.34)
  })
})

/** Enough of CSV for these files: quoted fields hold neither line feeds nor doubled quotes next to a separator. */
const splitRow = (line: string, separator: string): string[] =>
  line.includes('"') && separator === ',' ? (line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []).map((field) => field.replace(/,$/, '')) : line.split(separator)
