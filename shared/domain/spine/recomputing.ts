/**
 * A list that agents saw is computed anew (`sf recompute --list`, architecture §4). In order: the list goes back to `building` and says so, it is taken
 * from the sight of agents, it is scored again, it is `ready`; it is shown again once no SIREN is in progress. Whatever stops in between leaves it hidden,
 * with a sentence in `sf status`; the command given again starts over.
 */
import { monthKeyOf } from '../batch-key.ts'
import { AppError } from '../errors.ts'
import type { ListDocument, Recomputing } from './documents.ts'
import { ringList } from './ledger.ts'
import type { Spine } from './spine.ts'

export type RecomputedList = { list: ListDocument; recomputing: Recomputing }

const refused = (message: string): AppError => new AppError('STATE_CONFLICT', message)

/** The list, if it may be computed anew. Throws `LIST_UNKNOWN` or `STATE_CONFLICT`. */
export const recomputableList = async (spine: Spine, key: string): Promise<{ list: ListDocument; as: Recomputing['as'] }> => {
  const list = await spine.store.lists.list(key)
  if (list === undefined) throw new AppError('LIST_UNKNOWN', `La liste ${key} n’existe pas.`)
  if (list.publishedAt === undefined) {
    if (list.state === 'closed') throw refused(`La liste ${key} a été close avant d’être publiée : aucun agent ne l’a vue, il n’y a rien à recalculer.`)
    throw refused(`La liste ${key} n’est pas encore publiée : « sf recompute --from detect » suffit.`)
  }
  if (!list.announced && list.recomputing === undefined) throw refused(`La publication de la liste ${key} n’est pas finie : recommencez dans quelques minutes.`)
  const current = await spine.store.admin.current()
  const isCurrent = current !== undefined && monthKeyOf(current.batch) === key
  if (isCurrent && !current.opened) throw refused(`L’ouverture de ${current.batch} n’est pas finie : recommencez dans quelques minutes.`)
  return { list, as: isCurrent ? 'current' : 'closed' }
}

/** The list goes back to `building`. Throws as `recomputableList`, and `STATE_CONFLICT` when it is no longer what it was when it was looked at. */
export const beginRecomputing = async (spine: Spine, key: string, expected: Recomputing['as']): Promise<RecomputedList> => {
  for (;;) {
    const { list, as } = await recomputableList(spine, key)
    if (as !== expected) throw refused('Un lot s’est ouvert entre-temps : relancez la commande.')
    const recomputing: Recomputing = { id: spine.bellId(), at: spine.clock(), as, ready: false }
    if (!(await spine.store.lists.changeList(list, { state: 'building', announced: false, recomputing }))) continue
    spine.log.info('list.recomputing', { list: key, as })
    return { list: (await spine.store.lists.list(key)) ?? list, recomputing }
  }
}

/** Everything was asked for: what is left is the work of the functions. Throws `STATE_CONFLICT` when somebody else started over meanwhile. */
export const endRecomputing = async (spine: Spine, key: string, { id }: Recomputing): Promise<void> => {
  for (;;) {
    const list = await spine.store.lists.list(key)
    if (list?.recomputing?.id !== id) throw refused(`La liste ${key} est recalculée par quelqu’un d’autre.`)
    if (await spine.store.lists.changeList(list, { recomputing: { ...list.recomputing, ready: true } })) break
  }
  await ringList(spine, key)
}

/**
 * The list is shown again if all of it was asked for and no SIREN is in progress, at a date that is later than the one at which it was hidden. The list of
 * a batch that is no longer current was only computed in part: it stays hidden until the command is given again.
 */
export const finishRecomputing = async (spine: Spine, list: ListDocument): Promise<void> => {
  const { recomputing, reason, publishAt } = list
  const { admin, ledger, lists } = spine.store
  const current = await admin.current()
  if (recomputing?.ready !== true || reason !== undefined || current?.opened !== true) return
  const isCurrent = monthKeyOf(current.batch) === list.key
  if ((recomputing.as === 'current' && !isCurrent) || (await ledger.hasUnfinished(current.batch))) return
  const now = spine.clock()
  const publishedAt = new Date(Math.max(now.getTime(), publishAt?.getTime() ?? 0, recomputing.at.getTime() + 1))
  const fields = { state: isCurrent ? 'published' : 'closed', publishedAt, announced: false, recomputed: now, recomputing: undefined } as const
  if (await lists.changeList(list, fields)) spine.log.info('list.recomputed', { list: list.key })
}

/** Why a list that is computed anew is not visible, for people. */
export const recomputingSentence = ({ key, recomputing, state }: ListDocument, currentMonth: string | undefined): string | undefined => {
  if (recomputing === undefined) return undefined
  if (recomputing.as === 'current' && currentMonth !== key) return `le lot suivant s’est ouvert pendant le recalcul : relancez « sf recompute --list ${key} »`
  if (!recomputing.ready) return `recalcul commencé, pas terminé : s’il a été interrompu, relancez « sf recompute --list ${key} »`
  return state === 'building' ? 'recalcul en cours' : 'recalcul en cours, la liste est close'
}

/** Lists whose recomputation only waits for the functions: `sweep` rings them. */
export const ringRecomputing = async (spine: Spine): Promise<number> => {
  const waiting = (await spine.store.lists.lists()).filter(({ recomputing }) => recomputing?.ready === true)
  for (const { key } of waiting) await ringList(spine, key)
  return waiting.length
}
