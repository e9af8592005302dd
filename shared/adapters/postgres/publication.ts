import { AppError } from '../../domain/errors.ts'
import { fingerprintOf } from '../../domain/publication/publication.ts'
import type { Publication } from '../../domain/publication/rows.ts'
import { PANIER_FICHE } from '../../domain/publication/sheets.ts'
import { type Connection, type Pool, type Queryable, withPostgresErrors, withTransaction } from './connect.ts'

/** What a pass that read the SIREN at `seq` publishes. `tombstone`: it left the perimeter, nothing of it stays but its guard row. */
export type PageItem = {
  siren: string
  seq: number
  publication: Publication | 'tombstone'
}

/** `unchanged`: the same content was there, only `seq` was raised. `older`: a later pass had already published, nothing was touched. */
export type PageOutcome = {
  siren: string
  outcome: 'written' | 'unchanged' | 'older'
}

const AUTHOR = 'publish'

/** Fingerprint of a SIREN that has nothing to show. */
const NOTHING = 'tombstone'

/**
 * Replaces what a page of SIRENs publishes, in one transaction: a reader sees all of a SIREN or nothing of the change. The guard row of
 * each SIREN decides (architecture §2): a lower `seq` than the stored one writes nothing, and a pass that finds nothing to write still raises
 * it. Equal `seq` is the same pass again. The outcomes are in the order of `items`; a SIREN may be there once.
 */
export const publishPage = async (pool: Pool, items: readonly PageItem[], publieLe: Date = new Date()): Promise<PageOutcome[]> => {
  if (items.length === 0) return []
  const described = items.map((item) => ({
    ...item,
    empreinte: item.publication === 'tombstone' ? NOTHING : fingerprintOf(item.publication),
    isOutside: item.publication === 'tombstone',
  }))
  return withTransaction(pool, async (connection) => {
    const stored = await lockGuards(
      connection,
      items.map((item) => item.siren),
    )
    const outcomes = described.map(({ siren, seq, empreinte }): PageOutcome => {
      const guard = stored.get(siren)
      if (guard !== undefined && guard.seq > seq) return { siren, outcome: 'older' }
      return {
        siren,
        outcome: guard?.empreinte === empreinte ? 'unchanged' : 'written',
      }
    })
    const outcomeOf = new Map(outcomes.map(({ siren, outcome }) => [siren, outcome]))
    const mine = described.filter(({ siren }) => outcomeOf.get(siren) !== 'older')
    const changed = mine.filter(({ siren }) => outcomeOf.get(siren) === 'written')
    if (changed.length > 0) {
      await deleteRows(
        connection,
        changed.map((item) => item.siren),
      )
      await insertRows(
        connection,
        changed.flatMap((item) => (item.publication === 'tombstone' ? [] : item.publication)),
        publieLe,
      )
    }
    if (mine.length > 0) await raiseGuards(connection, mine)
    return outcomes
  })
}

type Guard = { seq: number; empreinte: string | null }

/** Makes the missing guard rows, then locks all of them in one order, so that two pages cannot block each other. */
export const lockGuards = async (connection: Connection, sirens: readonly string[]): Promise<Map<string, Guard>> => {
  await connection.query(
    `insert into publication (siren, seq)
     select siren, -1 from unnest($1::text[]) as page (siren) order by siren
     on conflict do nothing`,
    [sirens],
  )
  const { rows } = await connection.query<Guard & { siren: string }>(
    `select siren, seq, empreinte from publication where siren = any ($1::text[]) order by siren for update`,
    [sirens],
  )
  return new Map(rows.map(({ siren, ...guard }) => [siren, guard]))
}

/** Sheets that others put in the bucket (a file of State-guaranteed loans, for instance) stay. */
export const deleteRows = async (connection: Connection, sirens: readonly string[]): Promise<void> => {
  await connection.query(`delete from feuillet where panier = $2 and siren = any ($1::text[]) and auteur = $3`, [sirens, PANIER_FICHE, AUTHOR])
  await connection.query(`delete from resume where siren = any ($1::text[])`, [sirens])
  await connection.query(`delete from alerte where siren = any ($1::text[])`, [sirens])
  await connection.query(`delete from score where siren = any ($1::text[])`, [sirens])
}

