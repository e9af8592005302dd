import { type Queryable, withPostgresErrors } from './connect.ts'

/** Section letter → label. */
export const nafSections = (db: Queryable): Promise<Record<string, string>> =>
  pairs(db, 'select distinct code_n1 as code, libelle_n1 as libelle from naf order by code_n1')

/** Code → label. */
export const departements = (db: Queryable): Promise<Record<string, string>> => pairs(db, 'select code, libelle from departement order by code')

const pairs = (db: Queryable, sql: string): Promise<Record<string, string>> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<{ code: string; libelle: string }>(sql)
    return Object.fromEntries(rows.map(({ code, libelle }) => [code, libelle]))
  })

/** Label of a région → codes of its départements, ascending. */
export const regions = (db: Queryable): Promise<Record<string, string[]>> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<{ libelle: string; codes: string[] }>(
      `select r.libelle, coalesce(array_agg(d.code order by d.code collate "C") filter (where d.code is not null), '{}') as codes
       from region r left join departement d on d.region = r.libelle group by r.libelle order by r.libelle`,
    )
    return Object.fromEntries(rows.map(({ libelle, codes }) => [libelle, codes]))
  })
