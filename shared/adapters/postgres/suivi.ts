import { type Queryable, withPostgresErrors } from './connect.ts'

/** An établissement that an agent follows. */
export type Suivi = {
  siret: string
  since: Date
  category: string
  comment: string | null
}

/** In order of creation. */
export const followedBy = (db: Queryable, username: string): Promise<Suivi[]> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<Suivi>('select siret, since, category, comment from suivi where username = $1 and active order by id', [username])
    return rows
  })

/** Is this établissement published? */
export const isKnownSiret = (db: Queryable, siret: string): Promise<boolean> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query('select from resume where siret = $1', [siret])
    return rows.length > 0
  })

/** Nothing when the agent follows it already: of two simultaneous calls one creates (a unique partial index decides). */
export const createSuivi = (
  db: Queryable,
  suivi: {
    siret: string
    username: string
    comment: string
    category: string
    at: Date
  },
): Promise<{ since: Date } | undefined> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<{ since: Date }>(
      `insert into suivi (siret, siren, username, since, comment, category) values ($1, left($1, 9), $2, $3, $4, $5)
       on conflict (siret, username) where active do nothing returning since`,
      [suivi.siret, suivi.username, suivi.at, suivi.comment, suivi.category],
    )
    return rows[0]
  })

/** False when the agent did not follow it. The row stays, with why it ended. */
export const endSuivi = (
  db: Queryable,
  end: {
    siret: string
    username: string
    comment: string | null
    category: string
    at: Date
  },
): Promise<boolean> =>
  withPostgresErrors(async () => {
    const { rowCount } = await db.query(
      `update suivi set active = false, until = $3, unfollow_comment = $4, unfollow_category = $5 where siret = $1 and username = $2 and active`,
      [end.siret, end.username, end.at, end.comment, end.category],
    )
    return rowCount === 1
  })
