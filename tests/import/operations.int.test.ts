import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain } from '../../cli/commands/explain.ts'
import { writeExport } from '../../cli/commands/export.ts'
import { prune } from '../../cli/commands/prune-entities.ts'
import { purge } from '../../cli/commands/purge.ts'
import { invalidLines } from '../../cli/commands/validate.ts'
import { csvLine } from '../../cli/stream-out.ts'
import { type StandIn, startStandIn } from '../../localstack/mongo/server.ts'
import { connectMongo, type Mongo } from '../../shared/adapters/mongo/connect.ts'
import { domainDigest } from '../../shared/adapters/mongo/digest.ts'
import { mongoJournal } from '../../shared/adapters/mongo/journal.ts'
import { ledgerRows, recomputeFrom } from '../../shared/adapters/mongo/status.ts'
import { editBatch, importAgain } from '../../shared/domain/spine/editing.ts'
import { openBatch } from '../../shared/domain/spine/opening.ts'
import { variableNames } from '../../shared/domain/variables/documentation.ts'
import { type Chain, startChain } from './chain.ts'

let standIn: StandIn
const open: Mongo[] = []

beforeAll(async () => {
  standIn = await startStandIn({})
})
afterAll(async () => {
  for (const mongo of open) await mongo.close()
  await standIn.close()
})

let bases = 0
const newChain = async (): Promise<Chain & Pick<Mongo, 'db'>> => {
  const mongo = await connectMongo(`mongodb://127.0.0.1:${standIn.port}`, { database: `operations-${++bases}` })
  open.push(mongo)
  return { db: mongo.db, ...(await startChain(mongo.db)) }
}

const A = '301000001'
const B = '301000002'
const siretOf = (siren: string): string => `${siren}00011`
const HEADCOUNTS = `siren;eff202541;eff202542;eff202543;rais_soc\n${A};20;20;20;A\n${B};15;15;15;B\n`
const mappingTo = (siren: string): string => `compte;siret;date_disp_siret\nc1;${siretOf(siren)};\nc2;${siretOf(B)};\n`
const DEBIT = 'num_cpte;Num_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Num_Hist_Ecn;Etat_cpte;Cd_pro_col;Periode;Cd_op_ecn;Motif_ecn;Recours_en_cours'
const debit = (compte: string, euros: number): string => `${compte};101;1250620;${euros * 100};0;1;1;;202512;1;2;0`
const debits = (...rows: string[]): string => `${[DEBIT, ...rows].join('\n')}\n`

const month = (chain: Chain, batch: string, rows: string): void => {
  chain.deposit(batch, 'debit', rows)
  chain.deposit(batch, 'admin_urssaf', mappingTo(A))
  chain.deposit(batch, 'effectif_ent', HEADCOUNTS)
}

const linesOf = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

const rawDigest = async ({ db }: { db: Mongo['db'] }): Promise<string | undefined> => (await domainDigest(db)).RawData
const debitsOf = async (chain: Chain, siren: string) => (await explain(chain.spine, siretOf(siren), { type: 'debit' }).catch(() => ({ entries: [] }))).entries

describe('import on a database', () => {
  test('two months of stock files in either order are the same base, killed and resumed too', async () => {
    const digests: (string | undefined)[] = []
    for (const [first, second, crashEvery] of [
      ['2511', '2512', 0],
      ['2512', '2511', 0],
      ['2511', '2512', 3],
    ] as const) {
      const chain = await newChain()
      const rows = { '2511': debits(debit('c1', 100), debit('c2', 50)), '2512': debits(debit('c1', 80), debit('c2', 50)) }
      month(chain, first, rows[first])
      await chain.settle({ crashEvery })
      month(chain, second, rows[second])
      await chain.settle({ crashEvery, pick: (count) => count - 1 })
      digests.push(await rawDigest(chain))
    }
    expect(digests[1]).toBe(digests[0])
    expect(digests[2]).toBe(digests[0])
  })

  test('a corrected mapping leaves no row under the old SIREN, and the lines follow', async () => {
    const chain = await newChain()
    chain.deposit('2511', 'effectif_ent', HEADCOUNTS)
    chain.deposit('2511', 'admin_urssaf', mappingTo(B))
    chain.deposit('2511', 'debit', debits(debit('c1', 100)))
    await chain.settle()
    expect(await debitsOf(chain, B)).toHaveLength(1)
    chain.deposit('2511', 'admin_urssaf', mappingTo(A), { id: 'mapping-right', minutes: 5 })
    await chain.settle()
    expect(await debitsOf(chain, B)).toEqual([])
    expect(await debitsOf(chain, A)).toMatchObject([{ origins: [{ deposit: 'debit-2511', line: 2 }] }])
  })
})

