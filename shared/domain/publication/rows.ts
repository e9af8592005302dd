/** Rows that a SIREN publishes, named and shaped as the columns of the tables (datapi §4). Days are `AAAA-MM-JJ`. */
import type { Alert, Jour } from './facts.ts'

/** JSON of a feuillet. */
export type Valeur = { [property: string]: unknown }

/** A sheet of the bucket `fiche`: what one group of rights shows of one object (datapi §5.4). */
export type Feuillet = {
  cle: Record<string, string>
  badges: string[]
  valeur: Valeur
}

/** Groups of data that a badge of the same name opens; the empty list opens to every authenticated user. */
export type Groupe = 'score' | 'urssaf' | 'dgefp' | 'bdf' | 'pge'

export type ResumeRow = {
  siret: string
  siren: string
  raison_sociale: string | null
  commune: string | null
  code_commune: string | null
  departement: string
  code_activite: string | null
  siege: boolean | null
  creation_entreprise: Jour | null
  etat_administratif: string
  etat_administratif_entreprise: string | null
  effectif: number | null
  effectif_entreprise: number | null
  hausse_urssaf: boolean | null
  dette_urssaf: number | null
  fin_ap: Jour | null
  /** Month (`AAAA-MM`) → hours and euros of activité partielle. */
  ap_mois: Record<string, [number, number]> | null
  ca: number | null
  variation_ca: number | null
  arrete_bilan: Jour | null
  exercice_diane: number | null
  resultat_expl: number | null
  excedent_brut: number | null
  etat_procol: string
  groupe: string | null
  echeance_delai: Jour | null
  deps: string[]
  premiere_liste: string | null
  premiere_liste_rouge: string | null
  premiere_liste_entreprise: string | null
}

export type ScoreRow = {
  siret: string
  siren: string
  libelle: string
  algo: string
  batch: string
  score: number
  alert: Alert
}

export type AlerteRow = Pick<
  ResumeRow,
  | 'siret'
  | 'siren'
  | 'raison_sociale'
  | 'departement'
  | 'deps'
  | 'code_activite'
  | 'siege'
  | 'creation_entreprise'
  | 'etat_administratif'
  | 'effectif'
  | 'effectif_entreprise'
  | 'ca'
  | 'etat_procol'
  | 'echeance_delai'
  | 'premiere_liste'
  | 'premiere_liste_rouge'
> &
  ScoreRow

/** All that a SIREN publishes. Each list is in a fixed order, so that equal content has equal fingerprints. */
export type Publication = {
  siren: string
  feuillets: Feuillet[]
  resumes: ResumeRow[]
  alertes: AlerteRow[]
  scores: ScoreRow[]
}
