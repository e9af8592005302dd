import { isWholeTerritory } from '../../domain/access/zone.ts'
import { type Queryable, withPostgresErrors } from './connect.ts'
import { beginning, containing } from './pattern.ts'
import type { Reader } from './summaries.ts'

/** What a search asks for; a filter on a column that is null excludes the row (datapi §3.3). */
export type Search = {
  text: string
  departements?: readonly string[] | undefined
  activites?: readonly string[] | undefined
  effectifMin?: number | undefined
  effectifMinEntreprise?: number | undefined
  effectifMaxEntreprise?: number | undefined
  caMin?: number | undefined
  caMax?: number | undefined
  siegeUniquement: boolean
  ignoreRoles: boolean
  ignoreZone: boolean
  excludeSecteursCovid?: readonly string[] | undefined
  etatAdministratif?: string | undefined
}

/** More matches than this are not counted. */
export const MAX_TOTAL = 1000

const SIRET_PREFIX = /^\d{9,14}$/

/** Nine digits and more can only be a siret: the prefix index alone answers (datapi §4.5). */
const match = (text: string): string => (SIRET_PREFIX.test(text) ? 'r.siret like $2' : '(r.raison_sociale ilike $1 or r.siret like $2)')

const where = (search: Search, reader: Reader): string => {
  const whole = isWholeTerritory(reader.zone)
  return /* sql */ `
    ${match(search.text)} and $1::text is not null
    ${search.ignoreRoles || whole ? 'and $3::text[] is not null' : 'and r.deps && $3::text[]'}
    ${search.ignoreZone || whole ? '' : 'and r.departement = any ($3::text[])'}
    and ($4::text[] is null or r.departement = any ($4))
    and ($5::text[] is null or (select n.code_n1 from naf n where n.code = r.code_activite) = any ($5))
    and ($6::double precision is null or r.effectif >= $6)
    and ($7::double precision is null or r.effectif_entreprise >= $7)
    and ($8::double precision is null or r.effectif_entreprise <= $8)
    and ($9::double precision is null or r.ca >= $9)
    and ($10::double precision is null or r.ca <= $10)
    and (not $11::boolean or r.siege)
    and ($12::text[] is null
         or coalesce((select sc.secteur from secteur_covid sc where sc.code_activite = r.code_activite), 'nonSecteurCovid') <> all ($12))
    and ($13::text is null or r.etat_administratif = $13)`
}

const parameters = (search: Search, reader: Reader): unknown[] => [
  containing(search.text),
  beginning(search.text),
  reader.zone,
  search.departements ?? null,
  search.activites ?? null,
  search.effectifMin ?? null,
  search.effectifMinEntreprise ?? null,
  search.effectifMaxEntreprise ?? null,
  search.caMin ?? null,
  search.caMax ?? null,
  search.siegeUniquement,
  search.excludeSecteursCovid ?? null,
  search.etatAdministratif ?? null,
]

/** Number of matches, `MAX_TOTAL` meaning that or more. */
export const countMatches = (db: Queryable, reader: Reader, search: Search): Promise<number> =>
  withPostgresErrors(async () => Math.min(MAX_TOTAL, await countCapped(db, reader, search)))

const countCapped = async (db: Queryable, reader: Reader, search: Search): Promise<number> => {
  const { rows } = await db.query<{ n: number }>(
    `select count(*) as n from (select 1 from resume r where ${where(search, reader)} limit ${MAX_TOTAL + 1}) matches`,
    parameters(search, reader),
  )
  return rows[0]?.n ?? 0
}

/**
 * Sirets of a page, by raison sociale then siret. Two plans exist and the planner chooses badly on common words (datapi §4.5): few matches are
 * found through the indexes and sorted, many are met soon enough by walking the index of the order.
 */
export const searchPage = (db: Queryable, reader: Reader, search: Search, page: { limit: number; offset: number }): Promise<string[]> =>
  withPostgresErrors(async () => {
    const few = (await countCapped(db, reader, search)) <= MAX_TOTAL
    const order = 'order by raison_sociale collate "C", siret collate "C" limit $14 offset $15'
    const matches = `select r.siret, r.raison_sociale from resume r where ${where(search, reader)}`
    const sql = few ? `with matches as materialized (${matches}) select siret from matches ${order}` : `${matches} ${order}`
    const { rows } = await db.query<{ siret: string }>(sql, [...parameters(search, reader), page.limit, page.offset])
    return rows.map((row) => row.siret)
  })
