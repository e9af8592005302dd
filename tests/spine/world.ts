import { detectPage } from '../../functions/detect/core.ts'
import { type DepositReader, importDeposit, importRange } from '../../functions/import/core.ts'
import { type Publisher, publishPage } from '../../functions/publish/core.ts'
import { type LargeContext, refinePage } from '../../functions/refine/core.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import type { QueueName } from '../../shared/domain/messages.ts'
import type { ImportDocument, Stage } from '../../shared/domain/spine/documents.ts'
import type { SurveyDocument } from '../../shared/domain/spine/large-store.ts'
import { publishIfComplete } from '../../shared/domain/spine/lists.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import { DEFAULT_SETTINGS, type Spine, type SpineSettings } from '../../shared/domain/spine/spine.ts'
import { sweepSpine } from '../../shared/domain/spine/sweeping.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { emptyData, type MemoryData } from '../support/memory-data.ts'
import { memoryLarge } from '../support/memory-large.ts'
import { memoryStore, type Pause } from '../support/memory-store.ts'

import {
  computeInPieces,
  computeVariables,
  digest,
  type Entries,
  entriesAt,
  INVENTED_FACTS,
  type InventedFile,
  inventedDetector,
  inventedLarge,
  inventedReader,
} from './invented.ts'

export type PublishedContent = { entities: Record<string, Entries>; scores: { list: string; content: unknown }[] }
/** What agents see of a SIREN: nothing (`content` null) when it is outside the perimeter of `batch`. */
export type Published = { seq: number; batch: string; content: PublishedContent | null }
export type Message = { id: number; queue: QueueName; body: Record<string, unknown>; group?: string }

export type World = {
  data: MemoryData
  files: Map<string, InventedFile>
  messages: Message[]
  published: Map<string, Published>
  announced: Map<string, Date>
  settings: SpineSettings
  /** Ranges that were read although they had their result when the message was received, as `deposit:run:range`. */
  readAgain: Set<string>
  spine(pause?: Pause): Spine
  /** `signal` aborts when the time of the worker is nearly used. */
  handle(message: Message, pause?: Pause, signal?: AbortSignal): Promise<void>
  sweep(pause?: Pause): Promise<void>
  /** Time goes by: more than the five minutes for which SQS drops equal deduplication ids. */
  wait(): void
}

/** `large`: refine takes a SIREN that weighs more than `budget` documents piece by piece. */
export type WorldOptions = { settings?: Partial<SpineSettings>; torn?: boolean; large?: Pick<LargeContext, 'budget' | 'piece'> }

const TICK_MS = 1000
/** SQS drops a message of a FIFO queue whose deduplication id it has seen in the last five minutes. */
const DEDUPLICATION_MS = 5 * 60_000

export const createWorld = ({ settings = {}, torn = false, large }: WorldOptions = {}): World => {
  const data = emptyData()
  const files = new Map<string, InventedFile>()
  const messages: Message[] = []
  const published = new Map<string, Published>()
  const announced = new Map<string, Date>()
  const readAgain = new Set<string>()
  const seen = new Map<string, number>()
  const surveys = new Map<string, SurveyDocument>()
  let now = Date.UTC(2025, 0, 1)
  let bells = 0
  let versions = 0
  const clock = (): Date => {
    now += TICK_MS
    return new Date(now)
  }
  const all: SpineSettings = {
    ...DEFAULT_SETTINGS,
    shards: 2,
    requiredInBatch: ['debit'],
    requiredEver: ['effectif_ent'],
    pageSize: 2,
    touchSize: 2,
    dateDebut: new Date(Date.UTC(2025, 7, 1)),
    ...settings,
  }

  const isDuplicate = (queue: string, deduplication: string | undefined): boolean => {
    if (deduplication === undefined) throw new Error(`a message for the FIFO queue ${queue} has no deduplication id`)
    const last = seen.get(`${queue}/${deduplication}`)
    if (last !== undefined && now - last < DEDUPLICATION_MS) return true
    seen.set(`${queue}/${deduplication}`, now)
    return false
  }

  const spine = (pause?: Pause): Spine => ({
    store: memoryStore(data, all.shards, clock, { pause, torn }),
    queue: {
      async send(queue, body, { group, deduplication } = {}) {
        await pause?.('queue.send')
        const id = ++bells
        if (group === undefined && queue !== 'import') throw new Error(`a message for the FIFO queue ${queue} has no group`)
        if (group === undefined) messages.push({ id, queue, body })
        else if (!isDuplicate(queue, deduplication)) messages.push({ id, queue, body, group: `${queue}/${group}` })
        return { id: String(id) }
      },
    },
    clock,
    log: silentLog,
    sources: INVENTED_FACTS,
    settings: all,
    bellId: () => String(++bells),
  })

  const reader = (pause?: Pause): DepositReader => {
    const known = new Set(data.results.keys())
    return inventedReader(files, data, pause, (result) => known.has(result) && readAgain.add(result))
  }

  const handle = async ({ queue, body }: Message, pause?: Pause, signal = new AbortController().signal): Promise<void> => {
    const own = spine(pause)
    if (queue === 'import') {
      if ('opening' in body) return tryOpen(own)
      const deposit = String(body.deposit)
      if ('range' in body) return importRange({ spine: own, reader: reader(pause), signal }, deposit, Number(body.range), Number(body.run))
      const file = files.get(deposit)
      if (file === undefined) return
      return importDeposit({ spine: own, reader: reader(pause), signal }, { document: registered(file, clock()) })
    }
    if (queue === 'publish' && 'list' in body) {
      return publishIfComplete(own, String(body.list), async (list, at) => {
        await pause?.('postgres.announce')
        announced.set(list.key, at)
      })
    }
    const stage = queue as Stage
    const work = {
      refine: refinePage({
        spine: own,
        compute: computeVariables,
        version: '1',
        newVersion: () => String(++versions),
        ...(large === undefined
          ? {}
          : { large: { ...large, signal, compute: computeInPieces, store: inventedLarge(memoryLarge(data, surveys, { pause, torn })) } }),
      }),
      detect: detectPage({ spine: own, detectorOf: async () => inventedDetector }),
      publish: publishPage(own, memoryPublisher(published, pause)),
    }[stage]
    return workShard(own, stage, Number(body.shard), signal, work)
  }

  return {
    data,
    files,
    messages,
    published,
    announced,
    settings: all,
    readAgain,
    spine,
    handle,
    wait: () => {
      now += 2 * DEDUPLICATION_MS
    },
    async sweep(pause) {
      const unknown = [...files.keys()].filter((deposit) => !data.imports.has(deposit)).sort()
      await sweepSpine(spine(pause), unknown, new Date(8.64e15))
    },
  }
}

