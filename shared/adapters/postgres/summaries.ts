import { firstOfMonth } from '../../domain/month.ts'
import { type Queryable, withPostgresErrors } from './connect.ts'

/** Whose rights a query evaluates. */
export type Reader = {
  username: string
  roles: readonly string[]
  zone: readonly string[]
}

/**
 * In whose light summaries are read: the instant, the libellé of the list that levels and first alerts refer to (null: no list yet), the
 * first day of the month of the current list, after which a payment plan runs, and the libellés of all published lists.
 */
export type Light = {
  at: Date
  libelle: string | null
  debut: Date | null
  published: readonly string[]
}

/** A summary as SQL gives it: groups that the reader may not see are null (datapi §3.1). */
export type SummaryRow = {
  siren: string
  siret: string
  raison_sociale: string | null
  commune: string | null
  libelle_activite: string | null
  libelle_activite_n1: string | null
  code_activite: string | null
  departement: string
  libelle_departement: string
  effectif: number | null
  effectif_entreprise: number | null
  hausse_urssaf: boolean | null
  dette_urssaf: number | null
  activite_partielle: boolean | null
  ap_heures: number | null
  ap_montant: number | null
  ca: number | null
  variation_ca: number | null
  arrete_bilan: Date | null
  exercice_diane: number | null
  resultat_expl: number | null
  excedent_brut: number | null
  etat_procol: string
  alert: string | null
  first_alert: boolean | null
  visible: boolean
  in_zone: boolean
  followed: boolean
  followed_entreprise: boolean
  siege: boolean | null
  groupe: string | null
  territoire_industrie: boolean
  perm_urssaf: boolean
  perm_dgefp: boolean
  perm_score: boolean
  perm_bdf: boolean
  secteur_covid: string
  etat_administratif: string
  etat_administratif_entreprise: string | null
  has_delai: boolean | null
}

/**
 * The rule of access in SQL, for a row `r` of `resume`: $3 username, $4 zone, $5 roles, $6 published libellés (datapi §2.1). Gives `a`.
 * TypeScript has the same rule (`shared/domain/access/permissions.ts`); both are tested against the recorded table.
 */
export const RULE = /* sql */ `
  cross join lateral (
    select r.deps && $4::text[] as visible,
      r.departement = any ($4::text[]) as in_zone,
      coalesce(r.premiere_liste_entreprise = any ($6::text[]), false) as alerted,
      exists (select from suivi s where s.username = $3 and s.siren = r.siren and s.active) as followed_entreprise,
      exists (select from suivi s where s.username = $3 and s.siret = r.siret and s.active) as followed
  ) v
  cross join lateral (select (v.visible and v.alerted) or v.followed_entreprise as ouvert) o
  cross join lateral (
    select o.ouvert and 'score' = any ($5::text[]) as score, o.ouvert and 'urssaf' = any ($5::text[]) as urssaf,
      o.ouvert and 'dgefp' = any ($5::text[]) as dgefp, o.ouvert and 'bdf' = any ($5::text[]) as bdf
  ) a`

const SUMMARIES = /* sql */ `
  select r.siren, r.siret, r.raison_sociale, r.commune, n.libelle as libelle_activite, n.libelle_n1 as libelle_activite_n1, r.code_activite,
    r.departement, d.libelle as libelle_departement, r.effectif, r.effectif_entreprise,
    case when a.urssaf then r.hausse_urssaf end as hausse_urssaf,
    case when a.urssaf then r.dette_urssaf end as dette_urssaf,
    case when a.dgefp then coalesce(r.fin_ap + interval '1 year' >= $9::date, false) end as activite_partielle,
    case when a.dgefp then ap.heures end as ap_heures,
    case when a.dgefp then ap.montant end as ap_montant,
    r.ca, r.variation_ca, r.arrete_bilan, r.exercice_diane, r.resultat_expl, r.excedent_brut, r.etat_procol,
    case when a.score then coalesce(page.alert, courant.alert) end as alert,
    case when a.score then coalesce($7::text in (r.premiere_liste, r.premiere_liste_rouge), false) end as first_alert,
    v.visible, v.in_zone, v.followed, v.followed_entreprise, r.siege, r.groupe, t.code is not null as territoire_industrie,
    a.urssaf as perm_urssaf, a.dgefp as perm_dgefp, a.score as perm_score, a.bdf as perm_bdf,
    coalesce(sc.secteur, 'nonSecteurCovid') as secteur_covid, r.etat_administratif, r.etat_administratif_entreprise,
    case when a.urssaf then coalesce(r.echeance_delai > $8::date, false) end as has_delai
  from unnest($1::text[], $2::text[]) with ordinality as page (siret, alert, rang)
  join resume r on r.siret = page.siret
  join departement d on d.code = r.departement
  left join naf n on n.code = r.code_activite
  left join secteur_covid sc on sc.code_activite = r.code_activite
  left join terrind t on t.code_commune = r.code_commune
  ${RULE}
  left join lateral (
    select s.alert from score s join liste l on l.libelle = s.libelle and l.algo = s.algo
    where s.siret = r.siret and s.libelle = $7 and l.publie_le <= $10
    order by s.algo collate "C" limit 1
  ) courant on a.score
  left join lateral (
    select round(sum((mois.value ->> 0)::double precision) / 12) as heures, round(sum((mois.value ->> 1)::double precision) / 12) as montant
    from jsonb_each(r.ap_mois) mois
    where (mois.key || '-01')::date + interval '1 year' >= $9::date
  ) ap on a.dgefp
  order by page.rang`

/** Rows of a page: `alert` is the level to show, null for that of the list of the light. */
export type PageRow = { siret: string; alert?: string | null }

/**
 * Summaries of these établissements, in this order, with the rights of the reader evaluated row by row, after the page was chosen: the rule
 * costs a page, not a base (datapi §7.3). What is not published any more is left out.
 */
export const readSummaries = (db: Queryable, reader: Reader, light: Light, page: readonly PageRow[]): Promise<SummaryRow[]> =>
  withPostgresErrors(async () => {
    if (page.length === 0) return []
    const { rows } = await db.query<SummaryRow>(SUMMARIES, [
      page.map((row) => row.siret),
      page.map((row) => row.alert ?? null),
      reader.username,
      reader.zone,
      reader.roles,
      light.published,
      light.libelle,
      light.debut,
      firstOfMonth(light.at),
      light.at,
    ])
    return rows
  })

/** Établissements of an entreprise, by headcount descending with the unknown ones first (datapi §3.2). */
export const siretsOf = (db: Queryable, siren: string): Promise<string[]> =>
  withPostgresErrors(async () => {
    const { rows } = await db.query<{ siret: string }>('select siret from resume where siren = $1 order by effectif desc nulls first, siret collate "C"', [
      siren,
    ])
    return rows.map((row) => row.siret)
  })
