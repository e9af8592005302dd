/**
 * What a second delivery costs, counted and not timed (refine §6): the real import, compaction and variables on the raw files of a sample, the
 * store in memory.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importDeposit, importRange } from '../../functions/import/core.ts'
import { depositReader } from '../../functions/import/reader.ts'
import { refinePage } from '../../functions/refine/core.ts'
import { computeVariables } from '../../functions/refine/variables.ts'
import { generateSample, type SampleFile } from '../../localstack/sample/index.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import type { DepositFiles } from '../../shared/domain/deposit/files.ts'
import { windowOf } from '../../shared/domain/spine/batches.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import { allShards } from '../../shared/domain/spine/ledger.ts'
import { DEFAULT_SETTINGS, type Spine } from '../../shared/domain/spine/spine.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { emptyData } from '../support/memory-data.ts'
import { memoryStore } from '../support/memory-store.ts'

const BATCH = '2511'
const settings = { ...DEFAULT_SETTINGS, shards: 4, pageSize: 50 }
const data = emptyData()
const contents = new Map<string, Buffer>()
const counts = { raws: 0, features: 0, computed: new Set<string>() }
let directory = ''
let files: SampleFile[] = []
let ticks = 0

const store = (() => {
  const memory = memoryStore(data, settings.shards, () => new Date(Date.UTC(2025, 11, 1) + ++ticks))
  const { entities, features } = memory
  return {
    ...memory,
    entities: {
      ...entities,
      putRaws(documents: Parameters<typeof entities.putRaws>[0]) {
        counts.raws += documents.length
        return entities.putRaws(documents)
      },
    },
    features: {
      ...features,
      putFeatures(documents: Parameters<typeof features.putFeatures>[0]) {
        counts.features += documents.length
        return features.putFeatures(documents)
      },
    },
  }
})()

const waiting: Record<string, unknown>[] = []
const spine: Spine = {
  store,
  queue: {
    async send(queue, body) {
      if (queue === 'import') waiting.push(body)
      return { id: '' }
    },
  },
  clock: () => new Date(Date.UTC(2025, 11, 1) + ++ticks),
  log: silentLog,
  sources: sourceFacts,
  settings,
  bellId: randomUUID,
}

const depositFiles: DepositFiles = {
  record: async () => undefined,
  async *open(id, range) {
    const bytes = contents.get(id)
    if (bytes === undefined) throw new Error(`no deposit ${id}`)
    yield range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)
  },
  work: {
    write: async () => {
      throw new Error('a plain file needs no copy')
    },
    open: () => depositFiles.open(''),
    remove: async () => {},
    async *list() {},
  },
}

const reader = depositReader({
  files: depositFiles,
  perimetreOf: (deposit) => store.imports.perimetre(deposit),
  findImport: (deposit) => store.imports.find(deposit),
  windowOf: async (batch) => windowOf(batch, await store.admin.batches(), await store.imports.all(), settings.dateDebut),
  cutBytes: 64 * 1024 * 1024,
})

const deposit = async (id: string, source: string, bytes: Buffer): Promise<void> => {
  contents.set(id, bytes)
  const document: ImportDocument = {
    deposit: id,
    batch: BATCH,
    source,
    owner: 'user1',
    filename: `${source}.csv`,
    completedAt: spine.clock(),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    replaces: [],
    confirmed: false,
    withdrawn: false,
    closedRun: 0,
    settledRun: 0,
    registeredAt: spine.clock(),
  }
  const context = { spine, reader, signal: new AbortController().signal }
  await importDeposit(context, { document })
  for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
    if ('opening' in body) continue
    const found = await store.imports.find(String(body.deposit))
    if (found === undefined) continue
    if ('range' in body) await importRange(context, found.deposit, Number(body.range), Number(body.run))
    else await importDeposit(context, { document: found })
  }
}

const refineAll = async (): Promise<typeof counts> => {
  counts.raws = 0
  counts.features = 0
  counts.computed = new Set()
  const compute: Parameters<typeof refinePage>[0]['compute'] = (input) => {
    counts.computed.add(input.siren)
    return computeVariables('default')(input)
  }
  const work = refinePage({ spine, compute, version: '1', newVersion: randomUUID })
  for (const shard of allShards(settings.shards)) await workShard(spine, 'refine', shard, new AbortController().signal, work)
  return { ...counts }
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'incremental-'))
  const sample = await generateSample({ companies: 200, seed: 3, batch: BATCH, batches: 1, directory })
  files = sample.months[0]?.files ?? []
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('a second delivery computes and writes again only what changed', async () => {
  for (const { name, source, path: file } of files) await deposit(`first-${name}`, source, await readFile(file))
  expect(data.current).toEqual({ batch: BATCH, opened: true })
  const full = await refineAll()
  expect(full.computed.size).toBeGreaterThan(180)
  const documents = full.raws + full.features

  // the same files again: nothing is computed and nothing is written, the seq apart
  for (const { name, source, path: file } of files) await deposit(`second-${name}`, source, await readFile(file))
  expect(await refineAll()).toEqual({ raws: 0, features: 0, computed: new Set() })

  // one more debt for one SIREN in a hundred
  const debit = files.find(({ source }) => source === 'debit')
  const lines = (await readFile(debit?.path ?? '', 'utf8')).split('\n')
  const inside = new Set(
    [...(await store.imports.perimetre(`first-${files.find(({ source }) => source === 'effectif_ent')?.name}`))].map((siren) => String(siren).padStart(9, '0')),
  )
  const siren = (lines[0] ?? '').split(';').findIndex((name) => name.toLowerCase() === 'siren')
  const changed = new Map<string, string>()
  for (const line of lines.slice(1)) {
    const cells = line.split(';')
    const key = cells[siren] ?? ''
    if (changed.size < inside.size / 100 && inside.has(key) && !changed.has(key))
      changed.set(key, [...cells.slice(0, 11), String(Number(cells[11]) + 100), ...cells.slice(12)].join(';'))
  }
  expect(changed.size).toBeGreaterThan(0)
  await deposit('third-debit', 'debit', Buffer.from(`${[lines[0], ...changed.values()].join('\n')}\n`))
  const again = await refineAll()
  expect([...again.computed].sort()).toEqual([...changed.keys()].sort())
  expect(again.raws + again.features).toBeLessThanOrEqual(documents * 0.03)
})
