/**
 * The store of the spine in memory: single-document atomicity and nothing more. `pause` is awaited before every operation
 * and between the documents of a bulk: there a test may stop, crash or resume the caller. What is stored is frozen and replaced, never changed,
 * so that readers may share it.
 */
import { emptyBatch } from '../../shared/domain/spine/batches.ts'
import type { ImportDocument, ListDocument, Stage } from '../../shared/domain/spine/documents.ts'
import { MAX_ATTEMPTS, shardOf } from '../../shared/domain/spine/ledger.ts'
import type { ListFields, SpineStore, TouchOptions } from '../../shared/domain/spine/store.ts'
import type { LedgerRow, MemoryData } from './memory-data.ts'

/** Where a list stands, for a compare-and-set. */
const standOf = ({ state, reason, publishAt, recomputing }: ListDocument): string =>
  JSON.stringify([state, reason, publishAt, recomputing?.id, recomputing?.ready])

const changedList = (list: ListDocument, fields: ListFields): ListDocument => {
  const changed: Record<string, unknown> = { ...list, ...fields }
  for (const [field, value] of Object.entries(fields)) if (value === undefined) delete changed[field]
  return changed as ListDocument
}

const AT_WORK: ReadonlySet<string> = new Set(['refine', 'detect', 'publish'])

/** A frozen copy: what the caller keeps may change, what is stored may not. Dates and typed arrays are shared. */
const frozen = <Value>(value: Value): Value => freeze(value) as Value

const freeze = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof Date || ArrayBuffer.isView(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map(freeze))
  const copied: Record<string, unknown> = {}
  for (const key in value) copied[key] = freeze((value as Record<string, unknown>)[key])
  return Object.freeze(copied)
}

