/**
 * Watches while the schedule runs, for what the final state cannot tell: each write is looked at as soon as it is made. A rule that a worker
 * checks before it writes may be overtaken between the two; it was broken when what forbids the write was true all along since the worker began.
 */
import { isSubBatch, monthKeyOf } from '../../shared/domain/batch-key.ts'
import { isEffective } from '../../shared/domain/spine/batches.ts'
import { countingDeposits, ofSource } from '../../shared/domain/spine/counting.ts'
import type { BatchDocument, ImportDocument, ScoresDocument } from '../../shared/domain/spine/documents.ts'
import type { World } from '../spine/world.ts'
import { passMonitorOf } from './monitor-passes.ts'
import { runMonitorOf } from './monitor-runs.ts'

/** Who writes: `started` is the step at which it began; an opening that a person asks for waits for nothing. */
export type Writer = { started: number; isForced: boolean }

export type Monitor = {
  faults: Set<string>
  /** Scores of the lists that are closed, as they stood at their closing (`list:siren` → content). */
  sealed: Map<string, string>
  watch(operation: string, writer: Writer, step: number): void
  /** Somebody from outside has written. */
  notice(step: number): void
}

/** Writes after which something could be wrong; reads need no look. */
const LEDGER = /^ledger\.(touch|advance|raiseBatch|recordFailure)/
const ADMIN = /^admin\.(setCurrent|markOpened|updateBatch|ensureBatch)/
const IMPORTS = /^imports\.(register|setPlan|fail|park|raise|set|putResult)$/

const AT_WORK: ReadonlySet<string> = new Set(['refine', 'detect', 'publish'])

