import { isSubBatch, monthKeyOf } from '../batch-key.ts'
import { type ImportView, importViewOf, isClosed } from '../deposit/view.ts'
import { isEffective } from './batches.ts'
import type { BatchDocument, CurrentDocument, ImportDocument, LedgerStage, ListDocument, RangeResult, RecordCounts, Stage } from './documents.ts'
import { isHeld } from './gauges.ts'
import { openingObstacles } from './opening.ts'
import { recomputingSentence } from './recomputing.ts'
import type { SourceFacts, SpineSettings } from './spine.ts'
import type { SpineStore } from './store.ts'

export type DepositStatus = { deposit: string; filename: string; owner: string } & ImportView
export type BatchStatus = { key: string; phase: 'current' | 'collecting' | 'closed'; sentence: string; effective: string[]; held: string[] }
export type FailedSiren = { siren: string; failedAt: Stage | undefined; error: string | undefined }

/** The whole platform at a glance. `idle`: nothing is being read, computed or owed; what waits for a person does not count as work. */
export type PlatformStatus = {
  idle: boolean
  current: { batch: string; opened: boolean } | undefined
  batches: BatchStatus[]
  deposits: DepositStatus[]
  /** The four counts of every deposit that is closed; they add up to `read`. */
  rows: RecordCounts & { read: number }
  stages: Record<LedgerStage, number>
  failed: FailedSiren[]
  /** SIRENs set aside, by the stage that failed. */
  failedAt: Record<Stage, number>
  /** By stage, when the SIREN in progress that has not moved for longest was last touched; a stage without work is absent. */
  oldest: Partial<Record<Stage, Date>>
  lists: ListDocument[]
  /** Lists that do not come out by themselves, with the reason. */
  held: { key: string; libelle: string; reason: string }[]
}

/** What the ledger counts, which no core needs. */
export type StatusCounts = Pick<PlatformStatus, 'stages' | 'failed' | 'failedAt' | 'oldest'>

export const readStatus = async (
  store: SpineStore,
  counts: () => Promise<StatusCounts>,
  sources: SourceFacts,
  settings: SpineSettings,
): Promise<PlatformStatus> => {
  const current = await store.admin.current()
  const batches = await store.admin.batches()
  const imports = await store.imports.all()
  const lists = await store.lists.lists()
  const deposits: DepositStatus[] = []
  for (const document of imports) deposits.push(await depositStatus(store, document, batches, imports, sources))
  const { stages, failed, failedAt, oldest } = await counts()
  const unfinished = stages.refine + stages.detect + stages.publish > 0
  const currentList = current && lists.find((list) => list.key === monthKeyOf(current.batch))
  const sentences = batches.map((batch) => batchStatus(batch, batches, imports, deposits, { current, currentList, unfinished }, settings))
  const rows = { read: 0, imported: 0, filtered: 0, rejected: 0, ignored: 0 }
  for (const { report } of deposits) {
    if (report === null) continue
    for (const name of ['read', 'imported', 'filtered', 'rejected', 'ignored'] as const) rows[name] += report[name]
  }
  const owed = batches.some((batch) => Object.keys(batch.owed).length > 0)
  const reading = deposits.some(({ state }) => state === 'importing')
  const opening = sentences.some(({ phase, sentence }) => phase === 'collecting' && sentence.endsWith(OPENING))
  const recomputing = lists.some((list) => list.recomputing?.ready === true)
  const announcing = recomputing || (currentList !== undefined && !isHeld(currentList) && (currentList.state === 'building' || !currentList.announced))
  const idle = !owed && !reading && !unfinished && !opening && !announcing && (current?.opened ?? true) && !unsettled(batches, imports)
  const month = current && monthKeyOf(current.batch)
  const held = lists.flatMap((list) => {
    const reason = heldReason(list, month)
    return reason === undefined ? [] : [{ key: list.key, libelle: list.libelle, reason }]
  })
  return { idle, current, batches: sentences, deposits, rows, stages, failed, failedAt, oldest, lists, held }
}

/** Why a list does not come out by itself; nothing when it does. */
const heldReason = (list: ListDocument, currentMonth: string | undefined): string | undefined => {
  const started = recomputingSentence(list, currentMonth)
  if (started !== undefined) return isHeld(list) || (list.recomputing?.as === 'current' && list.key !== currentMonth) ? started : undefined
  return isHeld(list) ? list.reason : undefined
}

const OPENING = 'prêt à ouvrir'

const unsettled = (batches: readonly BatchDocument[], imports: readonly ImportDocument[]): boolean =>
  imports.some((document) => {
    const batch = batches.find(({ key }) => key === document.batch)
    return document.failed === undefined && !document.withdrawn && isClosed(document, batch) && document.settledRun < document.closedRun
  })

const depositStatus = async (
  store: SpineStore,
  document: ImportDocument,
  batches: readonly BatchDocument[],
  imports: readonly ImportDocument[],
  sources: SourceFacts,
): Promise<DepositStatus> => {
  const batch = batches.find(({ key }) => key === document.batch)
  const results: RangeResult[] = isClosed(document, batch) ? await store.imports.results(document.deposit, document.closedRun) : []
  const view = importViewOf({ document, batch, imports, results, isStock: sources.isStock(document.source) })
  return { deposit: document.deposit, filename: document.filename, owner: document.owner, ...view }
}

const listSentence = (list: ListDocument | undefined, current: CurrentDocument): string => {
  if (list?.recomputing !== undefined) return 'sa liste est recalculée'
  if (list?.state === 'published') return 'liste publiée'
  return list?.reason ?? (current.opened ? 'liste en construction' : 'ouverture en cours')
}

const batchStatus = (
  batch: BatchDocument,
  batches: readonly BatchDocument[],
  imports: readonly ImportDocument[],
  deposits: readonly DepositStatus[],
  facts: Parameters<typeof openingObstacles>[3],
  settings: SpineSettings,
): BatchStatus => {
  const effective = Object.keys(batch.verdicts)
    .filter((source) => isEffective(batch, source))
    .sort()
  const held = deposits.filter(({ batch: key, state }) => key === batch.key && state === 'confirmation').map(({ source }) => source)
  const base = { key: batch.key, effective, held: [...new Set(held)].sort() }
  const { current } = facts
  if (current !== undefined && batch.key === current.batch) {
    const list = facts.currentList
    return { ...base, phase: 'current', sentence: `${batch.key} est le lot courant : ${listSentence(list, current)}` }
  }
  if (current !== undefined && batch.key < current.batch) return { ...base, phase: 'closed', sentence: `${batch.key} est clos` }
  if (isSubBatch(batch.key)) return { ...base, phase: 'collecting', sentence: `${batch.key} en collecte : s’ouvre avec son mois` }
  const obstacles = openingObstacles(batch, batches, imports, facts, settings)
  if (obstacles.length === 0) return { ...base, phase: 'collecting', sentence: `${batch.key} en collecte : ${OPENING}` }
  const parked = deposits.filter(({ batch: key, state }) => key === batch.key && (state === 'waiting' || state === 'confirmation'))
  const waiting = parked.map(({ source, state, waitingFor }) => `${source} attend ${state === 'waiting' ? waitingFor.join(' et ') : 'une confirmation'}`)
  // what was received is not missing: the sentence says what it waits for
  const missing = obstacles.filter((obstacle) => !parked.some(({ source }) => obstacle === `manque ${source}`))
  return { ...base, phase: 'collecting', sentence: `${batch.key} en collecte : ${[...new Set([...missing, ...waiting])].join(' ; ')}` }
}
