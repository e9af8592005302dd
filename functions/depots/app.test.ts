import { beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { EXAMPLE_GROUP, EXAMPLE_PASSWD, parseAccounts } from '../../shared/domain/deposit/identity.ts'
import { type DepositRecord, type DepositSummary, newRecord, summaryOf } from '../../shared/domain/deposit/record.ts'
import { Depot, DepotDetail, DepotPage } from '../../shared/domain/deposit/view.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { BatchDocument, ImportDocument, RangeResult } from '../../shared/domain/spine/documents.ts'
import { depotsApp } from './app.ts'

let summaries: DepositSummary[]
let imports: ImportDocument[]
let results: RangeResult[]
let batch: BatchDocument
let rung: string[]

const idOf = (number: number) => `${'0'.repeat(30)}${String(number).padStart(2, '0')}`
const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 9, minute)).toISOString()

const deposit = (number: number, changes: Partial<DepositRecord> = {}): DepositSummary =>
  summaryOf({
    ...newRecord(
      {
        id: idOf(number),
        size: 10,
        owner: 'user1',
        sub: 's',
        email: 'p@example.org',
        metadata: { filename: `f${number}.csv`, private: 'true', batch: '2512' },
      },
      new Date(0),
    ),
    state: 'announced',
    completedAt: at(number),
    sha256: 'a'.repeat(64),
    scan: { result: 'clean', reason: null },
    ...changes,
  })

const imported = (number: number, changes: Partial<ImportDocument> = {}): ImportDocument => ({
  deposit: idOf(number),
  batch: '2512',
  source: 'procol',
  owner: 'user1',
  filename: `f${number}.csv`,
  completedAt: new Date(at(number)),
  sha256: 'a'.repeat(64),
  size: 10,
  replaces: [],
  confirmed: false,
  withdrawn: false,
  closedRun: 0,
  settledRun: 0,
  registeredAt: new Date(at(number)),
  ...changes,
})

beforeEach(() => {
  summaries = []
  imports = []
  results = []
  rung = []
  batch = { key: '2512', version: 1, runs: { procol: { n: 1, mapping: [], perimetre: [], removed: [] } }, closedRun: {}, verdicts: {}, owed: {}, flux: [] }
})

const app = depotsApp({
  verify: async (authorization) => {
    if (authorization === undefined) throw new AppError('TOKEN_MISSING', 'absent')
    const space = authorization.replace('Bearer ', '')
    return { payload: space === 'none' ? { sub: 's' } : { sub: 's', 'goup-path': space } }
  },
  accounts: parseAccounts(EXAMPLE_PASSWD, EXAMPLE_GROUP, 'seed'),
  profile: 'seed',
  store: async () => ({
    deposits: {
      find: async (id) => summaries.find((summary) => summary.id === id),
      page: async (owner, limit, before) =>
        summaries
          .filter((summary) => summary.owner === owner)
          .toSorted((a, b) => `${b.completedAt}${b.id}`.localeCompare(`${a.completedAt}${a.id}`))
          .filter((summary) => before === undefined || `${summary.completedAt}${summary.id}` < `${before.completedAt}${before.id}`)
          .slice(0, limit),
    },
    imports: {
      find: async (id) => imports.find(({ deposit: known }) => known === id),
      ofBatch: async (key) => imports.filter((document) => document.batch === key),
      results: async (id, run) => results.filter((result) => result.deposit === id && result.run === run),
      set: async (id, flag) => {
        const found = imports.find(({ deposit: known }) => known === id)
        if (found) found[flag] = true
      },
    },
    admin: { batch: async (key) => (key === batch.key ? batch : undefined) },
  }),
  sources: { isStock: () => true },
  ring: async (id) => void rung.push(id),
  log: silentLog,
})

const get = async (path: string, space = 'user1', method = 'GET') => {
  const answer = await app.request(path, { method, headers: { authorization: `Bearer ${space}` } })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}
const detail = async (number: number) => DepotDetail.parse((await get(`/api/depots/${idOf(number)}`)).body)
const result = (number: number, range: number, changes: Partial<RangeResult> = {}): RangeResult => ({
  deposit: idOf(number),
  run: 1,
  range,
  counts: { imported: 10, filtered: 2, rejected: 1, ignored: 3 },
  rejected: [{ line: 100 - range, record: 1, reason: 'Une raison.' }],
  named: new Uint32Array(),
  ...changes,
})

