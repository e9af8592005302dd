/**
 * A closed list scored again (`sf recompute --list`, detect §8.1): variables and scores as of its batch, from what RawData holds of that batch today, with
 * the artefact that the list is frozen on. Only Scores of that list are written; Features stay those of the current batch.
 */
import { dataDatesOf, type Scored } from '../functions/detect/core.ts'
import { detectorOf } from '../functions/detect/detector.ts'
import { monthKeyOf } from '../shared/domain/batch-key.ts'
import type { LoadedArtefact } from '../shared/domain/detection/index.ts'
import type { RawValue } from '../shared/domain/entity.ts'
import { AppError } from '../shared/domain/errors.ts'
import { isSiren } from '../shared/domain/siren.ts'
import type { FeaturesDocument, LedgerDocument, ListDocument, RawDocument, ScoresDocument } from '../shared/domain/spine/documents.ts'
import type { LargeStore } from '../shared/domain/spine/large-store.ts'
import { ringShards } from '../shared/domain/spine/ledger.ts'
import { loadPerimetre } from '../shared/domain/spine/opening.ts'
import { readAdmin } from '../shared/domain/spine/reading.ts'
import { hasSiren } from '../shared/domain/spine/sirens.ts'
import type { Spine } from '../shared/domain/spine/spine.ts'
import { computeFeatures } from '../shared/domain/variables/compute.ts'
import { rulesOf } from '../shared/domain/variables/rules.ts'
import { encodeColumns } from '../shared/domain/variables/storage.ts'

export type Rules = Parameters<typeof rulesOf>[0]

/** What the command needs beside the store of the spine. `page` and `rows` read the ledger whatever the stages; `publishAgain` puts SIRENs back to publish. */
export type RecomputeContext = {
  spine: Spine
  large: LargeStore
  page: (after: string, limit: number) => Promise<LedgerDocument[]>
  rows: (sirens: readonly string[]) => Promise<LedgerDocument[]>
  publishAgain: (sirens: readonly string[]) => Promise<unknown>
  modelOf: (id: string) => Promise<LoadedArtefact>
  rules: Rules
}

/** Scores one SIREN for the list; nothing when it was never concerned by it. */
export type ListScorer = {
  dataDates: Record<string, string>
  isInside(siren: string): boolean
  score(siren: string, raws: readonly RawDocument[] | 'large'): Promise<Scored>
}

/** What variables are computed from; the établissements are read twice. */
type Entities = { entreprise: RawValue | undefined; etablissements: () => Iterable<RawValue> | AsyncIterable<RawValue> }

const together = (raws: readonly RawDocument[]): Entities => {
  const etablissements = raws.filter(({ key }) => !isSiren(key)).map(({ value }) => value)
  return { entreprise: raws.find(({ key }) => isSiren(key))?.value, etablissements: () => etablissements }
}

const inPieces = async (large: LargeStore, siren: string): Promise<Entities> => {
  const keys = (await large.rawHeads(siren)).flatMap(({ key }) => (isSiren(key) ? [] : [key]))
  return {
    entreprise: (await large.rawsOf([siren]))[0]?.value,
    async *etablissements() {
      for (let at = 0; at < keys.length; at += LARGE) for (const { value } of await large.rawsOf(keys.slice(at, at + LARGE))) yield value
    },
  }
}

export type RescoredList = { scored: number; failed: { siren: string; error: string }[] }

const PAGE = 50
/** A SIREN of more documents is read piece by piece. */
const LARGE = 20
const TRIES = 5

const refused = (message: string): AppError => new AppError('STATE_CONFLICT', message)