export const insertRows = async (connection: Connection, publications: readonly Publication[], publieLe: Date): Promise<void> => {
  const all = <Row>(rows: (publication: Publication) => readonly Row[]): string => JSON.stringify(publications.flatMap(rows))
  await connection.query(
    `insert into feuillet (panier, cle, badges, valeur, auteur, publie_le)
     select $2, cle, array (select json_array_elements_text(badges)), valeur, $3, $4
     from json_to_recordset($1::json) as page (cle jsonb, badges json, valeur jsonb)`,
    [all((publication) => publication.feuillets), PANIER_FICHE, AUTHOR, publieLe],
  )
  await connection.query(`insert into resume select * from json_populate_recordset(null::resume, $1::json)`, [all((publication) => publication.resumes)])
  await connection.query(`insert into alerte select * from json_populate_recordset(null::alerte, $1::json)`, [all((publication) => publication.alertes)])
  await connection.query(`insert into score select * from json_populate_recordset(null::score, $1::json)`, [all((publication) => publication.scores)])
}

export const raiseGuards = async (
  connection: Connection,
  items: readonly { siren: string; seq: number; empreinte: string; isOutside: boolean }[],
): Promise<void> => {
  await connection.query(
    `update publication set seq = page.seq, empreinte = page.empreinte, hors_perimetre = page.hors
     from unnest($1::text[], $2::bigint[], $3::text[], $4::boolean[]) as page (siren, seq, empreinte, hors)
     where publication.siren = page.siren and publication.seq <= page.seq`,
    [items.map((item) => item.siren), items.map((item) => item.seq), items.map((item) => item.empreinte), items.map((item) => item.isOutside)],
  )
}

/** A list as publication describes it. `seuils` are those of the two levels, 0…1; `dateDonnees` is the date of the data it was made from. */
export type ListDescription = {
  batch: string
  libelle: string
  algo: string
  description?: string | undefined
  seuils?: { f1: number; f2: number } | undefined
  dateDonnees?: Date | undefined
  artefact?: string | undefined
  regles?: string | undefined
  etat: 'building' | 'published' | 'closed'
}

/**
 * Writes what a list is, and never `publie_le`; its state only moves on, so that a description that comes late changes nothing. One algorithm per list: a list that changed its model before it was published replaces
 * its own row.
 */
export const upsertList = async (pool: Pool, list: ListDescription): Promise<void> =>
  withTransaction(pool, async (connection) => {
    await connection.query(`select pg_advisory_xact_lock(hashtext('liste:' || $1))`, [list.batch])
    const before = await connection.query<{ publie_le: Date | null }>(`delete from liste where batch = $1 and algo <> $2 returning publie_le`, [
      list.batch,
      list.algo,
    ])
    const publieLe = before.rows.find((row) => row.publie_le !== null)?.publie_le ?? null
    await connection.query(
      `insert into liste (libelle, algo, batch, description, seuils, date_donnees, artefact, regles, etat, publie_le)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (libelle, algo) do update set batch = excluded.batch, description = excluded.description, seuils = excluded.seuils,
         date_donnees = excluded.date_donnees, artefact = excluded.artefact, regles = excluded.regles,
         etat = case when liste.etat = 'closed' or (liste.etat = 'published' and excluded.etat = 'building') then liste.etat else excluded.etat end`,
      [
        list.libelle,
        list.algo,
        list.batch,
        list.description ?? null,
        list.seuils === undefined ? null : JSON.stringify(list.seuils),
        list.dateDonnees?.toISOString().slice(0, 10) ?? null,
        list.artefact ?? null,
        list.regles ?? null,
        list.etat,
        publieLe,
      ],
    )
  })

