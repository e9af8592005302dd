/**
 * One page of SIRENs at the stage publish: replaces what PostgreSQL shows of them (architecture §7). What is published is a
 * function of RawData, of the scores of every list and of the lists that never were published.
 */
import { orItsError } from '../../shared/domain/rules-error.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { LedgerDocument, ListDocument, RawDocument, ScoresDocument } from '../../shared/domain/spine/documents.ts'
import type { LargeStore } from '../../shared/domain/spine/large-store.ts'
import { loadPerimetre } from '../../shared/domain/spine/opening.ts'
import { type Reading, readAdmin } from '../../shared/domain/spine/reading.ts'
import { hasSiren } from '../../shared/domain/spine/sirens.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { partition, piecesOf } from '../../shared/domain/spine/volume.ts'
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

/** A SIREN whose établissements are given a few at a time, in ascending order, as often as asked. `versions` are those of its documents. */
export type LargeSubject = Omit<Subject, 'raws'> & {
  versions: string[]
  entreprise: RawDocument | undefined
  etablissements: () => AsyncIterable<RawDocument[]>
}

/** For SIRENs that do not fit in memory: absent, every page is read whole. `budget` and `piece` count the documents of RawData held at a time. */
export type LargePublisher = {
  store: Pick<LargeStore, 'volumes' | 'rawHeads' | 'rawsOf'>
  budget: number
  piece: number
  publishLarge(subject: LargeSubject): Promise<Outcome>
}

export const publishPage =
  (spine: Spine, publisher: Publisher, large?: LargePublisher): PageWork =>
  async (page, current) => {
    const reading = await readAdmin(spine, current)
    const { current: known } = reading
    if (known === undefined) return new Map(page.map(({ siren }): [string, Outcome] => [siren, 'done']))
    const perimetre = await loadPerimetre(spine, known.perimetre)
    const lists = await spine.store.lists.lists()
    const { groups, alone } = await cut(page, large)
    const outcomes = new Map<string, Outcome>()
    for (const group of groups) {
      const sirens = group.map(({ siren }) => siren)
      const raws = Map.groupBy(await spine.store.entities.raws(sirens), ({ siren }) => siren)
      const scores = Map.groupBy(await spine.store.scores.scores(sirens), ({ siren }) => siren)
      await publisher.putLists(lists)
      const subjects = group.map(({ siren, seq }) => ({
        siren,
        seq,
        inside: hasSiren(perimetre, siren),
        raws: raws.get(siren) ?? [],
        scores: scores.get(siren) ?? [],
        lists,
        current: known,
      }))
      for (const [siren, outcome] of await publisher.publishPage(subjects)) outcomes.set(siren, outcome)
    }
    for (const { ledger, publisher: one } of alone) {
      const { siren, seq } = ledger
      const scores = await spine.store.scores.scores([siren])
      await publisher.putLists(lists)
      const subject = { siren, seq, inside: hasSiren(perimetre, siren), scores, lists, current: known }
      outcomes.set(siren, await orItsError(() => publishAlone(one, subject)))
    }
    return outcomes
  }

/** SIRENs that fit in memory together, and those that do not fit in it alone. */
const cut = async (
  page: readonly LedgerDocument[],
  large: LargePublisher | undefined,
): Promise<{ groups: readonly (readonly LedgerDocument[])[]; alone: { ledger: LedgerDocument; publisher: LargePublisher }[] }> => {
  if (large === undefined) return { groups: [page], alone: [] }
  const volumes = await large.store.volumes(page.map(({ siren }) => siren))
  const { groups, alone } = partition(page, large.budget, ({ siren }) => volumes.get(siren)?.raws ?? 0)
  return { groups, alone: alone.map((ledger) => ({ ledger, publisher: large })) }
}

const publishAlone = async ({ store, piece, publishLarge }: LargePublisher, subject: Omit<Subject, 'raws'>): Promise<Outcome> => {
  const heads = await store.rawHeads(subject.siren)
  const sirets = heads.flatMap(({ key }) => (isSiren(key) ? [] : [key]))
  const [entreprise] = await store.rawsOf([subject.siren])
  const etablissements = async function* (): AsyncGenerator<RawDocument[]> {
    for (const some of piecesOf(sirets, piece)) yield await store.rawsOf(some)
  }
  return publishLarge({ ...subject, versions: heads.map(({ version }) => version), entreprise, etablissements })
}