/** Everything that is needed to score `list` again. Throws `STATE_CONFLICT` when what is stored no longer allows it, `FILE_MISSING` for its artefact. */
export const listScorer = async ({ spine, large, modelOf, rules }: RecomputeContext, list: ListDocument): Promise<ListScorer> => {
  const { key, algo } = list
  const batch = (await spine.store.admin.batches()).filter((candidate) => monthKeyOf(candidate.key) === key).at(-1)?.key
  if (batch === undefined) throw refused(`Le lot ${key} n’existe plus : sa liste ne peut pas être recalculée.`)
  if (algo === undefined) throw refused(`La liste ${key} n’a été calculée avec aucun modèle : il n’y a rien à recalculer.`)
  const current = await spine.store.admin.current()
  if (current !== undefined && (await spine.store.ledger.hasUnfinished(current.batch)))
    throw refused('Des entreprises sont en cours de calcul : recommencez quand « sf status » n’en montre plus.')
  const detector = detectorOf(await modelOf(algo))
  if (detector.describe.artefact !== list.artefact || detector.describe.ruleset !== list.ruleset)
    throw refused(`Le modèle ${algo} ou ses règles ne sont plus ceux de la liste ${key} : elle ne peut pas être recalculée à l’identique.`)
  const reading = await readAdmin(spine, batch)
  if (reading.current === undefined) throw refused(`Le lot ${key} n’est pas lisible.`)
  const { window } = reading.current
  const perimetre = await loadPerimetre(spine, reading.current.perimetre)
  if (perimetre.length === 0) throw refused(`Le périmètre du lot ${key} n’est plus connu (lot purgé ?) : sa liste ne peut pas être recalculée.`)
  const dataDates = dataDatesOf(reading)
  const stale = detector.staleness(window, dataDates)
  if (stale !== undefined) throw refused(`Les données qui restent du lot ${key} ne suffisent plus au modèle : ${stale}.`)

  const featuresOf = async (siren: string, entities: Entities): Promise<FeaturesDocument[]> => {
    const features: FeaturesDocument[] = []
    for await (const columns of computeFeatures({ siren, ...entities, window, batch, rules: rulesOf(rules) })) {
      features.push({ siret: columns.siret, siren, seq: 0, batch, fingerprint: '', columns: encodeColumns(columns) })
    }
    return features
  }

  return {
    dataDates,
    isInside: (siren) => hasSiren(perimetre, siren),
    async score(siren, raws) {
      const entities = raws === 'large' ? await inPieces(large, siren) : together(raws)
      const features = hasSiren(perimetre, siren) ? await featuresOf(siren, entities) : []
      return detector.score({ siren, list: key, window, features })
    },
  }
}

/**
 * Scores every SIREN of the ledger for the list, page by page, and puts those that it concerns back to publish. A SIREN whose computation throws keeps
 * its score and is told. Nothing is lost when it stops: it is started over.
 */
export const rescoreList = async (context: RecomputeContext, key: string, scorer: ListScorer, progress: (done: number) => void): Promise<RescoredList> => {
  const result: RescoredList = { scored: 0, failed: [] }
  let after = ''
  for (let done = 0; ; ) {
    const page = await context.page(after, PAGE)
    if (page.length === 0) return result
    after = page.at(-1)?.siren ?? ''
    const concerned = await rescorePage(context, key, scorer, page, result)
    await context.publishAgain(concerned)
    const shards = new Map(page.map(({ siren, shard }) => [siren, shard]))
    await ringShards(
      context.spine,
      'publish',
      concerned.map((siren) => shards.get(siren) ?? 0),
    )
    result.scored += concerned.length
    done += page.length
    progress(done)
  }
}

/** A SIREN that is worked at meanwhile has raised its seq in every list, and refuses what is older: it is done again with the seq that it has now. */
const rescorePage = async (
  context: RecomputeContext,
  key: string,
  scorer: ListScorer,
  page: readonly LedgerDocument[],
  result: RescoredList,
): Promise<string[]> => {
  const { scores } = context.spine.store
  const known = ofList(await scores.scores(page.map(({ siren }) => siren)), key)
  let todo = page.filter(({ siren }) => scorer.isInside(siren) || known.has(siren))
  const concerned = todo.map(({ siren }) => siren)
  for (let tries = 0; todo.length > 0; tries++) {
    if (tries === TRIES) throw new AppError('VERSION_CONFLICT', 'Les entreprises changent pendant le recalcul : relancez la commande.')
    const written = await scorePage(context, key, scorer, todo, result)
    await scores.putScores(written)
    const stored = ofList(await scores.scores(written.map(({ siren }) => siren)), key)
    const late = written.filter((document) => stored.get(document.siren)?.key !== document.key).map(({ siren }) => siren)
    todo = late.length === 0 ? [] : await context.rows(late)
  }
  return concerned
}

const ofList = (documents: readonly ScoresDocument[], list: string): Map<string, ScoresDocument> =>
  new Map(documents.flatMap((document) => (document.list === list ? [[document.siren, document] as const] : [])))

const scorePage = async (
  { spine, large }: RecomputeContext,
  list: string,
  scorer: ListScorer,
  page: readonly LedgerDocument[],
  result: RescoredList,
): Promise<ScoresDocument[]> => {
  const volumes = await large.volumes(page.map(({ siren }) => siren))
  const isLarge = (siren: string): boolean => (volumes.get(siren)?.raws ?? 0) > LARGE
  const raws = Map.groupBy(await spine.store.entities.raws(page.flatMap(({ siren }) => (isLarge(siren) ? [] : [siren]))), ({ siren }) => siren)
  const written: ScoresDocument[] = []
  for (const { siren, seq } of page) {
    try {
      written.push({ list, siren, seq, ...(await scorer.score(siren, isLarge(siren) ? 'large' : (raws.get(siren) ?? []))) })
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error
      result.failed.push({ siren, error: error instanceof Error ? error.message : String(error) })
    }
  }
  return written
}
