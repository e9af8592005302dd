/**
 * The store of the spine in memory: single-document atomicity and nothing more. `pause` is awaited before every operation
 * and between the documents of a bulk: there a test may stop, crash or resume the caller. Documents are copied in and out, as a database would.
 */
import { emptyBatch } from '../../shared/domain/spine/batches.ts'
import type {
  BatchDocument,
  CurrentDocument,
  FeaturesDocument,
  ImportDocument,
  ImportedDocument,
  LedgerDocument,
  ListDocument,
  RangeResult,
  RawDocument,
  ScoresDocument,
  Stage,
} from '../../shared/domain/spine/documents.ts'
import { MAX_ATTEMPTS, shardOf } from '../../shared/domain/spine/ledger.ts'
import type { SpineStore, TouchOptions } from '../../shared/domain/spine/store.ts'

export type LedgerRow = LedgerDocument & { at: Date }

export type MemoryData = {
  ledger: Map<string, LedgerRow>
  current: CurrentDocument | undefined
  batches: Map<string, BatchDocument>
  imports: Map<string, ImportDocument>
  perimetres: Map<string, Uint32Array>
  results: Map<string, RangeResult>
  imported: Map<string, ImportedDocument>
  raws: Map<string, RawDocument>
  features: Map<string, FeaturesDocument>
  scores: Map<string, ScoresDocument>
  lists: Map<string, ListDocument>
}

export const emptyData = (): MemoryData => ({
  ledger: new Map(),
  current: undefined,
  batches: new Map(),
  imports: new Map(),
  perimetres: new Map(),
  results: new Map(),
  imported: new Map(),
  raws: new Map(),
  features: new Map(),
  scores: new Map(),
  lists: new Map(),
})

const AT_WORK: ReadonlySet<string> = new Set(['refine', 'detect', 'publish'])

const copy = <Value>(value: Value): Value => structuredClone(value)

const sorted = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

export type Pause = (operation: string) => Promise<void>

