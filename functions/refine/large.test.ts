import { expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import type { RawValue } from '../../shared/domain/entity.ts'
import { emptyBatch } from '../../shared/domain/spine/batches.ts'
import type { ImportDocument, ImportedDocument } from '../../shared/domain/spine/documents.ts'
import type { LargeStore, SurveyDocument } from '../../shared/domain/spine/large-store.ts'
import { shardOf } from '../../shared/domain/spine/ledger.ts'
import { DEFAULT_SETTINGS, type Spine } from '../../shared/domain/spine/spine.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { emptyData, type MemoryData } from '../../tests/support/memory-data.ts'
import { memoryStore } from '../../tests/support/memory-store.ts'
import { MAX_DOCUMENT_BYTES } from './compaction.ts'
import { type RefineContext, refinePage } from './core.ts'
import { computeLarge, computeVariables } from './variables.ts'

const BATCH = '2511'
const SIREN = '552100554'
const SMALL = '732829320'
const settings = { ...DEFAULT_SETTINGS, shards: 1, pageSize: 10 }
const siretOf = (siren: string, number: number): string => `${siren}${String(number).padStart(5, '0')}`
const month = (number: number): Date => new Date(Date.UTC(2024, number, 1))

/** An établissement in the perimeter, with a headcount and a debt of its own. */
const imported = (siren: string, number: number, batch = BATCH): ImportedDocument => {
  const key = siretOf(siren, number)
  const effectif = { [`e${number}`]: { numero_compte: `c${number}`, periode: month(number % 12), effectif: 10 + number } }
  const compte = { [`c${number}`]: { numero_compte: `c${number}`, periode: month(number % 12) } }
  const value = { key, scope: 'etablissement' as const, run: 1, batch: { [batch]: { effectif, ...(number % 2 === 0 ? { compte } : {}) } } }
  return {
    id: `${batch}:effectif:1:${key}:d:0:0`,
    siren,
    key,
    batch,
    source: 'effectif',
    run: 1,
    deposit: 'd',
    value: value as unknown as ImportedDocument['value'],
  }
}

const worldOf = (etablissements: number, pause?: (operation: string) => Promise<void>) => {
  const data = emptyData()
  const spine: Spine = {
    store: memoryStore(data, 1, () => new Date(0), pause === undefined ? {} : { pause }),
    queue: { send: async () => ({ id: '' }) },
    clock: () => new Date(0),
    log: silentLog,
    sources: { isStock: () => true, typeOf: (source) => source, usesMapping: () => false, usesPerimetre: () => true },
    settings,
    bellId: () => 'bell',
  }
  const perimetre = {
    deposit: 'p',
    batch: BATCH,
    source: 'filter',
    plan: { perimetre: 2 },
    replaces: [],
    withdrawn: false,
    closedRun: 1,
    completedAt: new Date(0),
  }
  data.imports.set('p', perimetre as unknown as ImportDocument)
  data.perimetres.set('p', Uint32Array.from([Number(SIREN), Number(SMALL)].sort((a, b) => a - b)))
  data.batches.set(BATCH, emptyBatch(BATCH))
  data.current = { batch: BATCH, opened: true }
  for (const [siren, count] of [
    [SIREN, etablissements],
    [SMALL, 2],
  ] as const) {
    for (let number = 0; number < count; number++) {
      const document = imported(siren, number)
      data.imported.set(document.id, document)
    }
    touch(data, siren)
  }
  return { data, spine }
}

const touch = (data: MemoryData, siren: string): void => {
  const seq = (data.ledger.get(siren)?.seq ?? 0) + 1
  data.ledger.set(siren, { siren, shard: shardOf(siren, 1), stage: 'refine', seq, attempts: 0, batch: BATCH, stock: {}, at: new Date(0) })
}

/** Largest number of documents that were held at once. */
type Watch = { most: number }

const largeStore = (
  data: MemoryData,
  watch: Watch = { most: 0 },
  pause?: (operation: string) => Promise<void>,
  surveys = new Map<string, SurveyDocument>(),
): LargeStore => {
  const held = <Item>(items: Item[]): Item[] => {
    watch.most = Math.max(watch.most, items.length)
    return items
  }
  const raws = () => [...data.raws.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  return {
    async volumes(sirens) {
      await pause?.('large.volumes')
      const count = (documents: Iterable<{ siren: string }>, siren: string) => [...documents].filter((document) => document.siren === siren).length
      return new Map(sirens.map((siren) => [siren, { raws: count(data.raws.values(), siren), imported: count(data.imported.values(), siren) }]))
    },
    async rawHeads(siren) {
      await pause?.('large.rawHeads')
      return raws()
        .filter((document) => document.siren === siren)
        .map(({ key, seq, version, value }) => ({ key, seq, version, algo2: value.index.algo2 }))
    },
    async importedCounts(siren) {
      await pause?.('large.importedCounts')
      const found = [...data.imported.values()].filter((document) => document.siren === siren)
      return new Map([...Map.groupBy(found, ({ key }) => key)].map(([key, documents]) => [key, documents.length]))
    },
    async importedOf(siren, keys) {
      await pause?.('large.importedOf')
      return held([...data.imported.values()].filter((document) => document.siren === siren && keys.includes(document.key)))
    },
    async rawsOf(keys) {
      await pause?.('large.rawsOf')
      return held(raws().filter(({ key }) => keys.includes(key)))
    },
    async raiseRawSeqOf(keys, seq) {
      await pause?.('large.raiseRawSeqOf')
      for (const key of keys) {
        const document = data.raws.get(key)
        if (document !== undefined && document.seq < seq) data.raws.set(key, { ...document, seq })
      }
    },
    async survey(siren) {
      await pause?.('large.survey')
      return surveys.get(siren)
    },
    async putSurvey(document) {
      await pause?.('large.putSurvey')
      surveys.set(document.siren, structuredClone(document))
    },
    async deleteSurvey(siren) {
      await pause?.('large.deleteSurvey')
      surveys.delete(siren)
    },
  }
}

let versions = 0
const contextOf = (spine: Spine, large?: RefineContext['large']): RefineContext => ({
  spine,
  compute: computeVariables('default'),
  version: '1',
  newVersion: () => String(++versions),
  ...(large === undefined ? {} : { large }),
})

const inPieces = (store: LargeStore, signal = new AbortController().signal): NonNullable<RefineContext['large']> => ({
  store,
  compute: computeLarge('default'),
  budget: 1.5,
  piece: 3,
  signal,
})

const run = (spine: Spine, context: RefineContext, signal = new AbortController().signal) => workShard(spine, 'refine', 0, signal, refinePage(context))

/** What the data say, without versions. */
const stateOf = (data: MemoryData) => ({
  raws: [...data.raws.values()].map(({ key, value }): [string, RawValue] => [key, value]).sort(([a], [b]) => (a < b ? -1 : 1)),
  features: [...data.features.values()].map(({ siret, seq, columns }) => ({ siret, seq, columns })).sort((a, b) => (a.siret < b.siret ? -1 : 1)),
  imported: [...data.imported.keys()],
  ledger: [...data.ledger.values()].map(({ siren, stage }) => `${siren}:${stage}`).sort(),
})

const whole = async (etablissements: number, twice = false) => {
  const { data, spine } = worldOf(etablissements)
  await run(spine, contextOf(spine))
  if (twice) touch(data, SIREN)
  if (twice) await run(spine, contextOf(spine))
  return stateOf(data)
}

test('piece by piece gives what the whole page gives, and holds no more than a piece', async () => {
  const { data, spine } = worldOf(11)
  const watch = { most: 0 }
  await run(spine, contextOf(spine, inPieces(largeStore(data, watch))))
  expect(stateOf(data)).toEqual(await whole(11))
  expect(data.features.size).toBeGreaterThan(11)
  expect(watch.most).toBeLessThanOrEqual(3)
})

test('what did not change is neither computed nor written again, but its seq is raised', async () => {
  const { data, spine } = worldOf(11)
  const context = contextOf(spine, inPieces(largeStore(data)))
  await run(spine, context)
  const before = new Map([...data.raws].map(([key, { version }]) => [key, version]))
  touch(data, SIREN)
  const noVariables = (): never => {
    throw new Error('computed again')
  }
  await run(spine, contextOf(spine, { ...inPieces(largeStore(data)), compute: noVariables }))
  expect(stateOf(data)).toEqual(await whole(11, true))
  expect(new Map([...data.raws].map(([key, { version }]) => [key, version]))).toEqual(before)
  expect([...data.raws.values()].filter(({ siren }) => siren === SIREN).every(({ seq }) => seq === 2)).toBe(true)
})

test('a SIREN that comes back under the budget is not computed again', async () => {
  const { data, spine } = worldOf(11)
  await run(spine, contextOf(spine, inPieces(largeStore(data))))
  touch(data, SIREN)
  const context = contextOf(spine)
  await run(spine, { ...context, compute: async () => Promise.reject(new Error('computed again')) })
  expect(stateOf(data)).toEqual(await whole(11, true))
})

test.each([true, false])(
  'stopped at any operation and begun again, it ends in the same state (piece by piece: %s)',
  async (isLarge) => {
    const expected = await whole(7)
    let last = Number.POSITIVE_INFINITY
    for (let stop = 1; stop <= last; stop++) {
      let operations = 0
      let restarted = false
      const pause = async (): Promise<void> => {
        operations += 1
        if (!restarted && operations === stop) throw new Error('the process died')
      }
      const { data, spine } = worldOf(7, pause)
      const context = contextOf(spine, isLarge ? inPieces(largeStore(data, undefined, pause)) : undefined)
      await run(spine, context).catch(() => {})
      if (operations < stop) last = stop
      restarted = true
      await run(spine, context)
      expect(stateOf(data), `stopped at operation ${stop}`).toEqual(expected)
    }
    expect(last).toBeGreaterThan(isLarge ? 40 : 10)
  },
  60_000,
)

test('when time is up it stops between two pieces and goes on there', async () => {
  const { data, spine } = worldOf(11)
  let reads = 0
  let passes = 0
  for (; passes < 50 && [...data.ledger.values()].some(({ stage }) => stage === 'refine'); passes++) {
    const time = new AbortController()
    let pieces = 0
    const store = largeStore(data)
    const impatient: LargeStore = {
      ...store,
      async importedOf(siren, keys) {
        reads += 1
        if (++pieces === 2) time.abort()
        return store.importedOf(siren, keys)
      },
    }
    await run(spine, contextOf(spine, inPieces(impatient, time.signal)), new AbortController().signal)
  }
  expect(stateOf(data)).toEqual(await whole(11))
  expect(passes).toBeLessThan(5)
  // two établissements a piece: each weighs 1, and a quarter for what was imported of it
  expect(reads).toBe(6)
})

test('a survey that was cut goes on where it was kept, and leaves nothing behind', async () => {
  const { data, spine } = worldOf(80)
  const surveys = new Map<string, SurveyDocument>()
  const surveyed: string[] = []
  const compute: ReturnType<typeof computeLarge> = (input) => {
    const computation = computeLarge('default')(input)
    return {
      ...computation,
      survey(etablissements) {
        surveyed.push(...etablissements.map(({ key }) => key))
        computation.survey(etablissements)
      },
    }
  }
  const time = new AbortController()
  const pass = async (signal: AbortSignal, isWatched: boolean): Promise<void> => {
    const store = largeStore(data, undefined, undefined, surveys)
    const putSurvey: LargeStore['putSurvey'] = async (document) => {
      await store.putSurvey(document)
      // the process dies as it reads the next piece
      if (isWatched) store.rawsOf = async () => Promise.reject(new Error('the process died'))
    }
    const watched: LargeStore = { ...store, putSurvey, rawsOf: (keys) => store.rawsOf(keys) }
    await run(spine, contextOf(spine, { ...inPieces(watched, signal), compute }))
  }
  await expect(pass(time.signal, true)).rejects.toThrow('the process died')
  const before = [...surveyed]
  expect(before.length).toBeGreaterThan(0)
  expect(before.length).toBeLessThan(80)
  expect(surveys.get(SIREN)?.after).toBe(before.at(-1))
  // another worker has half a minute only
  const short = new AbortController()
  const compacted = largeStore(data, undefined, undefined, surveys)
  let pieces = 0
  const impatient: LargeStore = {
    ...compacted,
    async rawsOf(keys) {
      if (++pieces === 3) short.abort()
      return compacted.rawsOf(keys)
    },
  }
  await run(spine, contextOf(spine, { ...inPieces(impatient, short.signal), compute }), short.signal)
  expect(surveys.get(SIREN)?.after).toBe(surveyed.at(-1))
  await pass(new AbortController().signal, false)
  expect(surveyed).toEqual(Array.from({ length: 80 }, (_, number) => siretOf(SIREN, number)))
  expect(surveys.size).toBe(0)
  expect(stateOf(data)).toEqual(await whole(80))
})

test('new imports of a large SIREN are compacted by as many documents as a piece may hold', async () => {
  const { data, spine } = worldOf(12)
  // each établissement has documents of eight deposits: two établissements weigh more than a piece of 3
  for (const document of [...data.imported.values()])
    for (let deposit = 1; deposit < 8; deposit++) data.imported.set(`${document.id}:${deposit}`, { ...document, id: `${document.id}:${deposit}` })
  const watch = { most: 0 }
  await run(spine, contextOf(spine, inPieces(largeStore(data, watch))))
  expect(stateOf(data)).toEqual(await whole(12))
  expect(watch.most).toBe(8)
})

test('a large SIREN that the rules cannot bear fails alone, whichever step meets it', async () => {
  for (const step of ['survey', 'surveyed', 'entreprise', 'etablissement'] as const) {
    const { data, spine } = worldOf(11)
    const compute: ReturnType<typeof computeLarge> = (input) => ({
      ...computeLarge('default')(input),
      [step]: () => {
        throw new Error('no variable can be computed')
      },
    })
    await run(spine, contextOf(spine, { ...inPieces(largeStore(data)), compute }))
    expect(data.ledger.get(SIREN)).toMatchObject({ stage: 'refine', attempts: 1, lastError: 'no variable can be computed' })
    expect(data.ledger.get(SMALL)?.stage).toBe('detect')
  }
})

test('a document that would be too large fails its SIREN with its size, and its imports stay', async () => {
  for (const large of [true, false]) {
    const { data, spine } = worldOf(11)
    const poison = siretOf(SIREN, 5)
    const context = contextOf(spine, large ? inPieces(largeStore(data)) : undefined)
    await run(spine, { ...context, documentBytes: ({ key }) => (key === poison ? MAX_DOCUMENT_BYTES + 1 : 1000) })
    expect(data.ledger.get(SIREN)).toMatchObject({ stage: 'refine', attempts: 1, lastError: expect.stringContaining('15.0 MiB') })
    expect([...data.imported.values()].map(({ key }) => key)).toContain(poison)
    expect(data.ledger.get(SMALL)?.stage).toBe('detect')
  }
})

test('a SIREN of more than 1500 établissements is named in the log, and no other', async () => {
  for (const large of [true, false]) {
    for (const count of [1500, 1501]) {
      const { data, spine } = worldOf(2)
      const named: unknown[] = []
      const log = { ...silentLog, info: (event: string, fields: unknown) => void (event === 'siren.many' && named.push(fields)) }
      const sirets = Array.from({ length: count }, (_, number) => siretOf(SIREN, number))
      const store = largeStore(data)
      const rawHeads: LargeStore['rawHeads'] = async (siren) =>
        siren === SIREN ? sirets.map((key) => ({ key, seq: 1, version: '1', algo2: true })) : store.rawHeads(siren)
      const compute: RefineContext['compute'] = async ({ siren }) => new Map([siren, ...(siren === SIREN ? sirets : [])].map((key) => [key, {}]))
      const context = contextOf({ ...spine, log }, large ? { ...inPieces({ ...store, rawHeads }), budget: 0 } : undefined)
      await run(context.spine, { ...context, compute })
      expect(named).toEqual(count > 1500 ? [{ siren: SIREN, etablissements: count }] : [])
    }
  }
})
