/**
 * One page of SIRENs at the stage detect: scores each of them for the list of the current batch with the artefact of that list (architecture
 * §6). A SIREN that leaves keeps a tombstone; a pass that finds nothing to write raises the seq all the same.
 */
import { dateFinOf, monthKeyOf } from '../../shared/domain/batch-key.ts'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { addMonths, formatMonth } from '../../shared/domain/month.ts'
import { orItsError } from '../../shared/domain/rules-error.ts'
import type { FeaturesDocument, LedgerDocument, ListDocument, ScoresDocument } from '../../shared/domain/spine/documents.ts'
import { newList } from '../../shared/domain/spine/lists.ts'
import { type Reading, readAdmin } from '../../shared/domain/spine/reading.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { partition } from '../../shared/domain/spine/volume.ts'
import type { Outcome, PageWork } from '../../shared/domain/spine/worker.ts'

/** What a model makes of a SIREN: its score, or why it has none. `key` names everything that it was computed from. */
export type Scored = { key: string; content: unknown } | { key: string; excluded: string }

/** The model of a list. `describe` gives what the list says of it, frozen at the first score. */
export type Detector = {
  describe: Pick<ListDocument, 'artefact' | 'algo' | 'ruleset' | 'thresholds'>
  /** Why the data of the batch are too old for the artefact; nothing when they are fresh enough. */
  staleness(window: BatchWindow, dataDates: Record<string, string>): string | undefined
  score(input: { siren: string; list: string; window: BatchWindow; features: readonly FeaturesDocument[] }): Scored
}

/** `detectorOf` loads the artefact that the list is frozen on, by its id, or the active one. */
export type DetectContext = { spine: Spine; detectorOf: (algo: string | undefined) => Promise<Detector>; large?: LargeDetection }

/**
 * For SIRENs whose variables do not fit in memory: absent, every page is read whole. `counts` gives the documents of Features by SIREN, `budget` how
 * many of them are held at a time, `condensed` few documents of which a model makes what it makes of all those of the SIREN.
 */
export type LargeDetection = {
  counts(sirens: readonly string[]): Promise<Map<string, number>>
  budget: number
  condensed(siren: string): Promise<FeaturesDocument[]>
}

export const detectPage =
  ({ spine, detectorOf, large }: DetectContext): PageWork =>
  async (page, current) => {
    const outcomes = new Map<string, Outcome>()
    if (current === undefined) {
      for (const { siren } of page) outcomes.set(siren, 'done')
      return outcomes
    }
    const list = await listOf(spine, monthKeyOf(current))
    const detector = await detectorOf(list.algo)
    const reading = await readAdmin(spine, current)
    if (reading.current === undefined) return outcomes
    const { window } = reading.current
    await freeze(spine, list, detector, window, dataDatesOf(reading))

    const older = listsToSeal(list.key, await spine.store.lists.lists())
    const score = scoring(spine, detector, { list: list.key, older, window }, outcomes)
    const { groups, alone } = await cut(page, large)
    for (const group of groups) {
      const sirens = group.map(({ siren }) => siren)
      await score(group, await spine.store.features.features(sirens))
    }
    for (const { ledger, features } of alone) {
      const found = await orItsError(features)
      if ('error' in found) outcomes.set(ledger.siren, found)
      else await score([ledger], found)
    }
    return outcomes
  }

const scoring =
  (
    spine: Spine,
    detector: Detector,
    { list, older, window }: { list: string; older: readonly string[]; window: BatchWindow },
    outcomes: Map<string, Outcome>,
  ) =>
  async (ledgers: readonly LedgerDocument[], features: readonly FeaturesDocument[]): Promise<void> => {
    const known = groupBySiren(await spine.store.scores.scores(ledgers.map(({ siren }) => siren)))
    const featuresOf = groupBySiren(features)
    const writes: ScoresDocument[] = []
    for (const ledger of ledgers) {
      const { siren } = ledger
      try {
        const before = known.get(siren)?.find((document) => document.list === list)
        const input = { siren, list, window, features: featuresOf.get(siren) ?? [] }
        const written = documentOf(ledger, list, detector.score(input))
        if (before?.key !== written.key) writes.push(written)
        outcomes.set(siren, 'done')
      } catch (error) {
        outcomes.set(siren, { error: error instanceof Error ? error.message : String(error) })
      }
    }
    const sound = ledgers.filter(({ siren }) => outcomes.get(siren) === 'done')
    // older lists first: from here on a worker that was given up can no longer change them
    await spine.store.scores.raiseScoresSeq(sound)
    await spine.store.scores.putScores(sound.flatMap((ledger) => sealsOf(ledger, older, known.get(ledger.siren) ?? [])))
    await spine.store.scores.putScores(writes)
  }