export const memoryStore = (data: MemoryData, shards: number, clock: () => Date, pause: Pause = async () => {}): SpineStore => {
  const touchOne = (siren: string, { batch, stock = {} }: TouchOptions): void => {
    const row = data.ledger.get(siren) ?? { siren, shard: shardOf(siren, shards), stage: 'refine', seq: 0, attempts: 0, batch: '', stock: {}, at: clock() }
    row.stage = 'refine'
    row.seq += 1
    row.attempts = 0
    row.at = clock()
    if (batch > row.batch) row.batch = batch
    for (const [source, key] of Object.entries(stock)) if (key > (row.stock[source] ?? '')) row.stock[source] = key
    delete row.lastError
    delete row.failedAt
    data.ledger.set(siren, row)
  }
  const touchPage = async (
    name: string,
    wanted: (row: LedgerRow) => boolean,
    batch: string,
    after: string | undefined,
    limit: number,
  ): Promise<string | undefined> => {
    await pause(name)
    const page = sorted(data.ledger)
      .filter(([siren, row]) => (after === undefined || siren > after) && wanted(row))
      .slice(0, limit)
    for (const [siren] of page) {
      await pause(`${name}.one`)
      touchOne(siren, { batch })
    }
    return page.at(-1)?.[0]
  }
  const at = (siren: string, stage: Stage, seq: number): LedgerRow | undefined => {
    const row = data.ledger.get(siren)
    return row?.stage === stage && row.seq === seq ? row : undefined
  }
  const putGuarded = async <Document extends { seq: number }>(
    name: string,
    map: Map<string, Document>,
    entries: readonly [string, Document][],
  ): Promise<void> => {
    for (const [key, document] of entries) {
      await pause(name)
      const stored = map.get(key)
      if (stored === undefined || stored.seq <= document.seq) map.set(key, copy(document))
    }
  }
  const raiseSeq = async (
    name: string,
    map: ReadonlyMap<string, { siren: string; seq: number }>,
    seqs: readonly { siren: string; seq: number }[],
  ): Promise<void> => {
    for (const { siren, seq } of seqs) {
      await pause(name)
      for (const document of map.values()) if (document.siren === siren && document.seq < seq) document.seq = seq
    }
  }
  const update = async (name: string, deposit: string, change: (document: ImportDocument) => void): Promise<void> => {
    await pause(name)
    const document = data.imports.get(deposit)
    if (document !== undefined) change(document)
  }
  const ofSirens = <Document extends { siren: string }>(map: ReadonlyMap<string, Document>, sirens: readonly string[]): Document[] =>
    sorted(map).flatMap(([, document]) => (sirens.includes(document.siren) ? [copy(document)] : []))
  const sirenPage = (documents: readonly { siren: string }[], after: string | undefined, limit: number): string[] =>
    [...new Set(documents.map(({ siren }) => siren))]
      .filter((siren) => after === undefined || siren > after)
      .sort()
      .slice(0, limit)

  return {
    ledger: {
      async touch(sirens, options) {
        for (const siren of sirens) {
          await pause('ledger.touch')
          touchOne(siren, options)
        }
      },
      touchHolders: (source, batch, after, limit) => touchPage('ledger.touchHolders', (row) => row.stock[source] !== undefined, batch, after, limit),
      touchBehind: (batch, after, limit) => touchPage('ledger.touchBehind', (row) => row.batch < batch, batch, after, limit),
      async page(stage, shard, after, limit) {
        await pause('ledger.page')
        const found = sorted(data.ledger).filter(([siren, row]) => row.stage === stage && row.shard === shard && (after === undefined || siren > after))
        return found.slice(0, limit).map(([, { at: _, ...row }]) => copy(row))
      },
      async advance(marks, next) {
        let advanced = 0
        for (const { siren, stage, seq } of marks) {
          await pause('ledger.advance')
          const row = at(siren, stage, seq)
          if (row === undefined) continue
          row.stage = next
          row.attempts = 0
          row.at = clock()
          advanced++
        }
        return advanced
      },
      async raiseBatch({ siren, stage, seq }, batch) {
        await pause('ledger.raiseBatch')
        const row = at(siren, stage, seq)
        if (row === undefined) return false
        row.stage = 'refine'
        row.seq += 1
        if (batch > row.batch) row.batch = batch
        row.at = clock()
        return true
      },
      async recordFailure({ siren, stage, seq }, error) {
        await pause('ledger.recordFailure')
        const row = at(siren, stage, seq)
        if (row === undefined) return
        row.attempts += 1
        row.lastError = error
        if (row.attempts < MAX_ATTEMPTS) return
        row.stage = 'failed'
        row.failedAt = stage
      },
      async shardsWithWork(before) {
        await pause('ledger.shardsWithWork')
        const found = new Map<string, { stage: Stage; shard: number }>()
        for (const { stage, shard, at: touched } of data.ledger.values()) {
          if (AT_WORK.has(stage) && touched < before) found.set(`${stage}:${shard}`, { stage: stage as Stage, shard })
        }
        return sorted(found).map(([, place]) => place)
      },
      async hasUnfinished(batch) {
        await pause('ledger.hasUnfinished')
        return [...data.ledger.values()].some((row) => AT_WORK.has(row.stage) || (row.stage === 'done' && row.batch < batch))
      },
      async shardHasWork(stage, shard) {
        await pause('ledger.shardHasWork')
        return [...data.ledger.values()].some((row) => row.stage === stage && row.shard === shard)
      },
    },
    admin: {
      async current() {
        await pause('admin.current')
        return copy(data.current)
      },
      async setCurrent(from, to) {
        await pause('admin.setCurrent')
        if (data.current?.batch !== from) return false
        data.current = { batch: to, opened: false }
        return true
      },
      async markOpened(batch) {
        await pause('admin.markOpened')
        if (data.current?.batch === batch) data.current.opened = true
      },
      async batches() {
        await pause('admin.batches')
        return sorted(data.batches).map(([, batch]) => copy(batch))
      },
      async batch(key) {
        await pause('admin.batch')
        return copy(data.batches.get(key))
      },
      async ensureBatch(key) {
        await pause('admin.ensureBatch')
        if (!data.batches.has(key)) data.batches.set(key, emptyBatch(key))
      },
      async updateBatch(batch) {
        await pause('admin.updateBatch')
        if (data.batches.get(batch.key)?.version !== batch.version) return false
        data.batches.set(batch.key, { ...copy(batch), version: batch.version + 1 })
        return true
      },
      async settleOwed(key, source, token) {
        await pause('admin.settleOwed')
        const batch = data.batches.get(key)
        if (batch?.owed[source] === token) delete batch.owed[source]
      },
    },
    imports: {
      async register(document) {
        await pause('imports.register')
        if (!data.imports.has(document.deposit)) data.imports.set(document.deposit, copy(document))
      },
      async find(deposit) {
        await pause('imports.find')
        return copy(data.imports.get(deposit))
      },
      async ofBatch(batch) {
        await pause('imports.ofBatch')
        return sorted(data.imports).flatMap(([, document]) => (document.batch === batch ? [copy(document)] : []))
      },
      async all() {
        await pause('imports.all')
        return sorted(data.imports).map(([, document]) => copy(document))
      },
      async setPlan(deposit, plan, perimetre) {
        if (perimetre !== undefined) {
          await pause('imports.setPerimetre')
          data.perimetres.set(deposit, perimetre.slice())
        }
        await update('imports.setPlan', deposit, (document) => {
          document.plan = copy(plan)
        })
      },
      async perimetre(deposit) {
        await pause('imports.perimetre')
        return data.perimetres.get(deposit) ?? new Uint32Array()
      },
      fail: (deposit, sentence) =>
        update('imports.fail', deposit, (document) => {
          document.failed = sentence
        }),
      park: (deposit, waiting) =>
        update('imports.park', deposit, (document) => {
          if (waiting === null) delete document.waiting
          else document.waiting = copy(waiting)
        }),
      raise: (deposit, field, run) =>
        update('imports.raise', deposit, (document) => {
          document[field] = Math.max(document[field], run)
        }),
      set: (deposit, flag) =>
        update('imports.set', deposit, (document) => {
          document[flag] = true
        }),
      async putResult(result) {
        await pause('imports.putResult')
        data.results.set(`${result.deposit}:${result.run}:${String(result.range).padStart(6, '0')}`, copy(result))
      },
      async results(deposit, run) {
        await pause('imports.results')
        return sorted(data.results).flatMap(([, result]) => (result.deposit === deposit && result.run === run ? [copy(result)] : []))
      },
      async resultRanges(deposit, run) {
        await pause('imports.resultRanges')
        return sorted(data.results).flatMap(([, result]) => (result.deposit === deposit && result.run === run ? [result.range] : []))
      },
      async deleteResults(deposit, belowRun) {
        await pause('imports.deleteResults')
        for (const [key, result] of data.results) if (result.deposit === deposit && result.run < belowRun) data.results.delete(key)
      },
    },
    entities: {
      async putImported(documents) {
        for (const document of documents) {
          await pause('entities.putImported')
          data.imported.set(document.id, copy(document))
        }
      },
      async imported(sirens) {
        await pause('entities.imported')
        return ofSirens(data.imported, sirens)
      },
      async deleteImported(ids) {
        for (const id of ids) {
          await pause('entities.deleteImported')
          data.imported.delete(id)
        }
      },
      async importedBelowRun(batch, source, run, after, limit) {
        await pause('entities.importedBelowRun')
        const lower = [...data.imported.values()].filter((document) => document.batch === batch && document.source === source && document.run < run)
        return sirenPage(lower, after, limit)
      },
      async rawBelowRun(batch, type, run, after, limit) {
        await pause('entities.rawBelowRun')
        const lower = new Set(Array.from({ length: run - 1 }, (_, before) => `${batch}:${type}:${before + 1}`))
        return sirenPage(
          [...data.raws.values()].filter(({ held }) => held.some((item) => lower.has(item))),
          after,
          limit,
        )
      },
      async raws(sirens) {
        await pause('entities.raws')
        return ofSirens(data.raws, sirens)
      },
      async putRaws(documents) {
        const refused = new Set<string>()
        for (const { document, read } of documents) {
          await pause('entities.putRaws')
          const stored = data.raws.get(document.key)
          if (stored?.version !== read || (stored !== undefined && stored.seq > document.seq)) refused.add(document.key)
          else data.raws.set(document.key, copy(document))
        }
        return refused
      },
      raiseRawSeq: (seqs) => raiseSeq('entities.raiseRawSeq', data.raws, seqs),
    },
    features: {
      async heads(sirens) {
        await pause('features.heads')
        return ofSirens(data.features, sirens).map(({ columns: _, ...head }) => head)
      },
      async features(sirens) {
        await pause('features.features')
        return ofSirens(data.features, sirens)
      },
      putFeatures: (documents) =>
        putGuarded(
          'features.putFeatures',
          data.features,
          documents.map((document) => [document.siret, document]),
        ),
      raiseFeaturesSeq: (seqs) => raiseSeq('features.raiseFeaturesSeq', data.features, seqs),
    },
    scores: {
      async scores(sirens) {
        await pause('scores.scores')
        return ofSirens(data.scores, sirens)
      },
      putScores: (documents) =>
        putGuarded(
          'scores.putScores',
          data.scores,
          documents.map((document) => [`${document.list}:${document.siren}`, document]),
        ),
      raiseScoresSeq: (seqs) => raiseSeq('scores.raiseScoresSeq', data.scores, seqs),
    },
    lists: {
      async list(key) {
        await pause('lists.list')
        return copy(data.lists.get(key))
      },
      async lists() {
        await pause('lists.lists')
        return sorted(data.lists).map(([, list]) => copy(list))
      },
      async createList(list) {
        await pause('lists.createList')
        if (!data.lists.has(list.key)) data.lists.set(list.key, copy(list))
      },
      async closeBefore(key) {
        for (const [, list] of sorted(data.lists)) {
          if (list.key >= key) continue
          await pause('lists.closeBefore')
          list.state = 'closed'
        }
      },
      async markPublished(key, publishedAt) {
        await pause('lists.markPublished')
        const list = data.lists.get(key)
        if (list?.state !== 'building') return false
        list.state = 'published'
        list.publishedAt = publishedAt
        return true
      },
      async markAnnounced(key) {
        await pause('lists.markAnnounced')
        const list = data.lists.get(key)
        if (list !== undefined) list.announced = true
      },
      async updateList(key, fields) {
        await pause('lists.updateList')
        const list = data.lists.get(key)
        if (list === undefined) return
        const changed: Record<string, unknown> = { ...list, ...copy(fields) }
        for (const [field, value] of Object.entries(fields)) if (value === undefined) delete changed[field]
        data.lists.set(key, changed as ListDocument)
      },
    },
  }
}
