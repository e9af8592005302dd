/**
 * The spine in memory, with its real cores: deposits are small invented files, Features and Scores are digests of their inputs,
 * PostgreSQL is a map. Messages wait in a list until `settle` handles them in the order that `pick` chooses.
 */
import { createHash } from 'node:crypto'
import { type Detector, detectPage } from '../../functions/detect/core.ts'
import { type DepositReader, importDeposit, importRange, type ReadRecord } from '../../functions/import/core.ts'
import { type Publisher, publishPage } from '../../functions/publish/core.ts'
import { type LargeContext, refinePage } from '../../functions/refine/core.ts'
import type { ComputeLarge } from '../../functions/refine/large.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import { dateFinOf } from '../../shared/domain/batch-key.ts'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import { stateAt } from '../../shared/domain/compaction/compact.ts'
import type { RawValue } from '../../shared/domain/entity.ts'
import type { QueueName } from '../../shared/domain/messages.ts'
import type { ImportDocument, Stage } from '../../shared/domain/spine/documents.ts'
import type { SurveyDocument } from '../../shared/domain/spine/large-store.ts'
import { publishIfComplete } from '../../shared/domain/spine/lists.ts'
import { tryOpen } from '../../shared/domain/spine/opening.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import { DEFAULT_SETTINGS, type SourceFacts, type Spine, type SpineSettings } from '../../shared/domain/spine/spine.ts'
import { sweepSpine } from '../../shared/domain/spine/sweeping.ts'
import { workShard } from '../../shared/domain/spine/worker.ts'
import { memoryLarge } from '../support/memory-large.ts'
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
  /** Last month that an `effectif_ent` file speaks of, as 2511. */
  lastMonth?: string
  /** The file is not what it claims to be. */
  refused?: boolean
}

/** What the invented rules cannot bear: refine throws on the first, detect on the second. */
export const POISON = { refine: 13, detect: 17 } as const

/** Sources of the invented world: `debit` needs the mapping, `sirene` a perimeter only, `effectif_ent` makes the perimeter. */
export const INVENTED_FACTS: SourceFacts = {
  isStock: (source) => source !== 'paydex' && source !== 'filter',
  typeOf: (source) => (source === 'admin_urssaf' ? 'compte' : source),
  usesPerimetre: (source) => source !== 'filter',
  usesMapping: (source) => source === 'debit' || source === 'admin_urssaf',
}

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

export const siretOf = (siren: string): string => `${siren}00011`
const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16)

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

/** The columns of a file decide whether it needs the mapping. */
export const needsMapping = ({ source, rows }: InventedFile): boolean => source === 'debit' && rows.some(({ compte }) => compte !== undefined)

