/**
 * What is known of one entreprise, whatever it comes from (RawData and Scores, or rows of another base), before publication makes
 * rows of it. Days are `AAAA-MM-JJ`, months their first day. Amounts are in euros, accounts in k€. Null: unknown.
 */
export type Jour = string

export type EntrepriseFacts = {
  raisonSociale: string | null
  prenom1: string | null
  prenom2: string | null
  prenom3: string | null
  prenom4: string | null
  nom: string | null
  nomUsage: string | null
  statutJuridique: string | null
  creation: Jour | null
  /** `A` active, `C` ceased. */
  etatAdministratif: string | null
  codeActivite: string | null
  nomenActivite: string | null
}

/** Head of the group; a field is absent when empty or 0. */
export type GroupeFacts = {
  code_groupe?: string
  refid_groupe?: string
  raison_sociale_groupe?: string
  adresse_groupe?: string
  personne_pou_m_groupe?: string
  niveau_detention?: number
  part_financiere?: number
  code_filiere?: string
  refid_filiere?: string
  personne_pou_m_filiere?: string
}

export type BilanFacts = {
  arrete: Jour
  exercice: number | null
  ca: number | null
  resultatExploitation: number | null
  beneficeOuPerte: number | null
  excedentBrut: number | null
}

export type BdfFacts = {
  arrete: Jour
  annee: number | null
  delaiFournisseur: number | null
  financierCourtTerme: number | null
  poidsFrng: number | null
  detteFiscale: number | null
  fraisFinancier: number | null
  tauxMarge: number | null
}

export type PaydexFacts = { date: Jour; joursRetard: number | null }

export type PeriodeFacts = {
  periode: Jour
  cotisation: number | null
  partPatronale: number | null
  partSalariale: number | null
  montantMajorations: number | null
  effectif: number | null
}

export type DelaiFacts = {
  action: string
  anneeCreation: number | null
  dateCreation: Jour
  dateEcheance: Jour
  dureeDelai: number | null
  indic6m: string
  montantEcheancier: number | null
  noContentieux: string
  stade: string
  denomination: string
  noCompte: string
}

export type ProcolFacts = { dateEffet: Jour; action: string; stade: string }

export type ApDemandeFacts = {
  idDemande: string
  effectifEntreprise: number | null
  effectif: number | null
  effectifAutorise: number | null
  dateStatut: Jour | null
  debut: Jour | null
  fin: Jour | null
  hta: number | null
  mta: number | null
  motifRecoursSE: number | null
  heureConsomme: number | null
  montantConsomme: number | null
  effectifConsomme: number | null
}

export type ApConsoFacts = {
  idConso: string
  heureConsomme: number | null
  montant: number | null
  effectif: number | null
  date: Jour
}

/** What the register of établissements says of one; absent parts of an address are null. */
export type SireneFacts = {
  siege: boolean | null
  creation: Jour | null
  complementAdresse: string | null
  numeroVoie: string | null
  indiceRepetition: string | null
  typeVoie: string | null
  voie: string | null
  distributionSpeciale: string | null
  codeCedex: string | null
  cedex: string | null
  codePostal: string | null
  commune: string | null
  codePaysEtranger: string | null
  codeCommune: string | null
  departement: string | null
  codeActivite: string | null
  nomenActivite: string | null
  latitude: number | null
  longitude: number | null
  visiteFce: boolean | null
  /** `A` open, `F` closed. */
  etatAdministratif: string | null
}

export type EtablissementFacts = {
  siret: string
  /** Absent: the register does not know it; what other sources say of it is published all the same. */
  sirene?: SireneFacts
  /** Ascending, one per period. */
  periodes: PeriodeFacts[]
  delais: DelaiFacts[]
  procols: ProcolFacts[]
  apDemandes: ApDemandeFacts[]
  apConsos: ApConsoFacts[]
}

/** An alert level, exactly as readers compare it (datapi §2.1). */
export type Alert = 'Alerte seuil F1' | 'Alerte seuil F2' | "Pas d'alerte"

export const F1: Alert = 'Alerte seuil F1'
export const F2: Alert = 'Alerte seuil F2'
export const SANS_ALERTE: Alert = "Pas d'alerte"

/** One score of one list on one siret. */
export type ScoreFacts = {
  siret: string
  libelle: string
  batch: string
  algo: string
  periode: Jour
  score: number
  diff: number | null
  probability: number | null
  alert: Alert
  alertPreRedressements: string | null
  redressements: string[]
  macroRadar: Record<string, number> | null
  macroExpl: Record<string, number> | null
  microExpl: Record<string, number> | null
  selectConcerning: [string, string][]
  selectReassuring: [string, string][]
}

export type Facts = {
  siren: string
  /** Absent: the register does not know it; its établissements then show in no summary (datapi §4.2). */
  entreprise?: EntrepriseFacts
  groupe?: GroupeFacts
  bilans: BilanFacts[]
  bdf: BdfFacts[]
  paydex: PaydexFacts[]
  etablissements: EtablissementFacts[]
  scores: ScoreFacts[]
  /** The amounts come from a base in single precision: what is computed from them is in single precision too (datapi §9 trap 1). */
  precision?: 'single'
}
