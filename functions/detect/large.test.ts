import { expect, test } from 'vitest'
import { silentLog } from '../../shared/adapters/log.ts'
import { RulesError } from '../../shared/domain/rules-error.ts'
import { emptyBatch } from '../../shared/domain/spine/batches.ts'
import type { FeaturesDocument } from '../../shared/domain/spine/documents.ts'
import { shardOf } from '../../shared/domain/spine/ledger.ts'
import { DEFAULT_SETTINGS, type Spine } from '../../shared/domain/spine/spine.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { emptyData } from '../../tests/support/memory-data.ts'
import { memoryStore } from '../../tests/support/memory-store.ts'
import { type Detector, detectPage } from './core.ts'

const BATCH = '2511'
const SIRENS = [
  ['111111111', 3],
  ['222222222', 9],
  ['333333333', 2],
] as const

const features = (siren: string, number: number): FeaturesDocument => ({
  siret: `${siren}${String(number).padStart(5, '0')}`,
  siren,
  seq: 1,
  batch: BATCH,
  fingerprint: 'f',
  columns: { number },
})

const worldOf = () => {
  const data = emptyData()
  const store = memoryStore(data, 1, () => new Date(0))
  data.batches.set(BATCH, emptyBatch(BATCH))
  data.current = { batch: BATCH, opened: true }
  for (const [siren, count] of SIRENS) {
    for (let number = 0; number < count; number++) data.features.set(features(siren, number).siret, features(siren, number))
    data.ledger.set(siren, { siren, shard: shardOf(siren, 1), stage: 'detect', seq: 1, attempts: 0, batch: BATCH, stock: {}, at: new Date(0) })
  }
  const reads: number[] = []
  const watched = {
    ...store.features,
    features: async (sirens: readonly string[]) => {
      const found = await store.features.features(sirens)
      reads.push(found.length)
      return found
    },
  }
  const spine: Spine = {
    store: { ...store, features: watched },
    queue: { send: async () => ({ id: '' }) },
    clock: () => new Date(0),
    log: silentLog,
    sources: { isStock: () => true, typeOf: (source) => source, usesMapping: () => false, usesPerimetre: () => true },
    settings: { ...DEFAULT_SETTINGS, shards: 1 },
    bellId: () => 'bell',
  }
  const detector: Detector = {
    describe: { artefact: 'a', algo: 'invented', ruleset: 'none', thresholds: { F1: 0.5, F2: 0.3 } },
    staleness: () => undefined,
    score: ({ siren, features: read }) => ({ key: `${siren}:${read.length}`, content: {} }),
  }
  return { data, reads, spine, detector }
}

test('a SIREN of too many documents is condensed and scored alone, the others by pages that fit', async () => {
  const { data, reads, spine, detector } = worldOf()
  const large = {
    counts: async () => new Map<string, number>(SIRENS),
    budget: 4,
    condensed: async (siren: string) => [features(siren, 0)],
  }
  await workShard(spine, 'detect', 0, new AbortController().signal, detectPage({ spine, detectorOf: async () => detector, large }))
  expect(reads).toEqual([3, 2])
  expect([...data.scores.values()].map(({ key }) => key).sort()).toEqual(['111111111:3', '222222222:1', '333333333:2'])
  expect([...data.ledger.values()].map(({ stage }) => stage)).toEqual(['publish', 'publish', 'publish'])
})

test('a large SIREN whose variables cannot be read fails alone', async () => {
  const { data, spine, detector } = worldOf()
  const large = {
    counts: async () => new Map<string, number>(SIRENS),
    budget: 4,
    condensed: async () => {
      throw new RulesError('no variable can be read')
    },
  }
  await workShard(spine, 'detect', 0, new AbortController().signal, detectPage({ spine, detectorOf: async () => detector, large }))
  expect(data.ledger.get('222222222')).toMatchObject({ stage: 'detect', attempts: 1, lastError: 'no variable can be read' })
  expect(['111111111', '333333333'].map((siren) => data.ledger.get(siren)?.stage)).toEqual(['publish', 'publish'])
})
