import { type Queryable, withPostgresErrors } from './connect.ts'

/** A list that readers may see. `seuils` 0…1. */
export type PublishedList = {
  libelle: string
  batch: string
  algo: string
  description: string | null
  seuils: { f1: number; f2: number } | null
  dateDonnees: Date | null
  /** There is a restricted list of the tax administration for it. */
  restreinte: boolean
}

/**
 * Every list published at that instant, by batch descending (text order) then algo ascending: the first is the current one. Nothing of
 * another list may be read: each query takes these libellés, or joins `liste` under the same condition (datapi §9 trap 30).
 */
export const publishedLists = (db: Queryable, at: Date): Promise<PublishedList[]> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query(
      `select l.libelle, l.batch, l.algo, l.description, l.seuils, l.date_donnees,
         exists (select from codefi_entreprise c where c.libelle = l.libelle) as restreinte
       from liste l where l.publie_le <= $1
       order by l.batch collate "C" desc, l.algo collate "C"`,
      [at],
    )
    return rows.map((row) => ({
      libelle: row.libelle,
      batch: row.batch,
      algo: row.algo,
      description: row.description,
      seuils: row.seuils,
      dateDonnees: row.date_donnees,
      restreinte: row.restreinte,
    }))
  })
