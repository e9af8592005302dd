import { monthKeyOf } from '../batch-key.ts'
import { AppError } from '../errors.ts'
import type { ListDocument } from './documents.ts'
import { ringList, ringOpening } from './ledger.ts'
import { finishRecomputing } from './recomputing.ts'
import type { Spine } from './spine.ts'

const MONTHS = ['Janvier', 'Février', 'Mars', 'Avril', 'Mai', 'Juin', 'Juillet', 'Août', 'Septembre', 'Octobre', 'Novembre', 'Décembre']

/** `2511` → « Novembre 2025 ». */
export const libelleOf = (month: string): string => `${MONTHS[Number(month.slice(2, 4)) - 1] ?? month} 20${month.slice(0, 2)}`

export const newList = (key: string): ListDocument => ({ key, libelle: libelleOf(key), state: 'building', announced: false })

/** Writes `liste.publie_le`; the date that stands there once written is never changed. */
export type AnnounceList = (list: ListDocument, at: Date) => Promise<void>

/**
 * Publishes a list if it is complete (architecture §4): its batch is opened, and no SIREN stands at a lower batch or is in
 * progress. `building` → `published` is a compare-and-set; the date in PostgreSQL is written after it, again and again until it is there.
 */
export const publishIfComplete = async (spine: Spine, key: string, announce: AnnounceList): Promise<void> => {
  const { admin, ledger, lists } = spine.store
  const list = await lists.list(key)
  if (list === undefined) return
  if (list.recomputing !== undefined) await finishRecomputing(spine, list)
  else if (list.state === 'building' && list.reason === undefined) {
    const current = await admin.current()
    const isOpen = current?.opened === true && monthKeyOf(current.batch) === key
    if (!isOpen || (await ledger.hasUnfinished(current.batch))) return
    if (await lists.markPublished(list, latest(spine.clock(), list.publishAt))) spine.log.info('list.published', { list: key })
  }
  const published = await lists.list(key)
  if (published?.publishedAt === undefined || published.announced) return
  if (published.recomputing !== undefined) return
  await announce(published, published.publishedAt)
  await lists.markAnnounced(published)
  await ringOpening(spine)
}

/** Now, or the later date that an operator chose: nobody is told that a list was visible before it was. */
const latest = (now: Date, chosen: Date | undefined): Date => (chosen !== undefined && chosen > now ? chosen : now)

/**
 * Sets the date from which agents see a list that is not published yet (`sf list publish --at`); nothing: as soon as it is complete. It lifts no other
 * condition, and data that are too old still hold the list. A batch that collects may be given its date in advance. Returns the list.
 * Throws `BATCH_UNKNOWN`, and `STATE_CONFLICT` when the list is published or closed: that date is never changed.
 */
export const schedulePublication = async (spine: Spine, month: string, publishAt: Date | undefined): Promise<ListDocument> => {
  const { admin, lists } = spine.store
  for (;;) {
    const list = await lists.list(month)
    if (list === undefined) {
      const current = await admin.current()
      const isToCome = current === undefined || month >= monthKeyOf(current.batch)
      if (!isToCome || !(await admin.batches()).some(({ key }) => monthKeyOf(key) === month))
        throw new AppError('BATCH_UNKNOWN', `La liste ${month} n’existe pas, et aucun lot de ce mois n’est en collecte.`)
      await lists.createList(newList(month))
      continue
    }
    if (list.state !== 'building')
      throw new AppError(
        'STATE_CONFLICT',
        `La liste ${month} est ${list.state === 'closed' ? 'close' : 'déjà publiée'} : sa date de publication ne change plus.`,
      )
    if (await lists.changeList(list, { publishAt })) return (await lists.list(month)) ?? list
  }
}

/** Rung by whoever finds that nothing is left to do: the current list may be complete, the next batch may open. */
export const ringIfQuiet = async (spine: Spine): Promise<void> => {
  const current = await spine.store.admin.current()
  if (current === undefined || (await spine.store.ledger.hasUnfinished(current.batch))) return
  await ringList(spine, monthKeyOf(current.batch))
  await ringOpening(spine)
}