describe('operations', () => {
  test('a figure is explained by the file, the line and the date that brought it, at any batch', async () => {
    const chain = await newChain()
    month(chain, '2511', debits(debit('c2', 50), debit('c1', 100)))
    await chain.settle()
    month(chain, '2512', debits(debit('c1', 80), debit('c2', 50)))
    await chain.settle()
    const before = await explain(chain.spine, siretOf(A), { at: '2511', type: 'debit' })
    expect(before.entries).toMatchObject([
      { batch: '2511', entry: { part_ouvriere: 100 }, origins: [{ deposit: 'debit-2511', filename: 'debit.csv', line: 3 }] },
    ])
    expect(await debitsOf(chain, A)).toMatchObject([{ batch: '2512', entry: { part_ouvriere: 80 }, origins: [{ deposit: 'debit-2512', line: 2 }] }])
    // repeated by the second delivery: the first one brought it
    expect(await debitsOf(chain, B)).toMatchObject([{ batch: '2511', origins: [{ deposit: 'debit-2511', line: 2 }] }])
    await expect(explain(chain.spine, '99999999900011')).rejects.toMatchObject({ code: 'SIRET_UNKNOWN' })
  })

  test('each closed file has one event, whose counts add up; importing again writes another and changes nothing', async () => {
    const chain = await newChain()
    month(chain, '2511', debits(debit('c1', 100), debit('unknown', 1), 'x;y'))
    await chain.settle()
    const digest = await rawDigest(chain)
    const journal = mongoJournal(chain.db)
    const [event, ...others] = await journal.read({ deposit: 'debit-2511', limit: 10 })
    expect(others).toEqual([])
    expect(event?.counts).toEqual({ read: 3, imported: 1, filtered: 1, rejected: 1, ignored: 0 })
    expect(event?.event).toMatchObject({ batchKey: '2511', isFatal: false, linesParsed: 3, linesValid: 1, linesRejected: 1, linesSkipped: 1 })
    expect(event?.rejected).toMatchObject([{ line: 4 }])
    expect(await importAgain(chain.spine, '2511', 'debit')).toBe((await chain.spine.store.admin.batch('2511'))?.runs.debit?.n ?? 0)
    await chain.settle()
    expect(await rawDigest(chain)).toBe(digest)
    expect(await journal.read({ deposit: 'debit-2511', limit: 10 })).toHaveLength(2)
    await expect(importAgain(chain.spine, '2511', 'ccsf')).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  })

  test('a partial delivery declared by hand deletes nothing; a readonly batch refuses files', async () => {
    const chain = await newChain()
    month(chain, '2511', debits(debit('c1', 100), debit('c2', 50)))
    await chain.settle()
    month(chain, '2512', debits(debit('c2', 60)))
    await chain.settle()
    expect(await debitsOf(chain, A)).toEqual([])
    await editBatch(chain.spine, '2512', { flux: { debit: true }, name: 'Décembre', readonly: true })
    await chain.settle()
    expect(await debitsOf(chain, A)).toHaveLength(1)
    chain.deposit('2512', 'debit', debits(debit('c1', 1)), { id: 'late' })
    await chain.settle()
    expect((await chain.spine.store.imports.find('late'))?.failed).toMatch(/verrouillé/)
    expect((await mongoJournal(chain.db).read({ deposit: 'late', limit: 1 }))[0]?.event?.isFatal).toBe(true)
    await expect(editBatch(chain.spine, '2512', { name: 'x' })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  })

  test('purged from a month, the base is the one that never had it', async () => {
    const [chain, never] = [await newChain(), await newChain()]
    for (const one of [chain, never]) {
      month(one, '2511', debits(debit('c1', 100), debit('c2', 50)))
      await one.settle()
    }
    month(chain, '2512', debits(debit('c1', 80), debit('c2', 50)))
    await chain.settle()
    expect((await purge(chain, '2512')).withdrawn).toBe(3)
    await chain.settle()
    expect(await debitsOf(chain, A)).toMatchObject([{ batch: '2511', entry: { part_ouvriere: 100 } }])
    const batchesOf = async ({ spine }: Chain) => (await spine.store.entities.raws([A, B])).map(({ key, value }) => [key, Object.keys(value.batch)])
    expect(await batchesOf(chain)).toEqual(await batchesOf(never))
  })

  test('entities outside a perimeter are counted and deleted, those that the current one needs are not', async () => {
    const chain = await newChain()
    month(chain, '2511', debits(debit('c1', 100), debit('c2', 50)))
    await chain.settle()
    expect(await prune(chain, '2511', false)).toBe(0)
    chain.deposit('2512', 'filter', `siren\n${B}\n`)
    await chain.settle()
    expect(await prune(chain, '2512', false)).toBe(2)
    await expect(prune(chain, '2512', true)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    expect(await debitsOf(chain, A)).toHaveLength(1)
    // once the month is open its perimeter is the current one, and holds one of the two
    await openBatch(chain.spine, '2512')
    await chain.settle()
    expect(await prune(chain, '2512', true)).toBe(2)
    expect(await debitsOf(chain, A)).toEqual([])
    expect(await debitsOf(chain, B)).toHaveLength(1)
    await chain.settle()
    for (const name of ['RawData', 'Features', 'ImportedData'])
      expect(await chain.db.collection(name).countDocuments({ siren: A, columns: { $exists: true } }), name).toBe(0)
    expect(await prune(chain, '2512', false)).toBe(0)
  })

  test('computed again from a stage: those asked for are touched, those that stand before it stay there', async () => {
    const chain = await newChain()
    month(chain, '2511', debits(debit('c1', 100), debit('c2', 50)))
    await chain.settle()
    const rows = async () =>
      (await ledgerRows(chain.db, [A, B])).map(({ siren, stage, seq }) => ({ siren, stage, seq })).sort((a, b) => (a.siren < b.siren ? -1 : 1))
    const [a, b] = await rows()
    expect([a?.stage, b?.stage]).toEqual(['detect', 'detect'])
    expect(await recomputeFrom(chain.db, 'refine', { siren: A })).toBe(1)
    expect(await rows()).toEqual([{ siren: A, stage: 'refine', seq: (a?.seq ?? 0) + 1 }, b])
    expect(await recomputeFrom(chain.db, 'detect', {})).toBe(1)
    expect(await rows()).toEqual([
      { siren: A, stage: 'refine', seq: (a?.seq ?? 0) + 1 },
      { siren: B, stage: 'detect', seq: (b?.seq ?? 0) + 1 },
    ])
  })

  test('what breaks a schema is listed, the types that are no objects first of all; what was imported well is not', async () => {
    const chain = await newChain()
    month(chain, '2511', debits(debit('c1', 100)))
    await chain.settle()
    expect(await linesOf(invalidLines(chain.db, 'RawData'))).toEqual([])
    await chain.db
      .collection<{ _id: string }>('RawData')
      .insertOne({ _id: 'x', value: { batch: { '2511': { paydex: { h: { nb_jours: null } }, ccsf: 3, reporder: 4 } } } } as never)
    await chain.db.collection<{ _id: string }>('RawData').insertOne({ _id: 'w', value: { batch: { '2511': { paydex: { g: { nb_jours: 'a' } } } } } } as never)
    const lines = (await linesOf(invalidLines(chain.db, 'RawData'))).map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { _id: 'x', batchKey: '2511', dataType: 'ccsf', dataPerHash: 3 },
      { _id: 'w', batchKey: '2511', dataType: 'paydex', dataHash: 'g', dataObject: { nb_jours: 'a' } },
      { _id: 'x', batchKey: '2511', dataType: 'paydex', dataHash: 'h', dataObject: { nb_jours: null } },
    ])
  })

  test('exports give the same rows in both formats', async () => {
    const chain = await newChain()
    chain.deposit('2511', 'effectif', `compte;siret;eff202541;eff202542;base;UR_EMET\nc1;${siretOf(A)};20;20;x;y\n`)
    month(chain, '2511', debits(debit('c1', 100)))
    await chain.settle()
    const request = { batch: '2511', additions: false, rules: 'default' as const }
    const written = async (what: 'features' | 'etablissements' | 'entreprises', format: 'ndjson' | 'csv'): Promise<string[]> => {
      const pieces: string[] = []
      const stream = new Writable({
        write(chunk, _, done) {
          pieces.push(String(chunk))
          done()
        },
      })
      await writeExport(chain.db, what, { ...request, format }, stream)
      return pieces.join('').trimEnd().split('\n')
    }
    const [header, ...rows] = await written('features', 'csv')
    const features = (await written('features', 'ndjson')).map((line) => JSON.parse(line))
    const names = ['batch', ...variableNames()]
    expect(header).toBe(names.join(','))
    // a date is its day in a CSV
    const cellOf = (value: unknown): unknown => (typeof value === 'string' ? value.replace(/^(\d{4}-\d{2}-\d{2})T00:00:00Z$/, '$1') : value)
    expect(rows).toEqual(features.map(({ _id, value }) => csvLine([_id.batch, ...names.slice(1).map((name) => cellOf(value[name]))])))
    expect(features.map(({ _id }) => [_id.siret, _id.periode])).toEqual(features.map(({ value }) => [value.siret, value.periode]))
    expect(new Set(features.flatMap(({ value }) => Object.keys(value)).filter((name) => !names.includes(name)))).toEqual(new Set())
    for (const [what, columns] of [
      ['etablissements', 'siret,batch,periode,effectif,cotisation,debit_part_patronale,debit_part_ouvriere,debit_montant_majorations'],
      ['entreprises', 'siren,batch,raison_sociale,statut_juridique,date_creation,diane,bdf,ellisphere,paydex'],
    ] as const) {
      const values = (await written(what, 'ndjson')).map((line) => JSON.parse(line))
      const [first, ...cells] = await written(what, 'csv')
      expect(first).toBe(columns)
      expect(cells).toHaveLength(what === 'entreprises' ? values.length : values.length * 24)
      expect(values.map(({ _id }) => _id)).toEqual(values.map(({ _id }) => _id).sort())
      expect(values[0]).toMatchObject({ _id: expect.stringMatching(/^(etablissement|entreprise)_3010000/), value: { batch: '2511' } })
    }
    expect(JSON.parse((await written('etablissements', 'ndjson'))[0] ?? '')).toMatchObject({ scores: [], value: { periodes: { length: 24 } } })
  })
})
