import type { Queryable } from '../../shared/adapters/postgres/connect.ts'
import { type PublishedList, publishedLists } from '../../shared/adapters/postgres/published.ts'
import type { Light } from '../../shared/adapters/postgres/summaries.ts'
import { dateFinOf } from '../../shared/domain/batch-key.ts'

/** The published lists, the current one first, and the light in which summaries are read when no other list is asked for. */
export type Lists = {
  all: PublishedList[]
  current: PublishedList | undefined
  light: Light
}

export const readLists = async (db: Queryable, at: Date): Promise<Lists> => {
  const all = await publishedLists(db, at)
  const current = all[0]
  return { all, current, light: lightOf(all, current, at) }
}

/** The light of one list. Payment plans are counted from the month of the current list, whatever list is read (datapi §3.4 "past liste"). */
export const lightOf = (all: readonly PublishedList[], list: PublishedList | undefined, at: Date): Light => ({
  at,
  libelle: list?.libelle ?? null,
  debut: all[0] === undefined ? null : dateFinOf(all[0].batch),
  published: [...new Set(all.map((item) => item.libelle))],
})
