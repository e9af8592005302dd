/**
 * One page of SIRENs at the stage refine: merges what was imported into RawData, then computes the variables until the current batch
 * (architecture §5, refine §2.9). Read order: ImportedData, then RawData; write order: RawData, then exactly the imports that were read are deleted, then Features.
 */
import { createHash } from 'node:crypto'
import { compactEntity } from '../../shared/domain/compaction/compact.ts'
import type { RawValue } from '../../shared/domain/entity.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { FeaturesDocument, ImportedDocument, LedgerDocument, RawDocument } from '../../shared/domain/spine/documents.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import { type Reading, readAdmin } from '../../shared/domain/spine/reading.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import type { Outcome, PageWork } from '../../shared/domain/spine/worker.ts'

/** Computes the stored form of the variables of a SIREN, by SIRET. */
export type ComputeVariables = (input: {
  siren: string
  entreprise: RawValue | undefined
  etablissements: RawValue[]
  batch: string
  window: BatchWindow
}) => Promise<Map<string, unknown>>

/** `version` names the rules: another one computes everything again. `newVersion` gives a new text at every call. */
export type RefineContext = { spine: Spine; compute: ComputeVariables; version: string; newVersion: () => string }

/** MongoDB refuses a document of 16 MiB; one of this size fails with a clear message before (refine §6.4). */
export const MAX_DOCUMENT_BYTES = 15 * 1024 * 1024

export const refinePage =
  (context: RefineContext): PageWork =>
  async (page, current) => {
    const { spine } = context
    const sirens = page.map(({ siren }) => siren)
    const reading = await readAdmin(spine, current)
    const imported = bySiren(await spine.store.entities.imported(sirens))
    const raws = bySiren(await spine.store.entities.raws(sirens))
    const outcomes = new Map<string, Outcome>()
    const compacted = page.map((ledger) => compactSiren(context, ledger, reading, imported.get(ledger.siren) ?? [], raws.get(ledger.siren) ?? []))
    for (const result of compacted) if ('error' in result) outcomes.set(result.ledger.siren, { error: result.error })
    const sound = compacted.filter((result): result is Compacted => !('error' in result))

    const refused = await spine.store.entities.putRaws(sound.flatMap(({ writes }) => writes))
    const written = sound.filter(({ ledger, writes }) => {
      const conflict = writes.some(({ document }) => refused.has(document.key))
      if (conflict) outcomes.set(ledger.siren, 'again')
      return !conflict
    })
    await spine.store.entities.raiseRawSeq(written.map(({ ledger }) => ledger))
    await spine.store.entities.deleteImported(written.flatMap(({ ledger }) => (imported.get(ledger.siren) ?? []).map(({ id }) => id)))
    await computePage(context, reading, written, outcomes)
    return outcomes
  }

type Compacted = { ledger: LedgerDocument; documents: RawDocument[]; writes: { document: RawDocument; read: string | undefined }[] }

const compactSiren = (
  { newVersion }: RefineContext,
  ledger: LedgerDocument,
  reading: Reading,
  imported: readonly ImportedDocument[],
  raws: readonly RawDocument[],
): Compacted | { ledger: LedgerDocument; error: string } => {
  const old = new Map(raws.map((document) => [document.key, document]))
  const keys = [...new Set([...old.keys(), ...imported.map(({ key }) => key)])].sort()
  const documents: RawDocument[] = []
  const writes: Compacted['writes'] = []
  try {
    for (const key of keys) {
      const before = old.get(key)
      const news = imported.filter((document) => document.key === key).map(({ value }) => value)
      const { value, changed } = compactEntity({
        key,
        scope: isSiren(key) ? 'entreprise' : 'etablissement',
        old: before?.value,
        news,
        batches: reading.readings,
      })
      if (before !== undefined && !changed) documents.push(before)
      if (!changed) continue
      const document = { key, siren: ledger.siren, seq: ledger.seq, version: newVersion(), value, held: heldBy(value) }
      documents.push(document)
      writes.push({ document, read: before?.version })
    }
  } catch (error) {
    return { ledger, error: error instanceof Error ? error.message : String(error) }
  }
  return { ledger, documents, writes }
}

