import { monthKeyOf } from '../batch-key.ts'
import type { ListDocument } from './documents.ts'
import { ringList, ringOpening } from './ledger.ts'
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
  if (list.state === 'building' && list.reason === undefined) {
    const current = await admin.current()
    const isOpen = current?.opened === true && monthKeyOf(current.batch) === key
    if (!isOpen || (await ledger.hasUnfinished(current.batch))) return
    if (await lists.markPublished(key, list.publishAt ?? spine.clock())) spine.log.info('list.published', { list: key })
  }
  const published = await lists.list(key)
  if (published?.publishedAt === undefined || published.announced) return
  await announce(published, published.publishedAt)
  await lists.markAnnounced(key)
  await ringOpening(spine)
}

/** Rung by whoever finds that nothing is left to do: the current list may be complete, the next batch may open. */
export const ringIfQuiet = async (spine: Spine): Promise<void> => {
  const current = await spine.store.admin.current()
  if (current === undefined || (await spine.store.ledger.hasUnfinished(current.batch))) return
  await ringList(spine, monthKeyOf(current.batch))
  await ringOpening(spine)
}