const without = <Value extends object, Key extends keyof Value>(value: Value, ...keys: Key[]): Value => {
  const rest = { ...value }
  for (const key of keys) delete rest[key]
  return rest
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
const found = <Value>(map: ReadonlyMap<string, Value>, wanted: (value: Value, key: string) => boolean): [string, Value][] => {
  const entries: [string, Value][] = []
  for (const entry of map) if (wanted(entry[1], entry[0])) entries.push(entry)
  return entries.sort(byKey)
}

export type Pause = (operation: string) => Promise<void>

/** `torn`: a read of many documents may be interrupted between two of them, as a cursor may. */
export type MemoryOptions = { pause?: Pause | undefined; torn?: boolean | undefined }

export const memoryStore = (data: MemoryData, shards: number, clock: () => Date, { pause = async () => {}, torn = false }: MemoryOptions = {}): SpineStore => {
  const readMany = async <Value>(name: string, map: ReadonlyMap<string, Value>, wanted: (value: Value, key: string) => boolean): Promise<Value[]> => {
    await pause(name)
    const entries = found(map, wanted)
    if (!torn) return entries.map(([, value]) => value)
    const values: Value[] = []
    for (const [at, [key]] of entries.entries()) {
      if (at > 0) await pause(`${name}.next`)
      const value = map.get(key)
      if (value !== undefined && wanted(value, key)) values.push(value)
    }
    return values
  }
  const touchOne = (siren: string, { batch, stock = {} }: TouchOptions): void => {
    const row = data.ledger.get(siren) ?? { siren, shard: shardOf(siren, shards), stage: 'refine', seq: 0, attempts: 0, batch: '', stock: {}, at: clock() }
    const raised = { ...row.stock }
    for (const [source, key] of Object.entries(stock)) if (key > (raised[source] ?? '')) raised[source] = key
    const touched: LedgerRow = {
      ...row,
      stage: 'refine',
      seq: row.seq + 1,
      attempts: 0,
      at: clock(),
      batch: batch > row.batch ? batch : row.batch,
      stock: raised,
    }
    data.ledger.set(siren, frozen(without(touched, 'lastError', 'failedAt')))
  }
  const touchPage = async (
    name: string,
    wanted: (row: LedgerRow) => boolean,
    batch: string,
    after: string | undefined,
    limit: number,
  ): Promise<string | undefined> => {
    await pause(name)
    const page = found(data.ledger, (row, siren) => (after === undefined || siren > after) && wanted(row)).slice(0, limit)
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
      if (stored === undefined || stored.seq <= document.seq) map.set(key, frozen(document))
    }
  }
  const raiseSeq = async <Document extends { siren: string; seq: number }>(
    name: string,
    map: Map<string, Document>,
    seqs: readonly { siren: string; seq: number }[],
  ): Promise<void> => {
    for (const { siren, seq } of seqs) {
      for (const [key] of found(map, (document) => document.siren === siren && document.seq < seq)) {
        await pause(name)
        const stored = map.get(key)
        if (stored !== undefined && stored.seq < seq) map.set(key, frozen({ ...stored, seq }))
      }
    }
  }
  const update = async (name: string, deposit: string, change: (document: ImportDocument) => ImportDocument): Promise<void> => {
    await pause(name)
    const document = data.imports.get(deposit)
    if (document !== undefined) data.imports.set(deposit, frozen(change(document)))
  }
  const ofSirens = <Document extends { siren: string }>(name: string, map: ReadonlyMap<string, Document>, sirens: readonly string[]): Promise<Document[]> =>
    readMany(name, map, ({ siren }) => sirens.includes(siren))
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
        const page = found(data.ledger, (row, siren) => row.stage === stage && row.shard === shard && (after === undefined || siren > after))
        return page.slice(0, limit).map(([, { at: _, ...row }]) => row)
      },
      async advance(marks, next) {
        let advanced = 0
        for (const { siren, stage, seq } of marks) {
          await pause('ledger.advance')
          const row = at(siren, stage, seq)
          if (row === undefined) continue
          data.ledger.set(siren, frozen({ ...row, stage: next, attempts: 0, at: clock() }))
          advanced++
        }
        return advanced
      },
      async raiseBatch({ siren, stage, seq }, batch) {
        await pause('ledger.raiseBatch')
        const row = at(siren, stage, seq)
        if (row === undefined) return false
        data.ledger.set(siren, frozen({ ...row, stage: 'refine', seq: row.seq + 1, attempts: 0, batch: batch > row.batch ? batch : row.batch, at: clock() }))
        return true
      },
      async recordFailure({ siren, stage, seq }, error) {
        await pause('ledger.recordFailure')
        const row = at(siren, stage, seq)
        if (row === undefined) return false
        const failed: LedgerRow = { ...row, attempts: row.attempts + 1, lastError: error }
        data.ledger.set(siren, frozen(failed.attempts < MAX_ATTEMPTS ? failed : { ...failed, stage: 'failed', failedAt: stage }))
        return failed.attempts >= MAX_ATTEMPTS
      },
      async shardsWithWork(before) {
        await pause('ledger.shardsWithWork')
        const places = new Map<string, { stage: Stage; shard: number }>()
        for (const { stage, shard, at: touched } of data.ledger.values()) {
          if (AT_WORK.has(stage) && touched < before) places.set(`${stage}:${shard}`, { stage: stage as Stage, shard })
        }
        return found(places, () => true).map(([, place]) => place)
      },
      async hasUnfinished(batch) {
        await pause('ledger.hasUnfinished')
        if ([...data.ledger.values()].some((row) => AT_WORK.has(row.stage))) return true
        if (torn) await pause('ledger.hasUnfinished.next')
        return [...data.ledger.values()].some((row) => row.stage === 'done' && row.batch < batch)
      },
      async shardHasWork(stage, shard) {
        await pause('ledger.shardHasWork')
        return [...data.ledger.values()].some((row) => row.stage === stage && row.shard === shard)
      },
    },
    admin: {
      async current() {
        await pause('admin.current')
        return data.current
      },
      async setCurrent(from, to) {
        await pause('admin.setCurrent')
        if (data.current?.batch !== from) return false
        data.current = Object.freeze({ batch: to, opened: false })
        return true
      },
      async markOpened(batch) {
        await pause('admin.markOpened')
        if (data.current?.batch === batch) data.current = Object.freeze({ batch, opened: true })
      },
      batches: () => readMany('admin.batches', data.batches, () => true),
      async batch(key) {
        await pause('admin.batch')
        return data.batches.get(key)
      },
      async ensureBatch(key) {
        await pause('admin.ensureBatch')
        if (!data.batches.has(key)) data.batches.set(key, frozen(emptyBatch(key)))
      },
      async updateBatch(batch) {
        await pause('admin.updateBatch')
        if (data.batches.get(batch.key)?.version !== batch.version) return false
        data.batches.set(batch.key, frozen({ ...batch, version: batch.version + 1 }))
        return true
      },
      async settleOwed(key, source, token) {
        await pause('admin.settleOwed')
        const batch = data.batches.get(key)
        if (batch?.owed[source] === token) data.batches.set(key, frozen({ ...batch, owed: without(batch.owed, source) }))
      },
    },
    imports: {
      async register(document) {
        await pause('imports.register')
        if (!data.imports.has(document.deposit)) data.imports.set(document.deposit, frozen(document))
      },
      async find(deposit) {
        await pause('imports.find')
        return data.imports.get(deposit)
      },
      ofBatch: (batch) => readMany('imports.ofBatch', data.imports, (document) => document.batch === batch),
      all: () => readMany('imports.all', data.imports, () => true),
      async setPlan(deposit, plan, perimetre) {
        if (perimetre !== undefined) {
          await pause('imports.setPerimetre')
          data.perimetres.set(deposit, perimetre.slice())
        }
        await update('imports.setPlan', deposit, (document) => ({ ...document, plan }))
      },
      async perimetre(deposit) {
        await pause('imports.perimetre')
        return data.perimetres.get(deposit) ?? new Uint32Array()
      },
      fail: (deposit, sentence) => update('imports.fail', deposit, (document) => ({ ...document, failed: sentence })),
      park: (deposit, waiting) => update('imports.park', deposit, (document) => (waiting === null ? without(document, 'waiting') : { ...document, waiting })),
      raise: (deposit, field, run) => update('imports.raise', deposit, (document) => ({ ...document, [field]: Math.max(document[field], run) })),
      set: (deposit, flag) => update('imports.set', deposit, (document) => ({ ...document, [flag]: true })),
      async putResult(result) {
        await pause('imports.putResult')
        data.results.set(`${result.deposit}:${result.run}:${String(result.range).padStart(6, '0')}`, frozen(result))
      },
      results: (deposit, run) => readMany('imports.results', data.results, (result) => result.deposit === deposit && result.run === run),
      async resultRanges(deposit, run) {
        await pause('imports.resultRanges')
        return found(data.results, (result) => result.deposit === deposit && result.run === run).map(([, { range }]) => range)
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
          data.imported.set(document.id, frozen(document))
        }
      },
      imported: (sirens) => ofSirens('entities.imported', data.imported, sirens),
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
      raws: (sirens) => ofSirens('entities.raws', data.raws, sirens),
      async putRaws(documents) {
        const refused = new Set<string>()
        for (const { document, read } of documents) {
          await pause('entities.putRaws')
          const stored = data.raws.get(document.key)
          if (stored?.version !== read || (stored !== undefined && stored.seq > document.seq)) refused.add(document.key)
          else data.raws.set(document.key, frozen(document))
        }
        return refused
      },
      raiseRawSeq: (seqs) => raiseSeq('entities.raiseRawSeq', data.raws, seqs),
    },
    features: {
      async heads(sirens) {
        return (await ofSirens('features.heads', data.features, sirens)).map((document) => without(document, 'columns'))
      },
      features: (sirens) => ofSirens('features.features', data.features, sirens),
      putFeatures: (documents) =>
        putGuarded(
          'features.putFeatures',
          data.features,
          documents.map((document) => [document.siret, document]),
        ),
      raiseFeaturesSeq: (seqs) => raiseSeq('features.raiseFeaturesSeq', data.features, seqs),
    },
    scores: {
      scores: (sirens) => ofSirens('scores.scores', data.scores, sirens),
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
        return data.lists.get(key)
      },
      lists: () => readMany('lists.lists', data.lists, () => true),
      async createList(list) {
        await pause('lists.createList')
        if (!data.lists.has(list.key)) data.lists.set(list.key, frozen(list))
      },
      async closeBefore(key) {
        for (const [older] of found(data.lists, (list) => list.key < key && list.state !== 'closed')) {
          await pause('lists.closeBefore')
          const list = data.lists.get(older)
          if (list !== undefined) data.lists.set(older, frozen({ ...list, state: 'closed' }))
        }
      },
      async markPublished(read, publishedAt) {
        await pause('lists.markPublished')
        const list = data.lists.get(read.key)
        if (list?.state !== 'building') return false
        if (standOf(list) !== standOf({ ...read, state: list.state })) return false
        data.lists.set(read.key, frozen({ ...list, state: 'published', publishedAt, announced: false }))
        return true
      },
      async markAnnounced({ key, publishedAt }) {
        await pause('lists.markAnnounced')
        const list = data.lists.get(key)
        if (list !== undefined && list.publishedAt?.getTime() === publishedAt?.getTime()) data.lists.set(key, frozen({ ...list, announced: true }))
      },
      async changeList(read, fields) {
        await pause('lists.changeList')
        const list = data.lists.get(read.key)
        if (list === undefined || standOf(list) !== standOf(read)) return false
        data.lists.set(read.key, frozen(changedList(list, fields)))
        return true
      },
      async updateList(key, fields) {
        await pause('lists.updateList')
        const list = data.lists.get(key)
        if (list !== undefined) data.lists.set(key, frozen(changedList(list, fields)))
      },
    },
  }
}