/** What a document holds, as `batch:type:run`: the closing of a run finds by it the documents that stand on a lower one. */
export const heldBy = (value: RawValue): string[] => {
  const held = new Set<string>()
  for (const byBatch of [value.batch, value.repeated ?? {}]) {
    for (const [batch, types] of Object.entries(byBatch)) {
      for (const type of Object.keys(types)) if (type !== 'compact' && type !== 'reporder') held.add(`${batch}:${type}:${value.runs?.[batch]?.[type] ?? 1}`)
    }
  }
  return [...held].sort()
}

const computePage = async (context: RefineContext, reading: Reading, compacted: readonly Compacted[], outcomes: Map<string, Outcome>): Promise<void> => {
  const { spine } = context
  const { current } = reading
  if (current === undefined) {
    for (const { ledger } of compacted) outcomes.set(ledger.siren, 'done')
    return
  }
  const perimetre = await loadPerimetre(spine, current.perimetre)
  const heads = bySiren(await spine.store.features.heads(compacted.map(({ ledger }) => ledger.siren)))
  const writes: FeaturesDocument[] = []
  for (const { ledger, documents } of compacted) {
    try {
      const known = heads.get(ledger.siren) ?? []
      const inside = hasSiren(perimetre, ledger.siren)
      const fingerprint = fingerprintOf(context.version, current, inside, documents)
      if (known.length === 0 || known.some((head) => head.fingerprint !== fingerprint)) {
        writes.push(...(await computeSiren(context, ledger, current, inside, documents, known, fingerprint)))
      }
      outcomes.set(ledger.siren, 'done')
    } catch (error) {
      outcomes.set(ledger.siren, { error: error instanceof Error ? error.message : String(error) })
    }
  }
  await spine.store.features.putFeatures(writes)
  await spine.store.features.raiseFeaturesSeq(compacted.filter(({ ledger }) => outcomes.get(ledger.siren) === 'done').map(({ ledger }) => ledger))
}

/** Documents of établissements that have no variables (any more), or of a SIREN outside the perimeter, become tombstones. */
const computeSiren = async (
  { compute }: RefineContext,
  { siren, seq }: LedgerDocument,
  current: NonNullable<Reading['current']>,
  inside: boolean,
  documents: readonly RawDocument[],
  known: readonly FeaturesDocument[],
  fingerprint: string,
): Promise<FeaturesDocument[]> => {
  const entreprise = documents.find(({ key }) => isSiren(key))?.value
  const etablissements = documents.filter(({ key }) => !isSiren(key)).map(({ value }) => value)
  const variables = inside ? await compute({ siren, entreprise, etablissements, batch: current.key, window: current.window }) : new Map<string, unknown>()
  const sirets = new Set([...known.map(({ siret }) => siret), ...variables.keys()])
  return [...sirets].sort().map((siret) => {
    const columns = variables.get(siret)
    const place = { siret, siren, seq, batch: current.key, fingerprint }
    return columns === undefined ? place : { ...place, columns }
  })
}

const fingerprintOf = (version: string, current: NonNullable<Reading['current']>, inside: boolean, documents: readonly RawDocument[]): string => {
  const { dateDebut, dateFin, dateFinEffectif } = current.window
  const parts = [
    version,
    current.key,
    dateDebut.toISOString(),
    dateFin.toISOString(),
    dateFinEffectif.toISOString(),
    inside,
    ...documents.map((document) => `${document.key}=${document.version}`),
  ]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)
}

const bySiren = <Document extends { siren: string }>(documents: readonly Document[]): Map<string, Document[]> => Map.groupBy(documents, ({ siren }) => siren)
