/**
 * A SIREN whose établissements do not fit in memory together (refine §6.4): compacted piece by piece, then surveyed, then its variables written piece
 * by piece. Nothing grows with the number of établissements but their keys. The order of reads and writes is that of a page, for each piece.
 *
 * It can stop between two pieces and goes on there at the next message, without a record of its own: RawData that carries the seq of the pass
 * has been compacted by it, and a document of Features that carries the fingerprint has been written.
 */
import type { RawValue } from '../../shared/domain/entity.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { recordProvenance } from '../../shared/domain/provenance/provenance.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { FeaturesDocument, LedgerDocument } from '../../shared/domain/spine/documents.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import type { Reading } from '../../shared/domain/spine/reading.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import type { Outcome } from '../../shared/domain/spine/worker.ts'
import { type Compacted, compactEntities } from './compaction.ts'
import type { LargeContext, RefineContext } from './core.ts'
import { fingerprintOf, isUpToDate, storedFingerprint } from './fingerprint.ts'

/**
 * Variables in two passes: `etablissements` gives those whose key passes, in ascending order, and is called twice, first for all. Variables
 * exist for the entreprise and for the établissements of the perimeter (`index.algo2`); those that `isWanted` refuses are there already.
 */
export type ComputeLarge = (input: {
  siren: string
  entreprise: RawValue | undefined
  etablissements: (passes: (key: string) => boolean) => AsyncIterable<RawValue>
  isWanted: (key: string) => boolean
  batch: string
  window: BatchWindow
}) => AsyncIterable<readonly [siret: string, columns: unknown]>

export const refineLarge = async (context: RefineContext, large: LargeContext, ledger: LedgerDocument, reading: Reading): Promise<Outcome> => {
  const compacted = await compactInPieces(context, large, ledger, reading)
  if (compacted !== 'done' || reading.current === undefined) return compacted
  return computeInPieces(context, large, ledger, reading.current)
}

const faultOf = (error: unknown): Outcome => ({ error: error instanceof Error ? error.message : String(error) })

function* piecesOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

const compactInPieces = async (context: RefineContext, { store, piece, signal }: LargeContext, ledger: LedgerDocument, reading: Reading): Promise<Outcome> => {
  const { entities } = context.spine.store
  const imported = await store.importedKeys(ledger.siren)
  const behind = (await store.rawHeads(ledger.siren)).filter(({ seq }) => seq < ledger.seq)
  const keys = [...new Set([...imported, ...behind.map(({ key }) => key)])].sort()
  for (const some of piecesOf(keys, piece)) {
    if (signal.aborted) return 'again'
    const news = await store.importedOf(ledger.siren, some)
    const raws = await store.rawsOf(some)
    let compacted: Compacted
    try {
      compacted = compactEntities(context, ledger, reading, news, raws)
    } catch (error) {
      return faultOf(error)
    }
    const refused = await entities.putRaws(compacted.writes)
    if (refused.size > 0) return 'again'
    await store.raiseRawSeqOf(some, ledger.seq)
    await recordProvenance(context.spine.provenance, [{ siren: ledger.siren, seq: ledger.seq, consumed: news, merged: compacted.documents }])
    await entities.deleteImported(news.map(({ id }) => id))
  }
  return 'done'
}

const computeInPieces = async (
  context: RefineContext,
  { store, compute, piece, signal }: LargeContext,
  ledger: LedgerDocument,
  current: NonNullable<Reading['current']>,
): Promise<Outcome> => {
  const { features } = context.spine.store
  const { siren, seq } = ledger
  const inside = hasSiren(await loadPerimetre(context.spine, current.perimetre), siren)
  const heads = await store.rawHeads(siren)
  const fingerprint = fingerprintOf(context.version, current, inside, heads)
  const known = await features.heads([siren])
  if (!isUpToDate(known, fingerprint)) {
    const expected = new Set(inside ? [siren, ...heads.filter(({ key, algo2 }) => algo2 && !isSiren(key)).map(({ key }) => key)] : [])
    const stored = storedFingerprint(fingerprint, new Set([...known.map(({ siret }) => siret), ...expected]).size)
    const written = new Set(known.filter((document) => document.fingerprint === stored).map(({ siret }) => siret))
    const isWanted = (key: string): boolean => expected.has(key) && !written.has(key)
    const place = (siret: string): FeaturesDocument => ({ siret, siren, seq, batch: current.key, fingerprint: stored })
    let documents: FeaturesDocument[] = known.filter(({ siret }) => !expected.has(siret) && !written.has(siret)).map(({ siret }) => place(siret))
    const etablissements = async function* (passes: (key: string) => boolean): AsyncGenerator<RawValue> {
      const keys = heads.flatMap(({ key }) => (!isSiren(key) && passes(key) ? [key] : []))
      for (const some of piecesOf(keys, piece)) for (const { value } of await store.rawsOf(some)) yield value
    }
    if (inside) {
      const entreprise = (await store.rawsOf([siren]))[0]?.value
      for await (const [siret, columns] of compute({ siren, entreprise, etablissements, isWanted, batch: current.key, window: current.window })) {
        if (signal.aborted) return 'again'
        documents.push({ ...place(siret), columns })
        if (documents.length < piece) continue
        await features.putFeatures(documents)
        documents = []
      }
    }
    await features.putFeatures(documents)
  }
  await features.raiseFeaturesSeq([ledger])
  return 'done'
}