/**
 * Makes a list visible from `publieLe` on (now, or a later date). The date that stands there once written is never changed, so this can be
 * called again; a date from before the list was hidden by `withdrawList` changes nothing, whoever comes late with it.
 * Throws `LIST_UNKNOWN` when the list was never described.
 */
export const publishList = async (pool: Pool, { batch, publieLe }: { batch: string; publieLe: Date }): Promise<{ publieLe: Date | null }> =>
  withPostgresErrors(async () => {
    const { rows } = await pool.query<{ publie_le: Date | null }>(
      `update liste set
         publie_le = case when retire_le >= $2 then publie_le else coalesce(publie_le, $2) end,
         etat = case when etat = 'building' and (retire_le is null or retire_le < $2) then 'published' else etat end
       where batch = $1 returning publie_le`,
      [batch, publieLe],
    )
    const first = rows[0]
    if (first === undefined) throw new AppError('LIST_UNKNOWN', `La liste ${batch} n’existe pas.`)
    return { publieLe: first.publie_le }
  })

/** Hides a list again from `at` on, while it is computed anew (`sf recompute --list`). Throws `LIST_UNKNOWN` when the list was never described. */
export const withdrawList = async (pool: Pool, batch: string, at: Date): Promise<void> => {
  const { rowCount } = await withPostgresErrors(() =>
    pool.query(`update liste set publie_le = null, etat = 'building', retire_le = $2 where batch = $1`, [batch, at]),
  )
  if (rowCount === 0) throw new AppError('LIST_UNKNOWN', `La liste ${batch} n’existe pas.`)
}

/** What is published of a list; `counts` are établissements by level. */
export type ListPublication = {
  batch: string
  libelle: string
  algo: string
  etat: ListDescription['etat']
  publieLe: Date | null
  counts: { F1: number; F2: number; none: number }
}

/** Nothing when the list was never described. */
export const listPublication = async (db: Queryable, batch: string): Promise<ListPublication | undefined> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query(
      `select l.batch, l.libelle, l.algo, l.etat, l.publie_le,
         count(s.siret) filter (where s.alert = 'Alerte seuil F1') as f1,
         count(s.siret) filter (where s.alert = 'Alerte seuil F2') as f2,
         count(s.siret) filter (where s.alert not in ('Alerte seuil F1', 'Alerte seuil F2')) as none
       from liste l left join score s on s.libelle = l.libelle and s.algo = l.algo
       where l.batch = $1 group by l.libelle, l.algo order by l.algo limit 1`,
      [batch],
    )
    const row = rows[0]
    if (row === undefined) return undefined
    return {
      batch: row.batch,
      libelle: row.libelle,
      algo: row.algo,
      etat: row.etat,
      publieLe: row.publie_le,
      counts: { F1: row.f1, F2: row.f2, none: row.none },
    }
  })

const DIGESTED: readonly (readonly [table: string, text: string, order: string])[] = [
  ['feuillet', `concat_ws('|', panier, cle, badges, valeur, lot)`, 'panier, cle::text, badges'],
  ['resume', 'resume::text', 'siret'],
  ['alerte', 'alerte::text', 'libelle, algo, siret'],
  ['score', 'score::text', 'siret, libelle, algo'],
  ['liste', `concat_ws('|', libelle, algo, batch, description, seuils, date_donnees, artefact, regles, etat, publie_le is not null)`, 'libelle, algo'],
  ['publication', `concat_ws('|', siren, empreinte, hors_perimetre)`, 'siren'],
]

/** One digest per published table, of its data alone: ids, `seq` and times left out (issue: `sf status --digest`). */
export const publishedDigest = async (db: Queryable): Promise<Record<string, string>> => {
  const digests: Record<string, string> = {}
  for (const [table, text, order] of DIGESTED) {
    const { rows } = await withPostgresErrors(() =>
      db.query(`select md5(coalesce(string_agg(md5(${text}), '' order by ${order}), '')) as digest from ${table}`),
    )
    digests[table] = rows[0].digest
  }
  return digests
}
