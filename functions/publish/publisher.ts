import type { Pool } from '../../shared/adapters/postgres/connect.ts'
import { type ListDescription, type PageItem, publishPage, upsertList } from '../../shared/adapters/postgres/publication.ts'
import { canonicalJson } from '../../shared/domain/canonical-json.ts'
import { publicationOf } from '../../shared/domain/publication/publication.ts'
import { ScoreDocument } from '../../shared/domain/publication/score-document.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { ListDocument, ScoresDocument } from '../../shared/domain/spine/documents.ts'
import type { Outcome } from '../../shared/domain/spine/worker.ts'
import type { Log } from '../../shared/ports.ts'
import type { Publisher, Subject } from './core.ts'

/** Publishes to PostgreSQL: a page of SIRENs in one transaction, each under its guard row. */
export const postgresPublisher = (pool: Pool, log: Log): Publisher => {
  const written = new Map<string, string>()
  return {
    async putLists(lists) {
      for (const list of lists) {
        const description = describe(list)
        if (description === undefined) continue
        const text = canonicalJson(description)
        if (written.get(list.key) === text) continue
        await upsertList(pool, description)
        written.set(list.key, text)
      }
    },
    async publishPage(subjects) {
      const outcomes = new Map<string, Outcome>()
      const items: PageItem[] = []
      for (const subject of subjects) {
        try {
          items.push(itemOf(subject, log))
          outcomes.set(subject.siren, 'done')
        } catch (error) {
          outcomes.set(subject.siren, { error: error instanceof Error ? error.message : String(error) })
        }
      }
      await publishPage(pool, items)
      return outcomes
    },
  }
}

const itemOf = ({ siren, seq, inside, raws, scores, lists, current }: Subject, log: Log): PageItem => {
  if (!inside) return { siren, seq, publication: 'tombstone' }
  const publication = publicationOf({
    siren,
    entreprise: raws.find(({ key }) => isSiren(key))?.value,
    etablissements: raws.filter(({ key }) => !isSiren(key)).map(({ value }) => value),
    scores: scores.flatMap(scoreOf),
    closedUnpublishedLists: closedUnpublished(lists),
    batch: { key: current.key, window: current.window },
  })
  if ('outside' in publication) return { siren, seq, publication: 'tombstone' }
  const { unattachedScores, ...rows } = publication
  if (unattachedScores > 0) log.warn('publish.scores-unattached', { siren, count: unattachedScores })
  return { siren, seq, publication: rows }
}

/** Lists that were closed before they were published count nowhere. */
export const closedUnpublished = (lists: readonly ListDocument[]): string[] =>
  lists.filter((list) => list.state === 'closed' && list.publishedAt === undefined).map(({ key }) => key)

/** A SIREN that was excluded has no score to show. */
export const scoreOf = ({ content }: ScoresDocument): ScoreDocument[] => (content === undefined ? [] : [ScoreDocument.parse(content)])

/** Names the model of a list that no entreprise reached: it is published empty all the same. */
export const NO_MODEL = 'aucun'

/** The last day of the latest month that any source reaches in the data of a list. */
const lastDataDay = (dates: Readonly<Record<string, string>>): Date | undefined => {
  const latest = Object.values(dates).sort().at(-1)
  return latest === undefined ? undefined : new Date(Date.UTC(Number(latest.slice(0, 4)), Number(latest.slice(5, 7)), 0))
}

/** What agents read of a list beside its name: a list that was computed anew says so (architecture §4). */
const descriptionOf = ({ description, recomputed }: ListDocument): string | undefined => {
  const day = recomputed?.toLocaleDateString('fr-FR', { timeZone: 'Europe/Paris', day: 'numeric', month: 'long', year: 'numeric' })
  const parts = [description, day === undefined ? undefined : `Liste recalculée le ${day}.`].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** A list that no model has scored yet has nothing to describe. */
export const describe = (list: ListDocument): ListDescription | undefined => {
  if (list.algo === undefined) return undefined
  return {
    batch: list.key,
    libelle: list.libelle,
    algo: list.algo,
    description: descriptionOf(list),
    seuils: list.thresholds === undefined ? undefined : { f1: list.thresholds.F1, f2: list.thresholds.F2 },
    dateDonnees: lastDataDay(list.dataDates ?? {}),
    artefact: list.artefact,
    regles: list.ruleset,
    etat: list.state,
  }
}
