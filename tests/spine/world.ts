/**
 * The spine in memory, with its real cores: deposits are small invented files, Features and Scores are digests of their inputs,
 * PostgreSQL is a map. Messages wait in a list until `settle` handles them in the order that `pick` chooses.
 */
import { createHash } from 'node:crypto'
import { type Detector, detectPage } from '../../functions/detect/core.ts'
import { type DepositReader, importDeposit, importRange, type ReadRecord } from '../../functions/import/core.ts'
import { type Publisher, publishPage } from '../../functions/publish/core.ts'
import { refinePage } from '../../functions/refine/core.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import { stateAt } from '../../shared/domain/compaction/compact.ts'
import type { RawValue } from '../../shared/domain/entity.ts'
import type { QueueName } from '../../shared/domain/messages.ts'
import type { ImportDocument, Stage } from '../../shared/domain/spine/documents.ts'
import { publishIfComplete } from '../../shared/domain/spine/lists.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import { DEFAULT_SETTINGS, type SourceFacts, type Spine, type SpineSettings } from '../../shared/domain/spine/spine.ts'
import type { SpineStore } from '../../shared/domain/spine/store.ts'
import { sweepSpine } from '../../shared/domain/spine/sweeping.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { emptyData, type MemoryData, memoryStore, type Pause } from '../support/memory-store.ts'

/** A row names a SIREN (or a compte, for the sources that need the mapping) and says a value of it. */
export type InventedRow = { siren?: string; compte?: string; value: number }

export type InventedFile = {
  deposit: string
  batch: string
  source: string
  rows: InventedRow[]
  completedAt?: number
  replaces?: string[]
  confirmed?: boolean
  owner?: string
  /** Rows per range. */
  cut?: number
}

/** Sources of the invented world: `debit` needs the mapping, `sirene` a perimeter only, `effectif_ent` makes the perimeter. */
export const INVENTED_FACTS: SourceFacts = {
  isStock: (source) => source !== 'paydex' && source !== 'filter',
  typeOf: (source) => (source === 'admin_urssaf' ? 'compte' : source),
  usesPerimetre: (source) => source !== 'filter',
  usesMapping: (source) => source === 'debit' || source === 'admin_urssaf',
}

export type Published = { seq: number; content: unknown }
export type Message = { id: number; queue: QueueName; body: Record<string, unknown>; group?: string }

export type World = {
  data: MemoryData
  files: Map<string, InventedFile>
  messages: Message[]
  published: Map<string, Published>
  announced: Map<string, Date>
  spine(pause?: Pause): Spine
  handle(message: Message, pause?: Pause): Promise<void>
  sweep(pause?: Pause): Promise<void>
}

export const siretOf = (siren: string): string => `${siren}00011`
const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16)

export type WorldOptions = {
  settings?: Partial<SpineSettings>
  wrap?: (store: SpineStore, data: MemoryData) => SpineStore
  guardPublication?: boolean
  onSend?: (message: Message) => void
}

