import { CATEGORIES_JURIDIQUES } from '../../domain/reference/categories-juridiques.ts'
import { CODES_REGIONS, DEPARTEMENTS, REGIONS } from '../../domain/reference/departements.ts'
import { ACTIVITES_EXCLUES, activites } from '../../domain/reference/naf.ts'
import type { Connection } from './connect.ts'

/** Raised when the rows of `shared/domain/reference` change: the tables are then written again. */
const VERSION = 1

/**
 * Fills the referentials that the code carries (datapi §4.1). Rows that an operator added are kept, those that the code knows are
 * replaced. Does nothing when this version is already there.
 */
export const loadReferentials = async (connection: Connection): Promise<void> => {
  const mine = await connection.query('insert into referentiel_version values ($1) on conflict do nothing', [VERSION])
  if (mine.rowCount === 0) return
  const regions = REGIONS.map((libelle) => ({
    code: CODES_REGIONS[libelle] ?? libelle,
    libelle,
  }))
  const categories = Object.entries(CATEGORIES_JURIDIQUES).map(([code, libelle]) => ({ code, libelle }))
  await connection.query(
    `insert into region select * from json_populate_recordset(null::region, $1::json)
     on conflict (code) do update set libelle = excluded.libelle`,
    [JSON.stringify(regions)],
  )
  await connection.query(
    `insert into departement select * from json_populate_recordset(null::departement, $1::json)
     on conflict (code) do update set libelle = excluded.libelle, region = excluded.region`,
    [JSON.stringify(DEPARTEMENTS)],
  )
  await connection.query(
    `insert into naf select * from json_populate_recordset(null::naf, $1::json)
     on conflict (code) do update set libelle = excluded.libelle, code_n1 = excluded.code_n1, libelle_n1 = excluded.libelle_n1,
       code_n2 = excluded.code_n2, libelle_n2 = excluded.libelle_n2, code_n3 = excluded.code_n3, libelle_n3 = excluded.libelle_n3,
       code_n4 = excluded.code_n4, libelle_n4 = excluded.libelle_n4`,
    [JSON.stringify(activites())],
  )
  await connection.query(
    `insert into categorie_juridique select * from json_populate_recordset(null::categorie_juridique, $1::json)
     on conflict (code) do update set libelle = excluded.libelle`,
    [JSON.stringify(categories)],
  )
  await connection.query('insert into naf_exclu select unnest($1::text[]) on conflict do nothing', [ACTIVITES_EXCLUES])
}
