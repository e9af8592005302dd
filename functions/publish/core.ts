/**
 * One page of SIRENs at the stage publish: replaces what PostgreSQL shows of them (architecture §7). What is published is a
 * function of RawData, of the scores of every list and of the lists that never were published.
 */
import type { ListDocument, RawDocument, ScoresDocument } from '../../shared/domain/spine/documents.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import { type Reading, readAdmin } from '../../shared/domain/spine/reading.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import type { Outcome, PageWork } from '../../shared/domain/spine/worker.ts'

/** Everything that is known of a SIREN when it is published. `inside`: it is in the perimeter of the current batch. */
export type Subject = {
  siren: string
  seq: number
  inside: boolean
  raws: RawDocument[]
  scores: ScoresDocument[]
  lists: ListDocument[]
  current: NonNullable<Reading['current']>
}

/** Where the platform is published. Each SIREN is replaced whole, unless something of a greater seq stands there. */
export type Publisher = {
  publishPage(subjects: readonly Subject[]): Promise<Map<string, Outcome>>
  /** The lists, without their dates of publication. */
  putLists(lists: readonly ListDocument[]): Promise<void>
}

export const publishPage =
  (spine: Spine, publisher: Publisher): PageWork =>
  async (page, current) => {
    const reading = await readAdmin(spine, current)
    const { current: known } = reading
    if (known === undefined) return new Map(page.map(({ siren }): [string, Outcome] => [siren, 'done']))
    const sirens = page.map(({ siren }) => siren)
    const perimetre = await loadPerimetre(spine, known.perimetre)
    const lists = await spine.store.lists.lists()
    const raws = Map.groupBy(await spine.store.entities.raws(sirens), ({ siren }) => siren)
    const scores = Map.groupBy(await spine.store.scores.scores(sirens), ({ siren }) => siren)
    await publisher.putLists(lists)
    return publisher.publishPage(
      page.map(({ siren, seq }) => ({
        siren,
        seq,
        inside: hasSiren(perimetre, siren),
        raws: raws.get(siren) ?? [],
        scores: scores.get(siren) ?? [],
        lists,
        current: known,
      })),
    )
  }
