/**
 * One page of SIRENs at the stage refine: merges what was imported into RawData, then computes the variables until the current batch
 * (architecture §5, refine §2.9). Read order: ImportedData, then RawData; write order: RawData, then exactly the imports that were read are deleted, then Features.
 */
import type { RawValue } from '../../shared/domain/entity.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { recordProvenance } from '../../shared/domain/provenance/provenance.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { FeaturesDocument, LedgerDocument } from '../../shared/domain/spine/documents.ts'
import type { LargeStore } from '../../shared/domain/spine/large-store.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import { type Reading, readAdmin } from '../../shared/domain/spine/reading.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { IMPORTED_WEIGHT, partition } from '../../shared/domain/spine/volume.ts'
import type { Outcome, PageWork } from '../../shared/domain/spine/worker.ts'
import { type Compacted, type CompactionContext, compactEntities } from './compaction.ts'
import { fingerprintOf, isUpToDate, storedFingerprint } from './fingerprint.ts'
import { type ComputeLarge, refineLarge } from './large.ts'
import { logIfMany } from './many.ts'

/** Computes the stored form of the variables of a SIREN, by SIRET. */
export type ComputeVariables = (input: {
  siren: string
  entreprise: RawValue | undefined
  etablissements: RawValue[]
  batch: string
  window: BatchWindow
}) => Promise<Map<string, unknown>>

/**
 * For SIRENs that do not fit in memory: absent, every page is read whole. `budget` and `piece` count documents held at a time, of a page and of a large
 * SIREN; `signal` stops between two pieces of a SIREN, which goes on where it stood at the next message.
 */
export type LargeContext = { store: LargeStore; compute: ComputeLarge; budget: number; piece: number; signal: AbortSignal }

/** `version` names the rules: another one computes everything again. */
export type RefineContext = CompactionContext & { spine: Spine; compute: ComputeVariables; version: string; large?: LargeContext }

export const refinePage =
  (context: RefineContext): PageWork =>
  async (page, current) => {
    const reading = await readAdmin(context.spine, current)
    const outcomes = new Map<string, Outcome>()
    if (context.large === undefined) {
      await refineTogether(context, page, reading, outcomes)
      return outcomes
    }
    const volumes = await context.large.store.volumes(page.map(({ siren }) => siren))
    const { groups, alone } = partition(page, context.large.budget, ({ siren }) => {
      const { raws, imported } = volumes.get(siren) ?? { raws: 0, imported: 0 }
      return raws + imported * IMPORTED_WEIGHT
    })
    for (const group of groups) await refineTogether(context, group, reading, outcomes)
    for (const ledger of alone) {
      if (context.large.signal.aborted) outcomes.set(ledger.siren, 'again')
      else outcomes.set(ledger.siren, await refineLarge(context, context.large, ledger, reading))
    }
    return outcomes
  }

type CompactedSiren = Compacted & { ledger: LedgerDocument }

const refineTogether = async (context: RefineContext, page: readonly LedgerDocument[], reading: Reading, outcomes: Map<string, Outcome>): Promise<void> => {
  const { entities } = context.spine.store
  const sirens = page.map(({ siren }) => siren)
  const imported = bySiren(await entities.imported(sirens))
  const raws = bySiren(await entities.raws(sirens))
  const sound: CompactedSiren[] = []
  for (const ledger of page) {
    try {
      sound.push({ ledger, ...compactEntities(context, ledger, reading, imported.get(ledger.siren) ?? [], raws.get(ledger.siren) ?? []) })
    } catch (error) {
      outcomes.set(ledger.siren, { error: messageOf(error) })
    }
  }
  const refused = await entities.putRaws(sound.flatMap(({ writes }) => writes))
  const written = sound.filter(({ ledger, writes }) => {
    const conflict = writes.some(({ document }) => refused.has(document.key))
    if (conflict) outcomes.set(ledger.siren, 'again')
    return !conflict
  })
  await entities.raiseRawSeq(written.map(({ ledger }) => ledger))
  await recordProvenance(
    context.spine.provenance,
    written.map(({ ledger: { siren, seq }, documents }) => ({ siren, seq, consumed: imported.get(siren) ?? [], merged: documents })),
  )
  await entities.deleteImported(written.flatMap(({ ledger }) => (imported.get(ledger.siren) ?? []).map(({ id }) => id)))
  await computePage(context, reading, written, outcomes)
}

const computePage = async (context: RefineContext, reading: Reading, compacted: readonly CompactedSiren[], outcomes: Map<string, Outcome>): Promise<void> => {
  const { spine } = context
  const { current } = reading
  if (current === undefined) {
    for (const { ledger } of compacted) outcomes.set(ledger.siren, 'done')
    return
  }
  const perimetre = await loadPerimetre(spine, current.perimetre)
  const heads = bySiren(await spine.store.features.heads(compacted.map(({ ledger }) => ledger.siren)))
  const writes: FeaturesDocument[] = []
  for (const siren of compacted) {
    try {
      const known = heads.get(siren.ledger.siren) ?? []
      const inside = hasSiren(perimetre, siren.ledger.siren)
      const fingerprint = fingerprintOf(context.version, current, inside, siren.documents)
      if (!isUpToDate(known, fingerprint)) writes.push(...(await computeSiren(context, siren, current, inside, known, fingerprint)))
      outcomes.set(siren.ledger.siren, 'done')
    } catch (error) {
      outcomes.set(siren.ledger.siren, { error: messageOf(error) })
    }
  }
  await spine.store.features.putFeatures(writes)
  await spine.store.features.raiseFeaturesSeq(compacted.filter(({ ledger }) => outcomes.get(ledger.siren) === 'done').map(({ ledger }) => ledger))
}

/** Documents of établissements that have no variables (any more), or of a SIREN outside the perimeter, become tombstones. */
const computeSiren = async (
  { spine, compute }: RefineContext,
  { ledger: { siren, seq }, documents }: CompactedSiren,
  current: NonNullable<Reading['current']>,
  inside: boolean,
  known: readonly FeaturesDocument[],
  fingerprint: string,
): Promise<FeaturesDocument[]> => {
  const entreprise = documents.find(({ key }) => isSiren(key))?.value
  const etablissements = documents.filter(({ key }) => !isSiren(key)).map(({ value }) => value)
  const variables = inside ? await compute({ siren, entreprise, etablissements, batch: current.key, window: current.window }) : new Map<string, unknown>()
  logIfMany(spine.log, siren, [...variables.keys()].filter((key) => !isSiren(key)).length)
  const sirets = new Set([...known.map(({ siret }) => siret), ...variables.keys()])
  const stored = storedFingerprint(fingerprint, sirets.size)
  return [...sirets].sort().map((siret) => {
    const columns = variables.get(siret)
    const place = { siret, siren, seq, batch: current.key, fingerprint: stored }
    return columns === undefined ? place : { ...place, columns }
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const bySiren = <Document extends { siren: string }>(documents: readonly Document[]): Map<string, Document[]> => Map.groupBy(documents, ({ siren }) => siren)
