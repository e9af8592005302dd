import { isWholeTerritory } from '../../domain/access/zone.ts'
import { type Queryable, withPostgresErrors } from './connect.ts'
import { beginning, containing } from './pattern.ts'
import type { Light, PageRow, Reader } from './summaries.ts'

/** Filters of a list, each absent when it does not apply; an empty array matches nothing, but for `excludeSecteursCovid` (datapi §3.4). */
export type ListFilters = {
  zone?: readonly string[] | undefined
  procol?: readonly string[] | undefined
  activite?: readonly string[] | undefined
  effectifMin?: number | undefined
  effectifMax?: number | undefined
  effectifMinEntreprise?: number | undefined
  effectifMaxEntreprise?: number | undefined
  caMin?: number | undefined
  caMax?: number | undefined
  ignoreZone: boolean
  exclureSuivi: boolean
  siegeUniquement: boolean
  filter?: string | undefined
  excludeSecteursCovid?: readonly string[] | undefined
  etatAdministratif?: string | undefined
  /** `AAAA-MM-JJ`. */
  creationDateThreshold?: string | undefined
  firstAlert?: boolean | undefined
  hasntDelai?: boolean | undefined
  codefiListOnly: boolean
}

export type ListPage = {
  rows: PageRow[]
  total: number
  nbF1: number
  nbF2: number
}

/**
 * `base`: rows of the list that satisfy the filters and are visible to the reader, read once from the narrow table `alerte` (datapi §4.4; the
 * GIN index on deps is the trap of §7.3: a national reader skips the predicate instead). Counts and order come from it; the caller reads the
 * summaries of the page only. A list that is not published has no row here.
 */
const base = (whole: boolean): string => /* sql */ `
  base as materialized (
    select a.siret, a.alert, a.score, a.departement
    from alerte a
    join liste l on l.libelle = a.libelle and l.algo = a.algo and l.publie_le <= $2
    left join naf n on n.code = a.code_activite
    where a.libelle = $1
      ${whole ? 'and cardinality($3::text[]) > 0' : 'and a.deps && $3::text[]'}
      and a.alert <> 'Pas d''alerte'
      and a.code_activite is not null
      and not exists (select from naf_exclu x where x.code_activite = a.code_activite)
      and ($5::boolean or a.departement = any ($3::text[]))
      and ($6::text[] is null or a.departement = any ($6))
      and ($7::text[] is null or a.etat_procol = any ($7))
      and ($8::text[] is null or n.code_n1 = any ($8))
      and ($9::double precision is null or a.effectif >= $9)
      and ($10::double precision is null or a.effectif <= $10)
      and ($11::double precision is null or a.effectif_entreprise >= $11)
      and ($12::double precision is null or a.effectif_entreprise <= $12)
      and ($13::double precision is null or a.ca >= $13)
      and ($14::double precision is null or a.ca <= $14)
      and (not $15::boolean or not exists (select from suivi s where s.username = $4 and s.siren = a.siren and s.active))
      and (not $16::boolean or a.siege)
      and ($17::text is null or a.raison_sociale ilike $17 or a.siret like $18)
      and ($19::text[] is null
           or coalesce((select sc.secteur from secteur_covid sc where sc.code_activite = a.code_activite), 'nonSecteurCovid') <> all ($19))
      and ($20::text is null or a.etat_administratif = $20)
      and ($21::date is null or a.creation_entreprise <= $21)
      and ($22::boolean is null or coalesce($1 in (a.premiere_liste, a.premiere_liste_rouge), false) = $22)
      and ($23::boolean is null or coalesce(a.echeance_delai > $24::date, false) <> $23)
      and (not $25::boolean or exists (select from codefi_entreprise c where c.siren = a.siren and c.libelle = a.libelle))
  )`

/** Order of a list: red before orange, then the score, which is never sent, then the siret. */
const ORDER = 'alert, score desc, siret collate "C"'

const parameters = (reader: Reader, { libelle, at, debut }: Light, filters: ListFilters): unknown[] => [
  libelle,
  at,
  reader.zone,
  reader.username,
  filters.ignoreZone,
  filters.zone ?? null,
  filters.procol ?? null,
  filters.activite ?? null,
  filters.effectifMin ?? null,
  filters.effectifMax ?? null,
  filters.effectifMinEntreprise ?? null,
  filters.effectifMaxEntreprise ?? null,
  filters.caMin ?? null,
  filters.caMax ?? null,
  filters.exclureSuivi,
  filters.siegeUniquement,
  filters.filter === undefined ? null : containing(filters.filter),
  filters.filter === undefined ? null : beginning(filters.filter),
  filters.excludeSecteursCovid ?? null,
  filters.etatAdministratif ?? null,
  filters.creationDateThreshold ?? null,
  filters.firstAlert ?? null,
  // Whether a payment plan runs is known to holders of the role only, so is what a filter on it would tell (datapi §2.5-2).
  reader.roles.includes('urssaf') ? (filters.hasntDelai ?? null) : null,
  debut,
  filters.codefiListOnly,
]

/**
 * A page of the list of this light, and the counts of the whole filtered set. A reader without
 * the role `score` gets nothing: every row of a list says that it is in alert.
 */
export const readListPage = (db: Queryable, reader: Reader, light: Light, filters: ListFilters, page: { limit: number; offset: number }): Promise<ListPage> =>
  withPostgresErrors(async () => {
    const nothing: ListPage = { rows: [], total: 0, nbF1: 0, nbF2: 0 }
    if (!reader.roles.includes('score')) return nothing
    const values = parameters(reader, light, filters)
    const { rows } = await db.query(
      `with ${base(isWholeTerritory(reader.zone))},
       counts as (
         select count(*) as total, count(*) filter (where alert = 'Alerte seuil F1') as f1, count(*) filter (where alert = 'Alerte seuil F2') as f2 from base
       )
       select page.siret, page.alert, counts.* from counts cross join (select * from base order by ${ORDER} limit $26 offset $27) page
       order by ${ORDER}`,
      [...values, page.limit, page.offset],
    )
    const first = rows[0]
    if (first === undefined) return nothing
    return {
      rows: rows.map((row) => ({ siret: row.siret, alert: row.alert })),
      total: first.total,
      nbF1: first.f1,
      nbF2: first.f2,
    }
  })

/** Établissements of a département that a list shows under the same filters. */
export type DepartementCount = { departement: string; total: number; nbF1: number; nbF2: number }

/** Counts by département of what `readListPage` counts, under the same conditions. */
export const countByDepartement = (db: Queryable, reader: Reader, light: Light, filters: ListFilters): Promise<DepartementCount[]> =>
  withPostgresErrors(async () => {
    if (!reader.roles.includes('score')) return []
    const { rows } = await db.query(
      `with ${base(isWholeTerritory(reader.zone))}
       select departement, count(*) as total, count(*) filter (where alert = 'Alerte seuil F1') as f1, count(*) filter (where alert = 'Alerte seuil F2') as f2
       from base group by departement order by departement collate "C"`,
      parameters(reader, light, filters),
    )
    return rows.map((row) => ({ departement: row.departement, total: row.total, nbF1: row.f1, nbF2: row.f2 }))
  })
