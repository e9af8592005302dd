import type { Pool } from '../../shared/adapters/postgres/connect.ts'
import { publishPage } from '../../shared/adapters/postgres/publication.ts'
import { publishInParts } from '../../shared/adapters/postgres/publication-parts.ts'
import { inputsFingerprint, type LargeInput, outlineOf, partsOf } from '../../shared/domain/publication/large.ts'
import type { Outcome } from '../../shared/domain/spine/worker.ts'
import type { Log } from '../../shared/ports.ts'
import type { LargeSubject } from './core.ts'
import { closedUnpublished, scoreOf } from './publisher.ts'

/** Publishes a large SIREN to PostgreSQL: one transaction, in which its rows are made and written a few établissements at a time. */
export const postgresLarge =
  (pool: Pool, log: Log): ((subject: LargeSubject) => Promise<Outcome>) =>
  async ({ siren, seq, inside, versions, entreprise, etablissements, scores, lists, current }) => {
    const input: LargeInput = {
      siren,
      entreprise: entreprise?.value,
      etablissements: async function* () {
        for await (const documents of etablissements()) yield documents.map(({ value }) => value)
      },
      scores: scores.flatMap(scoreOf),
      closedUnpublishedLists: closedUnpublished(lists),
      batch: { key: current.key, window: current.window },
    }
    const outline = inside ? await outlineOf(input) : { outside: true as const }
    if ('outside' in outline) {
      await publishPage(pool, [{ siren, seq, publication: 'tombstone' }])
      return 'done'
    }
    if (outline.unattachedScores > 0) log.warn('publish.scores-unattached', { siren, count: outline.unattachedScores })
    await publishInParts(pool, { siren, seq, empreinte: inputsFingerprint(input, versions), parts: () => partsOf(input, outline) })
    return 'done'
  }