export const monitorOf = (world: World, onPublished: (list: string) => readonly string[]): Monitor => {
  const { data } = world
  const faults = new Set<string>()
  const passes = passMonitorOf(world, faults)
  const sealed = new Map<string, string>()
  const since = new Map<string, number>()
  const ledgerBatches = new Map<string, string>()
  const shownBatches = new Map<string, string>()
  const listStates = new Map<string, string>()
  const closedRuns = new Map<string, number>()
  const completed = new Set<string>()
  /** Lists that were closed when nothing was in progress. */
  const completedLists = new Set<string>()
  /** Of each closed list, where the SIRENs stood when it was closed. */
  const closings = new Map<string, Map<string, number>>()
  let current: string | undefined

  /** Remembers since when what forbids a write holds without a break. */
  const note = (kind: string, step: number, conditions: Iterable<string>): void => {
    const now = new Set([...conditions].map((condition) => `${kind}:${condition}`))
    for (const known of since.keys()) if (known.startsWith(`${kind}:`) && !now.has(known)) since.delete(known)
    for (const condition of now) if (!since.has(condition)) since.set(condition, step)
  }
  const heldSince = (condition: string, { started }: Writer): boolean => (since.get(condition) ?? Number.POSITIVE_INFINITY) < started

  const ledgerCondition = (step: number): void => {
    const isUnfinished = data.ledger.values().some(({ stage, batch }) => AT_WORK.has(stage) || (stage === 'done' && batch < (data.current?.batch ?? '')))
    note('ledger', step, isUnfinished ? ['unfinished'] : [])
    if (data.current?.opened === true && !isUnfinished) completed.add(data.current.batch)
  }

  const conditions = (step: number): void => {
    note('current', step, data.current === undefined ? ['none'] : data.current.opened ? [] : ['unopened'])
    ledgerCondition(step)
    const list = data.current === undefined ? undefined : data.lists.get(monthKeyOf(data.current.batch))
    note('list', step, data.current !== undefined && list?.state !== 'published' ? ['unpublished'] : [])
    note(
      'missing',
      step,
      [...data.batches.values()].flatMap((batch) => missingSources(batch, [...data.batches.values()], world)),
    )
    note(
      'reading',
      step,
      [...data.batches.values()].flatMap((batch) => unread(batch, [...data.imports.values()])),
    )
  }

  const watchLedger = (): void => {
    for (const { siren, batch } of data.ledger.values()) {
      if (batch < (ledgerBatches.get(siren) ?? '')) faults.add(`${siren} went back from ${ledgerBatches.get(siren)} to ${batch}`)
      ledgerBatches.set(siren, batch)
    }
  }

  const watchOpening = (writer: Writer): void => {
    const opened = data.current?.batch
    if (opened === undefined || opened === current) return
    if (current !== undefined && opened < current) faults.add(`${opened} opened after ${current}`)
    if (!writer.isForced && !isSubBatch(opened)) {
      // the batch that was current cannot become unopened again, nor its list unpublished: who decided on it saw what still holds
      for (const condition of ['current:unopened', 'list:unpublished']) {
        if (current !== undefined && since.has(condition)) faults.add(`${opened} opened while ${condition}`)
      }
      if (current !== undefined && heldSince('ledger:unfinished', writer)) faults.add(`${opened} opened while ledger:unfinished`)
      for (const condition of since.keys()) {
        const isOwn = condition.startsWith(`missing:${opened} `) || condition.startsWith(`reading:${opened} `)
        if (isOwn && heldSince(condition, writer)) faults.add(`${opened} opened while ${condition}`)
      }
    }
    current = opened
  }

  const watchLists = (writer: Writer): void => {
    for (const { key, state } of data.lists.values()) {
      const before = listStates.get(key)
      listStates.set(key, state)
      if (state === before) continue
      if (before === 'closed') faults.add(`list ${key} was closed and is ${state}`)
      if (state === 'published') {
        if (![...completed].some((batch) => monthKeyOf(batch) === key)) faults.add(`list ${key} is published before it is complete`)
        if (heldSince('ledger:unfinished', writer) || heldSince('current:unopened', writer)) faults.add(`list ${key} is published while it is built`)
        for (const fault of onPublished(key)) faults.add(fault)
      }
      if (state === 'closed' && !since.has('ledger:unfinished')) completedLists.add(key)
      if (state !== 'closed') continue
      closings.set(key, new Map([...data.ledger.values()].map(({ siren, seq }) => [siren, seq])))
      for (const [place, score] of data.scores) if (score.list === key) sealed.set(place, said(score))
    }
    for (const key of world.announced.keys()) if (data.lists.get(key)?.publishedAt === undefined) faults.add(`list ${key} shows before it is published`)
  }

  const watchImports = (): void => {
    for (const { deposit, batch, closedRun, plan } of data.imports.values()) {
      if (closedRun <= (closedRuns.get(deposit) ?? 0)) continue
      closedRuns.set(deposit, closedRun)
      const results = [...data.results.values()].filter((result) => result.deposit === deposit && result.run === closedRun)
      const ranges = new Set(results.map(({ range }) => range))
      if (plan === undefined || !plan.ranges.every((_, range) => ranges.has(range))) faults.add(`${deposit} is closed before its ranges`)
      const records = results.reduce((sum, { counts }) => sum + counts.imported + counts.filtered + counts.rejected + counts.ignored, 0)
      if (plan !== undefined && records !== plan.records) faults.add(`${deposit} of ${batch} counts ${records} records of ${plan.records}`)
    }
  }

  const watchRuns = (writer: Writer): void => {
    for (const { key, closedRun } of data.batches.values()) {
      for (const [source, run] of Object.entries(closedRun)) {
        const place = `${key} ${source}`
        if (run < (closedRuns.get(place) ?? 0)) faults.add(`the run of ${place} goes back to ${run}`)
        const isNew = run > (closedRuns.get(place) ?? 0)
        closedRuns.set(place, run)
        if (!isNew) continue
        const open = openSince(place, run, writer)
        if (open !== undefined) faults.add(`run ${run} of ${place} is closed while ${open}`)
      }
    }
  }

  /** A deposit that this run has yet to import, and had all along since the worker began. */
  const openSince = (place: string, run: number, writer: Writer): string | undefined =>
    [...since.keys()].find((condition) => condition.startsWith(`reading:${place} `) && condition.endsWith(` ${run}`) && heldSince(condition, writer))

  const runs = runMonitorOf(world, faults, openSince)

  const watchShown = (): void => {
    for (const [siren, { batch }] of world.published) {
      if (batch < (shownBatches.get(siren) ?? '')) faults.add(`${siren} shows ${batch} after ${shownBatches.get(siren)}`)
      shownBatches.set(siren, batch)
    }
  }

  /**
   * A pass that was in flight may end in a list that a person closed over it, until its SIREN is scored in the next one (decision 0008). No pass that
   * began after the closing writes there, and none at all when nothing was in progress.
   */
  const watchSealed = (): void => {
    for (const [place, score] of data.scores) {
      const { list, siren, seq } = score
      const closing = closings.get(list)
      if (closing === undefined || sealed.get(place) === said(score)) continue
      const isSeal = score.content === undefined && !sealed.has(place)
      sealed.set(place, said(score))
      if (isSeal) continue
      const isSealed = [...data.scores.values()].some((other) => other.siren === siren && other.list > list)
      if (isSealed || completedLists.has(list) || seq > (closing.get(siren) ?? 0)) faults.add(`the score ${place} of a closed list changed`)
    }
  }

  return {
    faults,
    sealed,
    notice: conditions,
    watch(operation, writer, step) {
      const isLedger = LEDGER.test(operation)
      const isAdmin = ADMIN.test(operation)
      const isImports = IMPORTS.test(operation)
      passes.watch(operation, writer, step)
      if (isLedger) watchLedger()
      if (isAdmin) {
        watchOpening(writer)
        watchRuns(writer)
      }
      if (isImports) watchImports()
      runs.watch(operation, writer)
      if (operation.startsWith('lists.') || operation === 'postgres.announce') watchLists(writer)
      if (operation === 'postgres.publish') watchShown()
      if (operation === 'scores.putScores') watchSealed()
      if (isAdmin || isImports || operation.startsWith('lists.')) conditions(step)
      else if (isLedger) ledgerCondition(step)
    },
  }
}

const said = ({ content, excluded }: ScoresDocument): string => JSON.stringify([content, excluded])

/** Sources without which a month does not open by itself, as `batch source`. */
const missingSources = (batch: BatchDocument, batches: readonly BatchDocument[], { settings }: World): string[] => [
  ...settings.requiredInBatch.filter((source) => !isEffective(batch, source)).map((source) => `${batch.key} ${source}`),
  ...settings.requiredEver
    .filter((source) => !batches.some((other) => other.key <= batch.key && isEffective(other, source)))
    .map((source) => `${batch.key} ${source}`),
]

/** Deposits that count and are not read under the current run of their source, as `batch source deposit run`. */
const unread = (batch: BatchDocument, imports: readonly ImportDocument[]): string[] =>
  Object.entries(batch.runs).flatMap(([source, { n }]) => {
    const counting = countingDeposits(ofSource(imports, source).filter((document) => document.batch === batch.key))
    return counting.filter(({ closedRun, waiting }) => closedRun < n && waiting?.run !== n).map(({ deposit }) => `${batch.key} ${source} ${deposit} ${n}`)
  })