export const createWorld = ({ settings = {}, wrap = (store) => store, guardPublication = true, onSend }: WorldOptions = {}): World => {
  const data = emptyData()
  const files = new Map<string, InventedFile>()
  const messages: Message[] = []
  const published = new Map<string, Published>()
  const announced = new Map<string, Date>()
  let ticks = 0
  let bells = 0
  let versions = 0
  const clock = (): Date => new Date(Date.UTC(2025, 0, 1) + ++ticks * 1000)
  const all: SpineSettings = {
    ...DEFAULT_SETTINGS,
    shards: 2,
    requiredInBatch: ['debit'],
    requiredEver: ['effectif_ent'],
    pageSize: 2,
    touchSize: 2,
    ...settings,
  }

  const spine = (pause?: Pause): Spine => ({
    store: wrap(memoryStore(data, all.shards, clock, pause), data),
    queue: {
      async send(queue, body, options = {}) {
        await pause?.('queue.send')
        const id = ++bells
        const message: Message = { id, queue, body, ...(options.group === undefined ? {} : { group: `${queue}/${options.group}` }) }
        messages.push(message)
        onSend?.(message)
        return { id: String(id) }
      },
    },
    clock,
    log: silentLog,
    sources: INVENTED_FACTS,
    settings: all,
    bellId: () => String(++bells),
  })

  const reader = (pause?: Pause): DepositReader => inventedReader(files, data, pause)

  const handle = async ({ queue, body }: Message, pause?: Pause): Promise<void> => {
    const own = spine(pause)
    const signal = new AbortController().signal
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
      refine: refinePage({ spine: own, compute: computeVariables, version: '1', newVersion: () => String(++versions) }),
      detect: detectPage({ spine: own, detectorOf: async () => inventedDetector }),
      publish: publishPage(own, memoryPublisher(published, guardPublication, pause)),
    }[stage]
    return workShard(own, stage, Number(body.shard), signal, work)
  }

  return {
    data,
    files,
    messages,
    published,
    announced,
    spine,
    handle,
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

const inventedReader = (files: ReadonlyMap<string, InventedFile>, data: MemoryData, pause?: Pause): DepositReader => ({
  async plan({ deposit, source }) {
    await pause?.('reader.plan')
    const file = files.get(deposit)
    if (file === undefined) return { refused: 'absent' }
    const cut = file.cut ?? 1000
    const ranges = Array.from({ length: Math.max(1, Math.ceil(file.rows.length / cut)) }, (_, range) => ({
      start: range * cut,
      end: (range + 1) * cut,
      firstRecord: 0,
      firstLine: 0,
    }))
    const plan = {
      header: [],
      records: file.rows.length,
      bytes: file.rows.length,
      ranges,
      needsMapping: source === 'debit' && file.rows.some((row) => row.compte !== undefined),
    }
    if (source !== 'effectif_ent' && source !== 'filter') return { plan }
    const perimetre = packSirens(file.rows.filter((row) => row.value >= 10).flatMap((row) => row.siren ?? []))
    return { plan: { ...plan, perimetre: perimetre.length }, perimetre }
  },
  async *rows(document, run, range) {
    await pause?.('reader.rows')
    const file = files.get(document.deposit)
    const plan = document.plan?.ranges[range]
    if (file === undefined || plan === undefined) return
    const own = run.perimetre.length === 0 ? [document.deposit] : run.perimetre
    const perimetre = new Set(own.flatMap((deposit) => [...(data.perimetres.get(deposit) ?? [])].map(String)))
    const later = document.source === 'admin_urssaf' ? run.mapping.slice(run.mapping.indexOf(document.deposit) + 1) : []
    const listedLater = new Set(later.flatMap((deposit) => files.get(deposit)?.rows ?? []).map(({ compte }) => compte))
    const mapping = new Map(run.mapping.flatMap((deposit) => files.get(deposit)?.rows ?? []).map((row) => [row.compte, row.siren]))
    yield file.rows.slice(plan.start, plan.end).map((row, at): ReadRecord => {
      const place = { line: plan.start + at + 2, record: plan.start + at + 1 }
      const siren = row.siren ?? mapping.get(row.compte)
      if (siren === undefined) return { ...place, status: 'filtered', tuples: [] }
      if (document.source === 'admin_urssaf' && listedLater.has(row.compte)) return { ...place, status: 'ignored', named: [siren], tuples: [] }
      if (!perimetre.has(siren)) return { ...place, status: 'filtered', named: [siren], tuples: [] }
      const type = INVENTED_FACTS.typeOf(document.source)
      const entreprise = document.source === 'effectif_ent'
      const value = { v: row.value }
      return {
        ...place,
        status: 'imported',
        named: [siren],
        tuples: [{ type, scope: entreprise ? 'entreprise' : 'etablissement', key: entreprise ? siren : siretOf(siren), hash: digest(value), value }],
      }
    })
  },
})

/** Entries of an entity at a batch, by type: their values in order. */
export type Entries = Record<string, number[]>

/** The state of an entity at a batch, as the oracle says it too. */
export const entriesAt = (value: RawValue | undefined, batch: string): Entries => {
  const entries: Entries = {}
  if (value === undefined) return entries
  for (const [type, byHash] of stateAt(value, batch)) {
    if (type === 'reporder') continue
    const values = [...byHash.values()].map(({ v }) => Number(v)).sort((a, b) => a - b)
    if (values.length > 0) entries[type] = values
  }
  return entries
}

/** What the invented variables are computed from: the état of the établissement and of its entreprise at the current batch. */
export const variablesOf = (etablissement: Entries, entreprise: Entries, batch: string): string => digest([etablissement, entreprise, batch])

const computeVariables: Parameters<typeof refinePage>[0]['compute'] = async ({ entreprise, etablissements, batch }) => {
  const known = etablissements.map((value) => [value.key, entriesAt(value, batch)] as const).filter(([, entries]) => Object.keys(entries).length > 0)
  return new Map(known.map(([key, entries]) => [key, variablesOf(entries, entriesAt(entreprise, batch), batch)]))
}

/** The score of a SIREN: a digest of its variables. */
export const scoreOf = (columns: readonly unknown[]): string => digest(columns)

const inventedDetector: Detector = {
  describe: { artefact: 'a', algo: 'invented', ruleset: 'none', thresholds: { F1: 0.5, F2: 0.3 } },
  staleness: () => undefined,
  score({ siren, list, features }) {
    const columns = features.flatMap((document) => (document.columns === undefined ? [] : [document.columns]))
    if (columns.length === 0) return { key: 'none', excluded: 'no-features' }
    return { key: scoreOf(columns), content: { siren, list, score: scoreOf(columns) } }
  },
}

const memoryPublisher = (published: Map<string, Published>, guarded: boolean, pause?: Pause): Publisher => ({
  async putLists() {
    await pause?.('postgres.putLists')
  },
  async publishPage(subjects) {
    await pause?.('postgres.publishPage')
    for (const { siren, seq, inside, raws, scores, lists, current } of subjects) {
      const guard = published.get(siren)
      if (guarded && guard !== undefined && guard.seq > seq) continue
      const neverPublished = new Set(lists.flatMap((list) => (list.state === 'closed' && list.publishedAt === undefined ? [list.key] : [])))
      const shown = scores.filter((score) => score.content !== undefined && !neverPublished.has(score.list)).map(({ list, content }) => ({ list, content }))
      const content = inside ? { entities: Object.fromEntries(raws.map(({ key, value }) => [key, entriesAt(value, current.key)])), scores: shown } : null
      published.set(siren, { seq, content: structuredClone(content) })
    }
    return new Map(subjects.map(({ siren }) => [siren, 'done'] as const))
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