describe('who may see what', () => {
  test('no token is 401, no space 403, both as problems', async () => {
    const anonymous = await app.request('/api/depots')
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await get('/api/depots', 'none')).toMatchObject({ status: 403, body: { code: 'SPACE_DENIED' } })
  })
  test('a refusal carries the number of the request, as those of the uploads do', async () => {
    for (const path of ['/api/depots?limit=0', `/api/depots/${idOf(9)}`, '/api/depots/x/y/z']) {
      const { body } = await get(path)
      expect(body).toMatchObject({ requestId: expect.stringMatching(/./), instance: `urn:request:${body['requestId']}` })
    }
  })
  test('another partner’s deposit is 404, like one that never was', async () => {
    summaries = [deposit(1, { owner: 'user2' })]
    const [foreign, unknown, malformed] = [await get(`/api/depots/${idOf(1)}`), await get(`/api/depots/${idOf(2)}`), await get('/api/depots/x')]
    expect([foreign.status, unknown.status, malformed.status]).toEqual([404, 404, 404])
    expect({ ...foreign.body, instance: '', requestId: '' }).toEqual({ ...unknown.body, instance: '', requestId: '' })
    expect((await get(`/api/depots/${idOf(1)}/confirmation`, 'user1', 'POST')).status).toBe(404)
    expect((await get('/api/depots')).body).toEqual({ deposits: [], next: null })
  })
})

describe('the list', () => {
  test('newest first, by pages, without e-mail nor rejected records', async () => {
    summaries = Array.from({ length: 5 }, (_, index) => deposit(index + 1))
    const first = DepotPage.parse((await get('/api/depots?limit=2')).body)
    const second = DepotPage.parse((await get(`/api/depots?limit=2&before=${first.next}`)).body)
    const third = DepotPage.parse((await get(`/api/depots?limit=2&before=${second.next}`)).body)
    expect([first, second, third].flatMap(({ deposits }) => deposits.map(({ id }) => id))).toEqual([5, 4, 3, 2, 1].map(idOf))
    expect(third.next).toBeNull()
    expect(JSON.stringify(first)).not.toMatch(/example\.org|firstRejected/)
  })
  test('of equal instants, by id', async () => {
    summaries = [1, 2, 3].map((number) => deposit(number, { completedAt: at(0) }))
    const first = DepotPage.parse((await get('/api/depots?limit=2')).body)
    const second = DepotPage.parse((await get(`/api/depots?limit=2&before=${first.next}`)).body)
    expect([...first.deposits, ...second.deposits].map(({ id }) => id)).toEqual([3, 2, 1].map(idOf))
  })
  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=', 'limit=1.5', 'before=', 'before=x', 'before=WyJ4Il0'])('%s is 400', async (query) => {
    expect(await get(`/api/depots?${query}`)).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } })
  })
})

