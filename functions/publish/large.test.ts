import { expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { RulesError } from '../../shared/domain/rules-error.ts'
import { emptyBatch } from '../../shared/domain/spine/batches.ts'
import type { ImportDocument, RawDocument } from '../../shared/domain/spine/documents.ts'
import { shardOf } from '../../shared/domain/spine/ledger.ts'
import { DEFAULT_SETTINGS, type Spine } from '../../shared/domain/spine/spine.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { emptyData } from '../../tests/support/memory-data.ts'
import { memoryStore } from '../../tests/support/memory-store.ts'
import { type LargePublisher, type LargeSubject, publishPage, type Subject } from './core.ts'

const BATCH = '2511'
const LARGE = '552100554'
const SMALL = '732829320'
const OUTSIDE = '999000014'
const settings = { ...DEFAULT_SETTINGS, shards: 1 }
const siretOf = (siren: string, number: number): string => `${siren}${String(number).padStart(5, '0')}`

const raw = (siren: string, key: string): RawDocument => {
  const scope = key.length === 9 ? 'entreprise' : 'etablissement'
  return { key, siren, seq: 1, version: `v-${key}`, held: [], value: { key, scope, index: { algo2: true }, batch: {} } }
}

/** A SIREN of eleven établissements, one of two, and a large one outside the perimeter; `most` counts the documents held at once. */
const worldOf = () => {
  const data = emptyData()
  const store = memoryStore(data, 1, () => new Date(0))
  const spine: Spine = {
    store,
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
  data.perimetres.set('p', Uint32Array.from([Number(LARGE), Number(SMALL)]))
  data.batches.set(BATCH, emptyBatch(BATCH))
  data.current = { batch: BATCH, opened: true }
  for (const [siren, count] of [
    [LARGE, 11],
    [SMALL, 2],
    [OUTSIDE, 6],
  ] as const) {
    for (const key of [siren, ...Array.from({ length: count }, (_, number) => siretOf(siren, number))]) data.raws.set(key, raw(siren, key))
    data.ledger.set(siren, { siren, shard: shardOf(siren, 1), stage: 'publish', seq: 1, attempts: 0, batch: BATCH, stock: {}, at: new Date(0) })
  }
  const watch = { most: 0 }
  const held = (documents: RawDocument[]): RawDocument[] => {
    watch.most = Math.max(watch.most, documents.length)
    return documents
  }
  const raws = (wanted: (document: RawDocument) => boolean) => [...data.raws.values()].filter(wanted).sort((a, b) => (a.key < b.key ? -1 : 1))
  const watched: Spine = { ...spine, store: { ...store, entities: { ...store.entities, raws: async (sirens) => held(await store.entities.raws(sirens)) } } }
  const largeStore: LargePublisher['store'] = {
    volumes: async (sirens) => new Map(sirens.map((siren) => [siren, { raws: raws((document) => document.siren === siren).length, imported: 0 }])),
    rawHeads: async (siren) =>
      raws((document) => document.siren === siren).map(({ key, seq, version, value }) => ({ key, seq, version, algo2: value.index.algo2 })),
    rawsOf: async (keys) => held(raws(({ key }) => keys.includes(key))),
  }
  return { data, spine: watched, largeStore, watch }
}

test('a large SIREN is published alone, a piece of its établissements at a time; the others by pages that fit', async () => {
  const { data, spine, largeStore, watch } = worldOf()
  const pages: string[][] = []
  const large: { subject: LargeSubject; passes: string[][] }[] = []
  const publisher = {
    putLists: async () => {},
    publishPage: async (subjects: readonly Subject[]) => {
      pages.push(subjects.map(({ siren }) => siren))
      return new Map(subjects.map(({ siren }) => [siren, 'done' as const]))
    },
  }
  const publishLarge: LargePublisher['publishLarge'] = async (subject) => {
    const passes: string[][] = []
    for (let pass = 0; pass < 2; pass++) {
      const seen: string[] = []
      for await (const documents of subject.etablissements()) seen.push(...documents.map(({ key }) => key))
      passes.push(seen)
    }
    large.push({ subject, passes })
    return 'done'
  }
  const work = publishPage(spine, publisher, { store: largeStore, budget: 4, piece: 3, publishLarge })
  await workShard(spine, 'publish', 0, new AbortController().signal, work)
  expect(pages).toEqual([[SMALL]])
  expect(watch.most).toBe(3)
  const sirets = Array.from({ length: 11 }, (_, number) => siretOf(LARGE, number))
  expect(large.map(({ subject: { siren, inside } }) => [siren, inside])).toEqual([
    [LARGE, true],
    [OUTSIDE, false],
  ])
  expect(large[0]?.passes).toEqual([sirets, sirets])
  expect(large[0]?.subject.versions).toEqual([LARGE, ...sirets].map((key) => `v-${key}`))
  expect(large[0]?.subject.entreprise?.key).toBe(LARGE)
  expect([...data.ledger.values()].every(({ stage }) => stage === 'done')).toBe(true)
})

test('a large SIREN that cannot be published fails alone; an environment that does not answer fails its page', async () => {
  const publisher = {
    putLists: async () => {},
    publishPage: async (subjects: readonly Subject[]) => new Map(subjects.map(({ siren }) => [siren, 'done' as const])),
  }
  const publishing = async (error: Error) => {
    const { data, spine, largeStore } = worldOf()
    const publishLarge: LargePublisher['publishLarge'] = async ({ siren }) => {
      if (siren === LARGE) throw error
      return 'done'
    }
    const work = publishPage(spine, publisher, { store: largeStore, budget: 4, piece: 3, publishLarge })
    await workShard(spine, 'publish', 0, new AbortController().signal, work)
    return data.ledger
  }
  const ledger = await publishing(new RulesError('no row can be made'))
  expect(ledger.get(LARGE)).toMatchObject({ stage: 'publish', attempts: 1, lastError: 'no row can be made' })
  expect([SMALL, OUTSIDE].map((siren) => ledger.get(siren)?.stage)).toEqual(['done', 'done'])
  await expect(publishing(new Error('the database is away'))).rejects.toThrow('the database is away')
})