const registered = (file: InventedFile, registeredAt: Date): ImportDocument => ({
  deposit: file.deposit,
  batch: file.batch,
  source: file.source,
  owner: file.owner ?? 'user1',
  filename: `${file.source}.csv`,
  completedAt: new Date(Date.UTC(2025, 0, 1) + (file.completedAt ?? 0) * 60_000),
  sha256: digest(file.rows),
  size: file.rows.length,
  replaces: file.replaces ?? [],
  confirmed: file.confirmed ?? false,
  withdrawn: false,
  closedRun: 0,
  settledRun: 0,
  registeredAt,
})

/** A transaction per SIREN, with its guard row; a list that was never published shows nowhere. */
const memoryPublisher = (published: Map<string, Published>, pause?: Pause): Publisher => ({
  async putLists() {
    await pause?.('postgres.putLists')
  },
  async publishPage(subjects) {
    const outcomes = new Map<string, 'done'>()
    for (const { siren, seq, inside, raws, scores, lists, current } of subjects) {
      await pause?.('postgres.publish')
      outcomes.set(siren, 'done')
      const guard = published.get(siren)
      if (guard !== undefined && guard.seq > seq) continue
      const neverPublished = new Set(lists.flatMap((list) => (list.state === 'closed' && list.publishedAt === undefined ? [list.key] : [])))
      const shown = scores.filter((score) => score.content !== undefined && !neverPublished.has(score.list)).map(({ list, content }) => ({ list, content }))
      const entities = raws.map(({ key, value }) => [key, entriesAt(value, current.key)] as const).filter(([, entries]) => Object.keys(entries).length > 0)
      const content = inside ? { entities: Object.fromEntries(entities), scores: shown } : null
      published.set(siren, { seq, batch: current.key, content })
    }
    return outcomes
  },
})

/** Handles messages until none is left, in the order that `pick` chooses; then sweeps, until a sweep changes nothing any more. */
export const settle = async (world: World, pick: (count: number) => number = () => 0, limit = 20_000): Promise<void> => {
  let steps = 0
  const drain = async (): Promise<void> => {
    while (world.messages.length > 0) {
      if (++steps > limit) throw new Error(`no rest after ${limit} messages`)
      const [message] = world.messages.splice(pick(world.messages.length), 1)
      if (message !== undefined) await world.handle(message)
    }
  }
  for (let before = ''; ; ) {
    await drain()
    const now = digest(finalState(world))
    if (now === before) return
    before = now
    await world.sweep()
  }
}

/** Everything that depends on the files and the openings alone: no seq, versions, runs, attempts, times. */
export const finalState = (world: World) => ({
  raws: [...world.data.raws.values()]
    .filter(({ value }) => Object.keys(value.batch).length > 0)
    .map(({ key, value }) => [key, withoutReporder(value.batch), value.stock ?? {}])
    .sort(),
  current: world.data.current,
  verdicts: [...world.data.batches.values()]
    .map(({ key, verdicts }) => [
      key,
      Object.entries(verdicts)
        .map(([source, { effective }]) => `${source}:${effective}`)
        .sort(),
    ])
    .sort(),
  scores: [...world.data.scores.values()]
    .filter(({ content }) => content !== undefined)
    .map(({ list, siren, key }) => [list, siren, key])
    .sort(),
  published: [...world.published]
    .filter(([, { content }]) => content !== null)
    .map(([siren, { content }]) => [siren, digest(content)])
    .sort(),
  lists: [...world.data.lists.values()].map(({ key, state }) => [key, state]).sort(),
  ledger: [...world.data.ledger.values()].map(({ siren, stage, batch }) => [siren, stage, batch]).sort(),
})

const withoutReporder = (batches: Record<string, Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(batches)
      .map(([batch, types]) => [batch, Object.fromEntries(Object.entries(types).filter(([type]) => type !== 'reporder'))])
      .filter(([, types]) => Object.keys(types as object).length > 0),
  )

/** A deposit arrives: its file is there, and `settle` has announced it. */
export const deposit = (world: World, file: InventedFile): void => {
  world.files.set(file.deposit, file)
  world.messages.push({ id: -world.files.size, queue: 'import', body: { v: 1, deposit: file.deposit } })
}