const inventedReader = (
  files: ReadonlyMap<string, InventedFile>,
  data: MemoryData,
  pause: Pause | undefined,
  onRead: (result: string) => unknown,
): DepositReader => ({
  async plan({ deposit, source }) {
    await pause?.('reader.plan')
    const file = files.get(deposit)
    if (file === undefined || file.refused) return { refused: 'Le fichier n’est pas ce qu’il annonce.' }
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
      needsMapping: needsMapping(file),
      ...(file.lastMonth === undefined ? {} : { dateFinEffectif: dateFinOf(file.lastMonth) }),
    }
    if (source !== 'effectif_ent' && source !== 'filter') return { plan }
    const perimetre = packSirens(file.rows.filter((row) => row.value >= 10).flatMap((row) => row.siren ?? []))
    return { plan: { ...plan, perimetre: perimetre.length }, perimetre }
  },
  async *rows(document, run, range) {
    await pause?.('reader.rows')
    // the results of a run that was raised since are no longer kept
    if (data.batches.get(document.batch)?.runs[document.source]?.n === run.n) onRead(`${document.deposit}:${run.n}:${String(range).padStart(6, '0')}`)
    const file = files.get(document.deposit)
    const plan = document.plan?.ranges[range]
    if (file === undefined || plan === undefined) return
    const keeping = run.perimetre.length === 0 ? [document.deposit] : run.perimetre
    const perimetre = new Set(keeping.flatMap((deposit) => [...(data.perimetres.get(deposit) ?? [])].map(String)))
    const own = run.mapping.indexOf(document.deposit)
    const rank = own < 0 ? run.mapping.findIndex((deposit) => data.imports.get(deposit)?.sha256 === document.sha256) : own
    const later = document.source === 'admin_urssaf' ? run.mapping.slice(rank + 1) : []
    const listedLater = new Set(later.flatMap((deposit) => files.get(deposit)?.rows ?? []).map(({ compte }) => compte))
    const mapping = new Map(run.mapping.flatMap((deposit) => files.get(deposit)?.rows ?? []).map((row) => [row.compte, row.siren]))
    yield file.rows.slice(plan.start, plan.end).map((row, at): ReadRecord => {
      const place = { line: plan.start + at + 2, record: plan.start + at + 1 }
      if (row.value < 0) return { ...place, status: 'rejected', fault: { reason: 'une valeur négative' }, tuples: [] }
      const siren = row.siren ?? mapping.get(row.compte)
      if (siren === undefined) return { ...place, status: 'filtered', tuples: [] }
      if (document.source === 'filter') return { ...place, status: 'imported', named: [siren], tuples: [] }
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

/**
 * What the invented variables are computed from: the state of the établissement and of its entreprise at the current batch; for those who
 * have headcounts, their last month too.
 */
export const variablesOf = (etablissement: Entries, entreprise: Entries, batch: string, lastHeadcount: Date): string => {
  const variables = digest([etablissement, entreprise, batch, entreprise.effectif_ent === undefined ? null : lastHeadcount.getTime()])
  return holds(etablissement, POISON.detect) ? `${UNBEARABLE}${variables}` : variables
}

/** Begins the variables from which no score can be given. */
const UNBEARABLE = 'unbearable '

export const holds = (entries: Entries, value: number): boolean => Object.values(entries).some((values) => values.includes(value))

const computeVariables: Parameters<typeof refinePage>[0]['compute'] = async ({ entreprise, etablissements, batch, window }) => {
  const known = etablissements.map((value) => [value.key, entriesAt(value, batch)] as const).filter(([, entries]) => Object.keys(entries).length > 0)
  if (known.some(([, entries]) => holds(entries, POISON.refine))) throw new Error('no variable can be computed')
  return new Map(known.map(([key, entries]) => [key, variablesOf(entries, entriesAt(entreprise, batch), batch, window.dateFinEffectif)]))
}

/** In the invented world an établissement is inside whatever its headcount. */
const inventedLarge = (store: LargeContext['store']): LargeContext['store'] => ({
  ...store,
  rawHeads: async (siren) => (await store.rawHeads(siren)).map((head) => ({ ...head, algo2: true })),
})

/** The same variables piece by piece; those of the entreprise say what the survey found. */
const computeInPieces: ComputeLarge = ({ entreprise, batch, window, surveyed }) => {
  const survey = surveyed === undefined ? [] : [...(surveyed as [string, Entries][])]
  return {
    survey(etablissements) {
      survey.push(...etablissements.map((value): [string, Entries] => [value.key, entriesAt(value, batch)]))
      if (survey.some(([, entries]) => holds(entries, POISON.refine))) throw new Error('no variable can be computed')
    },
    surveyed: () => survey,
    entreprise: () => surveyOf(survey),
    etablissement(value) {
      const entries = entriesAt(value, batch)
      return Object.keys(entries).length === 0 ? undefined : variablesOf(entries, entriesAt(entreprise, batch), batch, window.dateFinEffectif)
    },
  }
}

/** The variables of an entreprise that is taken piece by piece. */
export const surveyOf = (survey: readonly (readonly [string, Entries])[]): string => digest(survey)

/** The score of a SIREN: a digest of its variables. */
export const scoreOf = (columns: readonly unknown[]): string => digest(columns)

const inventedDetector: Detector = {
  describe: { artefact: 'a', algo: 'invented', ruleset: 'none', thresholds: { F1: 0.5, F2: 0.3 } },
  staleness: () => undefined,
  score({ siren, list, features }) {
    const columns = features.flatMap((document) => (document.columns === undefined || document.siret === siren ? [] : [document.columns]))
    if (columns.length === 0) return { key: 'none', excluded: 'no-features' }
    if (columns.some((variables) => String(variables).startsWith(UNBEARABLE))) throw new Error('no score can be given')
    return { key: scoreOf(columns), content: { siren, list, score: scoreOf(columns) } }
  },
}

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
