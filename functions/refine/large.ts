/**
 * A SIREN whose établissements do not fit in memory together (refine §6.4): compacted piece by piece, then surveyed, then its variables written piece
 * by piece. Nothing grows with the number of établissements but their keys. The order of reads and writes is that of a page, for each piece.
 *
 * It can stop between two pieces and goes on there at the next message: RawData that carries the seq of the pass has been compacted by it, a document
 * of Features that carries the fingerprint has been written, and what the survey found so far is kept under the same fingerprint.
 */
import type { RawValue } from '../../shared/domain/entity.ts'
import type { BatchWindow } from '../../shared/domain/features.ts'
import { recordProvenance } from '../../shared/domain/provenance/provenance.ts'
import { byRules, orItsError } from '../../shared/domain/rules-error.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { FeaturesDocument, LedgerDocument } from '../../shared/domain/spine/documents.ts'
import type { RawHead } from '../../shared/domain/spine/large-store.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import type { Reading } from '../../shared/domain/spine/reading.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import { IMPORTED_WEIGHT, piecesOf } from '../../shared/domain/spine/volume.ts'
import type { Outcome } from '../../shared/domain/spine/worker.ts'
import { compactEntities } from './compaction.ts'
import type { LargeContext, RefineContext } from './core.ts'
import { fingerprintOf, isUpToDate, storedFingerprint } from './fingerprint.ts'
import { logIfMany } from './many.ts'

/** The variables of a SIREN in two passes, which its caller makes: the whole survey first, then an entity at a time. */
export type LargeComputation = {
  /** Adds établissements to the survey, in ascending order of SIRET, those outside the perimeter included. */
  survey(etablissements: readonly RawValue[]): void
  /** The survey as it stands, as a document can hold it. */
  surveyed(): unknown
  /** Stored form of the variables of the entreprise. */
  entreprise(): unknown
  etablissement(value: RawValue): unknown
}

/** `surveyed`: the survey goes on from there. */
export type ComputeLarge = (input: {
  siren: string
  entreprise: RawValue | undefined
  batch: string
  window: BatchWindow
  surveyed: unknown
}) => LargeComputation

/** Pieces after which the survey is kept: one write for many reads, and little to do again for a worker that dies. */
const PIECES_BETWEEN_CHECKPOINTS = 20

export const refineLarge = async (context: RefineContext, large: LargeContext, ledger: LedgerDocument, reading: Reading): Promise<Outcome> => {
  return orItsError(async () => {
    const compacted = await compactInPieces(context, large, ledger, reading)
    if (compacted !== 'done' || reading.current === undefined) return compacted
    return computeInPieces(context, large, ledger, reading.current)
  })
}

const computeByRules = (compute: ComputeLarge, input: Parameters<ComputeLarge>[0]): LargeComputation => {
  const computation = byRules(() => compute(input))
  return {
    survey: (etablissements) => byRules(() => computation.survey(etablissements)),
    surveyed: () => byRules(() => computation.surveyed()),
    entreprise: () => byRules(() => computation.entreprise()),
    etablissement: (value) => byRules(() => computation.etablissement(value)),
  }
}

const compactInPieces = async (context: RefineContext, { store, piece, signal }: LargeContext, ledger: LedgerDocument, reading: Reading): Promise<Outcome> => {
  const { entities } = context.spine.store
  const imported = await store.importedCounts(ledger.siren)
  const behind = (await store.rawHeads(ledger.siren)).filter(({ seq }) => seq < ledger.seq)
  const keys = [...new Set([...imported.keys(), ...behind.map(({ key }) => key)])].sort()
  for (const some of piecesOf(keys, piece, (key) => 1 + (imported.get(key) ?? 0) * IMPORTED_WEIGHT)) {
    if (signal.aborted) return 'again'
    const news = await store.importedOf(ledger.siren, some)
    const raws = await store.rawsOf(some)
    const compacted = byRules(() => compactEntities(context, ledger, reading, news, raws))
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
  large: LargeContext,
  ledger: LedgerDocument,
  current: NonNullable<Reading['current']>,
): Promise<Outcome> => {
  const { features } = context.spine.store
  const { siren } = ledger
  const inside = hasSiren(await loadPerimetre(context.spine, current.perimetre), siren)
  const heads = await large.store.rawHeads(siren)
  const fingerprint = fingerprintOf(context.version, current, inside, heads)
  const known = await features.heads([siren])
  if (!isUpToDate(known, fingerprint)) {
    const expected = new Set(inside ? [siren, ...heads.filter(({ key, algo2 }) => algo2 && !isSiren(key)).map(({ key }) => key)] : [])
    const stored = storedFingerprint(fingerprint, new Set([...known.map(({ siret }) => siret), ...expected]).size)
    const written = new Set(known.filter((document) => document.fingerprint === stored).map(({ siret }) => siret))
    const place = (siret: string): FeaturesDocument => ({ siret, siren, seq: ledger.seq, batch: current.key, fingerprint: stored })
    await features.putFeatures(known.filter(({ siret }) => !expected.has(siret) && !written.has(siret)).map(({ siret }) => place(siret)))
    if (inside) {
      logIfMany(context.spine.log, siren, expected.size - 1)
      const computation = await surveyInPieces(large, siren, current, heads, fingerprint)
      if (computation === undefined) return 'again'
      if (!written.has(siren)) await features.putFeatures([{ ...place(siren), columns: computation.entreprise() }])
      const wanted = [...expected].filter((key) => key !== siren && !written.has(key))
      for (const some of piecesOf(wanted, large.piece)) {
        if (large.signal.aborted) return 'again'
        const raws = await large.store.rawsOf(some)
        await features.putFeatures(raws.map(({ key, value }) => ({ ...place(key), columns: computation.etablissement(value) })))
      }
    }
  }
  await large.store.deleteSurvey(siren)
  await features.raiseFeaturesSeq([ledger])
  return 'done'
}

/** The whole survey, from where it was left if it is still one of the same documents; nothing when time was up before its end. */
const surveyInPieces = async (
  { store, compute, piece, signal }: LargeContext,
  siren: string,
  current: NonNullable<Reading['current']>,
  heads: readonly RawHead[],
  fingerprint: string,
): Promise<LargeComputation | undefined> => {
  const kept = await store.survey(siren)
  const begun = kept?.fingerprint === fingerprint ? kept : undefined
  const entreprise = (await store.rawsOf([siren]))[0]?.value
  const computation = computeByRules(compute, { siren, entreprise, batch: current.key, window: current.window, surveyed: begun?.found })
  const pieces = [
    ...piecesOf(
      heads.flatMap(({ key }) => (isSiren(key) || key <= (begun?.after ?? '') ? [] : [key])),
      piece,
    ),
  ]
  for (const [at, some] of pieces.entries()) {
    computation.survey((await store.rawsOf(some)).map(({ value }) => value))
    const isDue = (at + 1) % PIECES_BETWEEN_CHECKPOINTS === 0 || at === pieces.length - 1
    if (isDue || signal.aborted) await store.putSurvey({ siren, fingerprint, after: some.at(-1) ?? '', found: computation.surveyed() })
    if (signal.aborted) return undefined
  }
  return computation
}