/**
 * Older lists in which a worker that was given up may still give a first score to a SIREN: those that were closed before they were published, and the
 * latest that was. Nobody was in progress when that one was published: who came after was scored there, or in a later one, which sealed it.
 */
const listsToSeal = (list: string, lists: readonly ListDocument[]): string[] => {
  const older = lists.filter(({ key }) => key < list).reverse()
  const published = older.findIndex(({ publishedAt }) => publishedAt !== undefined)
  return (published < 0 ? older : older.slice(0, published + 1)).map(({ key }) => key)
}

/** A SIREN that has nothing in an older list, whose seq could be raised, gets a tombstone there. */
const sealsOf = ({ siren, seq }: LedgerDocument, older: readonly string[], known: readonly ScoresDocument[]): ScoresDocument[] =>
  older.filter((list) => !known.some((document) => document.list === list)).map((list) => ({ list, siren, seq, key: SEALED, excluded: SEALED }))

/** Why a SIREN has no score in a list that was closed before it was scored there. */
const SEALED = 'liste-close'

/** SIRENs that fit in memory together, and those that do not fit in it alone. */
const cut = async (
  page: readonly LedgerDocument[],
  large: LargeDetection | undefined,
): Promise<{ groups: readonly (readonly LedgerDocument[])[]; alone: { ledger: LedgerDocument; features: () => Promise<FeaturesDocument[]> }[] }> => {
  if (large === undefined) return { groups: [page], alone: [] }
  const counts = await large.counts(page.map(({ siren }) => siren))
  const { groups, alone } = partition(page, large.budget, ({ siren }) => counts.get(siren) ?? 0)
  return { groups, alone: alone.map((ledger) => ({ ledger, features: () => large.condensed(ledger.siren) })) }
}

const documentOf = ({ siren, seq }: LedgerDocument, list: string, scored: Scored): ScoresDocument =>
  'excluded' in scored ? { list, siren, seq, key: scored.key, excluded: scored.excluded } : { list, siren, seq, key: scored.key, content: scored.content }

/** The list of the month; the first `detect` that misses it makes it. */
const listOf = async (spine: Spine, month: string): Promise<ListDocument> => {
  const found = await spine.store.lists.list(month)
  if (found !== undefined) return found
  await spine.store.lists.createList(newList(month))
  return (await spine.store.lists.list(month)) ?? newList(month)
}

const freeze = async (spine: Spine, list: ListDocument, detector: Detector, window: BatchWindow, dataDates: Record<string, string>): Promise<void> => {
  const reason = detector.staleness(window, dataDates)
  if (list.artefact === undefined) await spine.store.lists.updateList(list.key, { ...detector.describe, periode: lastPeriod(window) })
  const isBuilding = list.state === 'building'
  if (isBuilding && list.reason !== reason) await spine.store.lists.updateList(list.key, { reason })
  if (isBuilding && canonicalJson(list.dataDates ?? {}) !== canonicalJson(dataDates)) await spine.store.lists.updateList(list.key, { dataDates })
}

/**
 * Last month of each source in the data of the current batch, `AAAA-MM`: the last headcount for the headcount files; for the others, the month
 * before the latest batch that a file of theirs closed in. Computed from files alone; a source that never came is absent.
 */
export const dataDatesOf = ({ batches, imports, current }: Reading): Record<string, string> => {
  const dates: Record<string, string> = {}
  if (current === undefined) return dates
  for (const batch of batches) {
    if (batch.key > current.key) continue
    for (const { source, closedRun, failed, withdrawn } of imports.filter((document) => document.batch === batch.key)) {
      if (closedRun === 0 || failed !== undefined || withdrawn) continue
      dates[source] = source.startsWith('effectif') ? formatMonth(current.window.dateFinEffectif) : formatMonth(addMonths(dateFinOf(batch.key), -1))
    }
  }
  const partialActivity = dates.apconso ?? dates.apdemande
  return partialActivity === undefined ? dates : { ...dates, ap: partialActivity }
}

/** The last period of a window: the month before its end. */
const lastPeriod = ({ dateFin }: BatchWindow): Date => new Date(Date.UTC(dateFin.getUTCFullYear(), dateFin.getUTCMonth() - 1, 1))

const groupBySiren = <Document extends { siren: string }>(documents: readonly Document[]): Map<string, Document[]> =>
  Map.groupBy(documents, ({ siren }) => siren)
