/** A worker may die between any two operations of the store or of the files: whoever does its work again must find nothing half done. */
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { importDeposit, importRange } from '../../functions/import/core.ts'
import { depositReader } from '../../functions/import/reader.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { windowOf } from '../../shared/domain/spine/batches.ts'
import type { ImportDocument } from '../../shared/domain/spine/documents.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import { DEFAULT_SETTINGS, type Spine } from '../../shared/domain/spine/spine.ts'
import { sweepSpine } from '../../shared/domain/spine/sweeping.ts'
import { sourceFacts } from '../../shared/sources/facts.ts'
import { emptyData, type MemoryData } from '../support/memory-data.ts'
import { memoryStore } from '../support/memory-store.ts'
import { documentOf, newShelf } from './reading.ts'

const A = '30100000100011'
const B = '30200000100011'
const FILES = {
  effectif_ent: 'siren;eff202541;eff202542;eff202543;rais_soc\n301000001;20;20;20;A\n302000001;15;;15;B\n303000001;1;1;1;C\n',
  admin_urssaf: `compte;siret;date_disp_siret\nc1;${A};\nc2;${B};1251001\nc3;${A};\nc4;30300000100011;\n`,
  cotisation: `Compte;periode;enc_direct;cotis_due\n${['c1', 'c2', 'c3', 'c4', 'c5'].map((compte, rank) => `${compte};202531;${rank};x${rank % 2 ? '' : '1'}\n${compte};202532;${rank},5;7\n`).join('')}`,
} as const
type Name = keyof typeof FILES
const NAMES = Object.keys(FILES) as Name[]

class Killed extends Error {}

/** Imports the three files; the process that handles `victim` dies at its operation of rank `at`, once, and its message comes back, before the others or after them. */
const importAll = async (victim: Name, at: number, again: 'first' | 'last'): Promise<{ data: MemoryData; operations: number; work: string[] }> => {
  const data = emptyData()
  const shelf = newShelf()
  let operations = 0
  let isWatched = false
  let isDead = false
  let strikes = at
  const pause = async (): Promise<void> => {
    if (isDead) throw new Killed()
    if (!isWatched) return
    operations++
    if (--strikes !== 0) return
    isDead = true
    throw new Killed()
  }
  const messages: Record<string, unknown>[] = []
  const clock = (): Date => new Date('2025-12-20T10:00:00Z')
  const spine: Spine = {
    store: memoryStore(data, 1, clock, { pause }),
    queue: {
      async send(name, body) {
        await pause()
        if (name === 'import') messages.push(body)
        return { id: '' }
      },
    },
    clock,
    log: silentLog,
    sources: sourceFacts,
    settings: { ...DEFAULT_SETTINGS, shards: 1, requiredInBatch: ['cotisation'], requiredEver: ['effectif_ent'], dateDebut: new Date('2025-09-01T00:00:00Z') },
    bellId: () => 'bell',
  }
  const { files } = shelf
  const reader = depositReader({
    files: {
      ...files,
      async *open(id, range) {
        await pause()
        yield* files.open(id, range)
      },
      work: {
        ...files.work,
        async write(name, bytes) {
          await pause()
          const written = await files.work.write(name, bytes)
          await pause()
          return written
        },
        async remove(name) {
          await pause()
          await files.work.remove(name)
        },
      },
    },
    perimetreOf: (deposit) => spine.store.imports.perimetre(deposit),
    findImport: (deposit) => spine.store.imports.find(deposit),
    windowOf: async (batch) => windowOf(batch, await spine.store.admin.batches(), await spine.store.imports.all(), spine.settings.dateDebut),
    cutBytes: 50,
    comptesPerRange: 2,
  })
  const documents = new Map<string, ImportDocument>()
  for (const [rank, name] of NAMES.entries()) {
    const bytes = gzipSync(FILES[name])
    shelf.deposits.set(name, bytes)
    documents.set(name, { ...documentOf(name, name, `${name}.csv.gz`, bytes), batch: '2512', completedAt: new Date(Date.UTC(2025, 11, 20, 8, rank)) })
    messages.push({ v: 1, deposit: name })
  }
  const handle = async (body: Record<string, unknown>): Promise<void> => {
    const context = { spine, reader, signal: new AbortController().signal }
    if ('opening' in body) return tryOpen(spine)
    const document = documents.get(String(body.deposit))
    if (document === undefined) return
    if ('range' in body) await importRange(context, document.deposit, Number(body.range), Number(body.run))
    else await importDeposit(context, { document })
  }
  for (let round = 0; round < 3; round++) {
    for (let body = messages.shift(); body !== undefined; body = messages.shift()) {
      isWatched = body.deposit === victim
      try {
        await handle(body)
      } catch (error) {
        if (!(error instanceof Killed)) throw error
        if (again === 'first') messages.unshift(body)
        else messages.push(body)
      }
      isWatched = false
      isDead = false
    }
    await sweepSpine(spine, [], new Date(8.64e15))
  }
  return { data, operations, work: [...shelf.work.keys()] }
}

/**
 * What counts, without how often something was done: the numbers of the runs depend on the order of the closings, which a message that comes back last
 * changes. What a lower run said is no part of the base (architecture §4).
 */
const baseOf = ({ data, work }: { data: MemoryData; work: string[] }): unknown => {
  const batch = data.batches.get('2512')
  const live = ({ source, run }: { source: string; run: number }): boolean => batch?.closedRun[source] === run
  return {
    entries: [...data.imported.values()]
      .filter(live)
      .map(({ id, key, value, lines, run }) => [id.replace(`:${run}:`, ':'), key, value.batch, lines])
      .sort(),
    results: [...data.results.values()].map(({ run: _, ...result }) => result).sort((x, y) => compare(x.deposit + x.range, y.deposit + y.range)),
    imports: NAMES.flatMap((name) => data.imports.get(name) ?? []).map(({ deposit, closedRun, settledRun, waiting, failed, plan }) => ({
      deposit,
      isLast: closedRun === settledRun && closedRun === batch?.runs[deposit]?.n,
      waiting,
      failed,
      plan,
    })),
    batch: { ...batch, version: 0, runs: {}, closedRun: {} },
    ledger: [...data.ledger.values()].map(({ siren, stage, batch: key, stock }) => ({ siren, stage, key, stock })).sort((x, y) => compare(x.siren, y.siren)),
    current: data.current?.batch,
    work,
  }
}
const compare = (x: string, y: string): number => (x < y ? -1 : 1)

describe('an import killed at any operation and done again is one that was not', () => {
  test.each(NAMES.flatMap((name) => [[name, 'first'] as const, [name, 'last'] as const]))('%s, its message comes back %s', async (victim, again) => {
    const whole = await importAll(victim, 0, again)
    const base = baseOf(whole)
    expect(whole.data.imported.size).toBeGreaterThan(5)
    expect([...whole.data.imports.values()].every(({ settledRun }) => settledRun > 0)).toBe(true)
    expect(whole.operations).toBeGreaterThan(30)
    for (let at = 1; at <= whole.operations; at++) expect([at, baseOf(await importAll(victim, at, again))]).toEqual([at, base])
  })
})