describe('the state', () => {
  test.each([
    ['complete', 'complete'],
    ['scanned', 'scanned'],
    ['placed', 'placed'],
    ['announced', 'announced'],
    ['quarantined', 'quarantined'],
    ['blocked', 'failed'],
  ] as const)('of a record that is %s is %s', async (state, shown) => {
    summaries = [deposit(1, { state, reason: state === 'blocked' ? 'Une raison.' : null })]
    expect(await detail(1)).toMatchObject({ state: shown, reason: state === 'blocked' ? 'Une raison.' : null, waitingFor: [], report: null, batch: '2512' })
  })
  test('waiting names the sources it waits for', async () => {
    summaries = [deposit(1)]
    imports = [imported(1, { waiting: { run: 1, for: ['admin_urssaf'] } })]
    expect(await detail(1)).toMatchObject({ state: 'waiting', waitingFor: ['admin_urssaf'], source: 'procol' })
  })
  test('importing until its ranges are closed, then imported with its report', async () => {
    summaries = [deposit(1)]
    imports = [imported(1)]
    results = [result(1, 0), result(1, 1)]
    expect(await detail(1)).toMatchObject({ state: 'importing', report: null })
    imports = [imported(1, { closedRun: 1 })]
    expect(await detail(1)).toMatchObject({
      state: 'imported',
      report: {
        read: 32,
        imported: 20,
        filtered: 4,
        rejected: 2,
        ignored: 6,
        firstRejected: [
          { line: 99, reason: 'Une raison.' },
          { line: 100, reason: 'Une raison.' },
        ],
      },
    })
    expect(Depot.parse(((await get('/api/depots')).body.deposits as unknown[])[0]).report).toEqual({
      read: 32,
      imported: 20,
      filtered: 4,
      rejected: 2,
      ignored: 6,
    })
  })
  test('imported, it says what was remarkable in the file', async () => {
    const remark = 'Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252.'
    const plan = { header: [], records: 0, bytes: 0, ranges: [], needsMapping: false, remarks: [remark] }
    summaries = [deposit(1)]
    imports = [imported(1, { closedRun: 1, plan })]
    expect(await detail(1)).toMatchObject({ state: 'imported', reason: remark })
    batch.verdicts = { procol: { effective: false, named: 1, holders: 10, kept: 1 } }
    expect((await detail(1)).reason).toMatch(/^Le fichier ne nomme que 1 .* Windows-1252\.$/)
  })

  test('at most 200 rejected records, values of 64 characters', async () => {
    summaries = [deposit(1)]
    imports = [imported(1, { closedRun: 1 })]
    results = [
      result(1, 0, {
        rejected: Array.from({ length: 300 }, (_, index) => ({ line: index + 2, record: index, reason: 'Non.', column: 'c', value: 'x'.repeat(100) })),
      }),
    ]
    const { report } = await detail(1)
    expect(report?.firstRejected).toHaveLength(200)
    expect(report?.firstRejected[0]).toEqual({ line: 2, reason: 'Non.', column: 'c', value: 'x'.repeat(64) })
  })
  test('imported under an older run is being imported again', async () => {
    summaries = [deposit(1)]
    imports = [imported(1, { closedRun: 1 })]
    batch.runs = { procol: { n: 2, mapping: [], perimetre: [], removed: [] } }
    expect(await detail(1)).toMatchObject({ state: 'importing' })
  })
  test('rejected because nothing tells what it is: its source is not known', async () => {
    summaries = [deposit(1)]
    imports = [imported(1, { source: '', failed: 'Le nom ne correspond à aucun type de fichier connu.' })]
    expect(await detail(1)).toMatchObject({ state: 'rejected', source: null, batch: '2512' })
  })
  test('rejected with its sentence; withdrawn; replaced by a later deposit of the same partner', async () => {
    summaries = [deposit(1), deposit(2), deposit(3), deposit(4)]
    imports = [imported(1, { failed: 'Ce n’est pas un CSV.' }), imported(2, { withdrawn: true }), imported(3), imported(4, { replaces: [idOf(3)] })]
    expect([await detail(1), await detail(2), await detail(3)]).toMatchObject([
      { state: 'rejected', reason: 'Ce n’est pas un CSV.' },
      { state: 'withdrawn' },
      { state: 'replaced' },
    ])
  })
})

describe('confirmation', () => {
  test('of a deposit that the guard holds back: recorded, rung, 202', async () => {
    summaries = [deposit(1)]
    imports = [imported(1, { closedRun: 1 })]
    batch.verdicts = { procol: { effective: false, named: 3, holders: 100, kept: 3 } }
    expect(await detail(1)).toMatchObject({ state: 'confirmation', reason: expect.stringMatching(/3 des 100/), report: { read: 0 } })
    const answer = await get(`/api/depots/${idOf(1)}/confirmation`, 'user1', 'POST')
    expect(answer.status).toBe(202)
    expect(DepotDetail.parse(answer.body).id).toBe(idOf(1))
    expect([imports[0]?.confirmed, rung]).toEqual([true, [idOf(1)]])
  })
  test('of any other is 409', async () => {
    summaries = [deposit(1)]
    imports = [imported(1, { closedRun: 1 })]
    expect(await get(`/api/depots/${idOf(1)}/confirmation`, 'user1', 'POST')).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } })
    expect([imports[0]?.confirmed, rung]).toEqual([false, []])
  })
})

test('nothing of an answer may be kept by a cache, and an unknown path is a problem', async () => {
  summaries = [deposit(1)]
  expect((await get('/api/depots')).headers.get('cache-control')).toBe('no-store')
  expect(await get('/api/depots/x/y/z')).toMatchObject({ status: 404, body: { code: 'ROUTE_UNKNOWN' } })
})
