import type { Groupe } from '../../domain/publication/rows.ts'
import { PANIER_FICHE } from '../../domain/publication/sheets.ts'
import { type Queryable, withPostgresErrors } from './connect.ts'
import type { Light, Reader } from './summaries.ts'

/** What the rule of access looks at, for one entreprise (datapi §2.1). `sieges`: of its shown établissements, those that are. `followed`: sirets. */
export type EntrepriseSituation = {
  deps: string[]
  sieges: string[]
  alerted: boolean
  followed: string[]
}

/** Two index reads: summaries of the SIREN, suivis of the agent. */
export const readSituation = (db: Queryable, reader: Pick<Reader, 'username'>, light: Pick<Light, 'published'>, siren: string): Promise<EntrepriseSituation> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<{
      siret: string
      siege: boolean | null
      deps: string[]
      alerted: boolean
    }>(`select siret, siege, deps, coalesce(premiere_liste_entreprise = any ($2::text[]), false) as alerted from resume where siren = $1 order by siret`, [
      siren,
      light.published,
    ])
    const suivis = await db.query<{ siret: string }>('select siret from suivi where username = $1 and siren = $2 and active', [reader.username, siren])
    return {
      deps: rows[0]?.deps ?? [],
      sieges: rows.filter((row) => row.siege === true).map((row) => row.siret),
      alerted: rows.some((row) => row.alerted),
      followed: suivis.rows.map((row) => row.siret),
    }
  })

/** A sheet that the reader may see. `siret` null: of the entreprise. */
export type SheetRow = {
  siret: string | null
  batch: string | null
  algo: string | null
  valeur: Record<string, unknown>
}

/**
 * Sheets of an entreprise and of some of its établissements (`all`: every one) that these badges open, the winner of a collision last: a group
 * that is refused is never read (datapi §5.4). A score comes only if its list is published.
 */
export const readSheets = (db: Queryable, siren: string, sirets: readonly string[] | 'all', badges: readonly Groupe[], at: Date): Promise<SheetRow[]> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<SheetRow>(
      `select f.siret, f.cle ->> 'batch' as batch, f.cle ->> 'algo' as algo, f.valeur
       from feuillet f
       where f.panier = $1 and f.siren = $2
         and (f.siret is null or $3::text[] is null or f.siret = any ($3::text[]))
         and f.badges <@ $4::text[]
         and f.publie_le <= $5 and (f.perime_le is null or f.perime_le > $5)
         and (not f.cle ? 'batch'
              or exists (select from liste l where l.batch = f.cle ->> 'batch' and l.algo = f.cle ->> 'algo' and l.publie_le <= $5))
       order by f.publie_le, f.id`,
      [PANIER_FICHE, siren, sirets === 'all' ? null : sirets, badges, at],
    )
    return rows
  })

/** Labels of the codes that a fiche shows. */
export type FicheLabels = {
  activites: Record<
    string,
    {
      libelle: string
      code_n1: string
      libelle_n1: string
      libelle_n2: string
      libelle_n3: string
      libelle_n4: string
    }
  >
  departements: Record<string, { libelle: string; region: string }>
  juridiques: Record<string, string>
  territoires: Record<string, { code: string; libelle: string }>
}

export const readLabels = (
  db: Queryable,
  codes: {
    activites: readonly string[]
    departements: readonly string[]
    juridiques: readonly string[]
    communes: readonly string[]
  },
): Promise<FicheLabels> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<FicheLabels>(
      `select
         (select coalesce(json_object_agg(n.code, to_json(n)), '{}') from naf n where n.code = any ($1::text[])) as activites,
         (select coalesce(json_object_agg(d.code, to_json(d)), '{}') from departement d where d.code = any ($2::text[])) as departements,
         (select coalesce(json_object_agg(j.code, j.libelle), '{}') from categorie_juridique j where j.code = any ($3::text[])) as juridiques,
         (select coalesce(json_object_agg(t.code_commune, json_build_object('code', t.code, 'libelle', t.libelle)), '{}')
            from terrind t where t.code_commune = any ($4::text[])) as territoires`,
      [codes.activites, codes.departements, codes.juridiques, codes.communes],
    )
    return (
      rows[0] ?? {
        activites: {},
        departements: {},
        juridiques: {},
        territoires: {},
      }
    )
  })
