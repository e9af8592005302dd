import { isSubBatch, monthKeyOf } from '../batch-key.ts'
import { isEffective, perimetreDeposits } from './batches.ts'
import { countingDeposits, ofSource } from './counting.ts'
import type { BatchDocument, CurrentDocument, ImportDocument, ListDocument } from './documents.ts'
import { allShards, ringShards } from './ledger.ts'
import { newList } from './lists.ts'
import { unionSirens, unpackSiren } from './sirens.ts'
import type { Spine, SpineSettings } from './spine.ts'

/** Why a batch does not open yet, one reason each; empty: it may open. Sources are named in the order of the settings. */
export type OpeningFacts = { current: CurrentDocument | undefined; currentList: ListDocument | undefined; unfinished: boolean }

export const openingObstacles = (
  batch: BatchDocument,
  batches: readonly BatchDocument[],
  imports: readonly ImportDocument[],
  facts: OpeningFacts,
  settings: SpineSettings,
): string[] => {
  const obstacles: string[] = []
  const effectiveBy = (source: string): boolean => batches.some((candidate) => candidate.key <= batch.key && isEffective(candidate, source))
  for (const source of settings.requiredInBatch) if (!isEffective(batch, source)) obstacles.push(`manque ${source}`)
  for (const source of settings.requiredEver) if (!effectiveBy(source)) obstacles.push(`manque ${source}`)
  const reading = imports.filter((document) => document.batch === batch.key && isBeingImported(document, batch, imports))
  if (reading.length > 0) obstacles.push(`${reading.length} dépôt(s) en cours d’import`)
  if (facts.current !== undefined) {
    if (!facts.current.opened) obstacles.push(`l’ouverture de ${facts.current.batch} n’est pas finie`)
    if (facts.currentList?.state !== 'published') obstacles.push(`la liste ${monthKeyOf(facts.current.batch)} n’est pas publiée`)
    if (facts.unfinished) obstacles.push(`des entreprises de ${facts.current.batch} sont en cours de calcul`)
  }
  return obstacles
}

/** A waiting deposit, one that failed or that no longer counts does not hold an opening. */
const isBeingImported = (document: ImportDocument, batch: BatchDocument, imports: readonly ImportDocument[]): boolean => {
  const counting = countingDeposits(ofSource(imports, document.source).filter((candidate) => candidate.batch === batch.key))
  if (!counting.some((candidate) => candidate.deposit === document.deposit)) return false
  const run = batch.runs[document.source]?.n ?? 1
  return document.closedRun < run && document.waiting?.run !== run
}

/** Opens what may open, and goes on with an opening that stopped half-way. A list that a slow opener makes after a later month was opened is closed. */
export const tryOpen = async (spine: Spine): Promise<void> => {
  for (;;) {
    const current = await spine.store.admin.current()
    if (current !== undefined && !current.opened) {
      await finishOpening(spine, current.batch)
      continue
    }
    if (current !== undefined) await spine.store.lists.closeBefore(monthKeyOf(current.batch))
    const next = await nextToOpen(spine, current)
    if (next === undefined) return
    await makeCurrent(spine, current, next)
  }
}

const nextToOpen = async (spine: Spine, current: CurrentDocument | undefined): Promise<string | undefined> => {
  const { admin, imports, lists, ledger } = spine.store
  const batches = await admin.batches()
  const later = batches.filter((batch) => current === undefined || batch.key > current.batch)
  if (later.length === 0) return undefined
  const deposits = await imports.all()
  const subBatch = later.find((batch) => isSubBatch(batch.key) && monthKeyOf(batch.key) === (current && monthKeyOf(current.batch)))
  if (subBatch !== undefined && hasSettled(subBatch, deposits)) return subBatch.key
  const months = later.filter((batch) => !isSubBatch(batch.key))
  if (months.length === 0) return undefined
  const facts: OpeningFacts = {
    current,
    currentList: current && (await lists.list(monthKeyOf(current.batch))),
    unfinished: current !== undefined && (await ledger.hasUnfinished(current.batch)),
  }
  return months.find((batch) => openingObstacles(batch, batches, deposits, facts, spine.settings).length === 0)?.key
}

const hasSettled = (batch: BatchDocument, imports: readonly ImportDocument[]): boolean =>
  imports.some((document) => document.batch === batch.key && document.failed === undefined && !document.withdrawn && document.closedRun > 0)

/**
 * Makes a batch current, whatever it lacks (`sf batch open` does not wait for the list before). A person decides for the batch, not for what is
 * current: when an older one opens meanwhile, it is tried again. Returns false when it is not greater than the current one.
 */
export const openBatch = async (spine: Spine, key: string): Promise<boolean> => {
  for (;;) {
    const current = await spine.store.admin.current()
    if (await makeCurrent(spine, current, key)) return true
    if (key <= (current?.batch ?? '')) return false
  }
}

/** `current` is what the decision to open rests on: if another batch was opened since, the decision is void. */
const makeCurrent = async (spine: Spine, current: CurrentDocument | undefined, key: string): Promise<boolean> => {
  if (current !== undefined && current.batch >= key) return false
  if (!(await spine.store.admin.setCurrent(current?.batch, key))) return false
  spine.log.info('batch.current', { batch: key, before: current?.batch })
  await finishOpening(spine, key)
  return true
}

/** What follows the compare-and-set; redone whole by `sweep` while `opened` is missing. */
export const finishOpening = async (spine: Spine, key: string): Promise<void> => {
  const { admin, ledger, lists } = spine.store
  const month = monthKeyOf(key)
  await lists.createList(newList(month))
  await lists.closeBefore(month)
  await touchPerimetre(spine, key)
  let after: string | undefined
  do after = await ledger.touchBehind(key, after, spine.settings.touchSize)
  while (after !== undefined)
  await ringShards(spine, 'refine', allShards(spine.settings.shards))
  await admin.markOpened(key)
  spine.log.info('batch.opened', { batch: key })
}

const touchPerimetre = async (spine: Spine, key: string): Promise<void> => {
  const sirens = await loadPerimetre(spine, perimetreDeposits(key, await spine.store.admin.batches(), await spine.store.imports.all()))
  const { touchSize } = spine.settings
  for (let at = 0; at < sirens.length; at += touchSize) {
    await spine.store.ledger.touch(Array.from(sirens.subarray(at, at + touchSize), unpackSiren), { batch: key })
  }
}

/** The SIRENs that these deposits keep in the perimeter, ascending. */
export const loadPerimetre = async (spine: Spine, deposits: readonly string[]): Promise<Uint32Array> => {
  const parts: Uint32Array[] = []
  for (const deposit of deposits) parts.push(await spine.store.imports.perimetre(deposit))
  return unionSirens(parts)
}
