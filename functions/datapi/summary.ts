import * as z from 'zod'
import type { SummaryRow } from '../../shared/adapters/postgres/summaries.ts'
import { maskSummary } from '../../shared/domain/access/masks.ts'
import type { Groupe } from '../../shared/domain/publication/rows.ts'
import type { Disclosure } from './route.ts'

/** Midnight instants, without milliseconds (datapi §3.0). */
export const instant = (date: Date): string => date.toISOString().replace('.000Z', 'Z')

/** One line of a list (datapi §3.1). A property that is optional is absent when null or refused. */
export const Summary = z
  .object({
    siren: z.string(),
    siret: z.string(),
    raison_sociale: z.string().nullable(),
    commune: z.string().nullable(),
    libelle_activite: z.string().nullable(),
    libelle_activite_n1: z.string().nullable(),
    code_activite: z.string().nullable(),
    departement: z.string().nullable(),
    libelleDepartement: z.string().nullable(),
    dernier_effectif: z.number().nullable(),
    dernier_effectif_entreprise: z.number().nullable(),
    urssaf: z.boolean().optional(),
    detteUrssaf: z.number().optional(),
    activite_partielle: z.boolean().optional(),
    apHeureConsommeAVG12m: z.int().optional(),
    apMontantAVG12m: z.int().optional(),
    ca: z.number().optional(),
    variation_ca: z.number().optional(),
    arrete_bilan: z.string().optional(),
    exerciceDiane: z.int().optional(),
    resultat_expl: z.number().optional(),
    excedent_brut_d_exploitation: z.number().optional(),
    etat_procol: z.string().optional(),
    alert: z.string().optional(),
    visible: z.boolean(),
    inZone: z.boolean(),
    followed: z.boolean(),
    followedEntreprise: z.boolean(),
    firstAlert: z.boolean().nullable(),
    siege: z.boolean().nullable(),
    groupe: z.string().optional(),
    territoireIndustrie: z.boolean(),
    permUrssaf: z.boolean(),
    permDGEFP: z.boolean(),
    permScore: z.boolean(),
    permBDF: z.boolean(),
    secteurCovid: z.string(),
    etatAdministratif: z.string(),
    etatAdministratifEntreprise: z.string().optional(),
    hasDelai: z.boolean().optional(),
  })
  .meta({ id: 'Resume' })

export type Summary = z.infer<typeof Summary>

/** `{ name: value }`, or nothing when the value is null. */
const optional = <Name extends string, Value>(name: Name, value: Value | null): { [key in Name]?: Value } =>
  // a computed key widens to an index signature; the only key is `name`
  (value === null ? {} : { [name]: value }) as { [key in Name]?: Value }

/** `withDelai`: lists alone say whether a payment plan runs. */
export const summaryOf = (row: SummaryRow, { withDelai = false } = {}): Summary =>
  maskSummary({
    siren: row.siren,
    siret: row.siret,
    raison_sociale: row.raison_sociale,
    commune: row.commune,
    libelle_activite: row.libelle_activite,
    libelle_activite_n1: row.libelle_activite_n1,
    code_activite: row.code_activite,
    departement: row.departement,
    libelleDepartement: row.libelle_departement,
    dernier_effectif: row.effectif,
    dernier_effectif_entreprise: row.effectif_entreprise,
    ...optional('urssaf', row.hausse_urssaf),
    ...optional('detteUrssaf', row.dette_urssaf),
    ...optional('activite_partielle', row.activite_partielle),
    ...optional('apHeureConsommeAVG12m', row.ap_heures),
    ...optional('apMontantAVG12m', row.ap_montant),
    ...optional('ca', row.ca),
    ...optional('variation_ca', row.variation_ca),
    ...optional('arrete_bilan', row.arrete_bilan === null ? null : instant(row.arrete_bilan)),
    ...optional('exerciceDiane', row.exercice_diane),
    ...optional('resultat_expl', row.resultat_expl),
    ...optional('excedent_brut_d_exploitation', row.excedent_brut),
    ...optional('etat_procol', row.etat_procol),
    ...optional('alert', row.alert),
    visible: row.visible,
    inZone: row.in_zone,
    followed: row.followed,
    followedEntreprise: row.followed_entreprise,
    firstAlert: row.first_alert,
    siege: row.siege,
    ...optional('groupe', row.groupe),
    territoireIndustrie: row.territoire_industrie,
    permUrssaf: row.perm_urssaf,
    permDGEFP: row.perm_dgefp,
    permScore: row.perm_score,
    permBDF: row.perm_bdf,
    secteurCovid: row.secteur_covid,
    etatAdministratif: row.etat_administratif,
    ...optional('etatAdministratifEntreprise', row.etat_administratif_entreprise),
    ...(withDelai ? optional('hasDelai', row.has_delai) : {}),
  })

/** What a list of summaries told, for the journal. */
export const disclosureOf = (summaries: readonly Summary[]): Disclosure => {
  const open = (groupe: Groupe, flag: (summary: Summary) => boolean): Groupe[] => (summaries.some(flag) ? [groupe] : [])
  return {
    sirens: [...new Set(summaries.map((summary) => summary.siren))],
    sirets: summaries.map((summary) => summary.siret),
    groupes: [
      ...open('score', (summary) => summary.permScore),
      ...open('urssaf', (summary) => summary.permUrssaf),
      ...open('dgefp', (summary) => summary.permDGEFP),
    ],
  }
}
