import { type Queryable, withPostgresErrors } from './connect.ts'

/** One request (datapi §6). Never the token. `groupes`: confidential groups that the answer discloses. */
export type JournalEntry = {
  at: Date
  requestId: string
  sub: string | null
  username: string | null
  email: string | null
  segment: string | null
  roles: readonly string[] | null
  method: string
  /** Template of the route, `/etablissement/get/{siret}`. */
  route: string
  path: string
  params: unknown
  sirens: readonly string[]
  sirets: readonly string[]
  groupes: readonly string[]
  status: number
  durationMs: number
  page: number | null
}

/** Insert only: the function that writes the journal cannot read it back. */
export const writeJournal = (db: Queryable, entry: JournalEntry): Promise<void> =>
  withPostgresErrors(async () => {
    await db.query(
      `insert into journal.requete (at, request_id, sub, username, email, segment, roles, method, route, path, params, siren, siret, groupes, status, duration_ms, page)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        entry.at,
        entry.requestId,
        entry.sub,
        entry.username,
        entry.email,
        entry.segment,
        entry.roles,
        entry.method,
        entry.route,
        entry.path,
        JSON.stringify(entry.params),
        entry.sirens,
        entry.sirets,
        entry.groupes,
        entry.status,
        entry.durationMs,
        entry.page,
      ],
    )
  })
