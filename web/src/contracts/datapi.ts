/**
 * Shapes of datapi's answers, written from datapi §3. Nothing but types: the file can be replaced by what `@hey-api/openapi-ts` generates from
 * `/api/openapi.json`. A property marked `?` is absent when null, when masked, or when its source is not delivered: test `== null`, never truthiness.
 */

/** Codes of the state of a company before the courts (web §2.3). */
export type EtatProcol = 'in_bonis' | 'sauvegarde' | 'plan_sauvegarde' | 'redressement' | 'plan_continuation' | 'liquidation'

/** One line of a list (datapi §3.1). `ca`, `resultat_expl`, `excedent_brut_d_exploitation` in k€; `detteUrssaf` in euros; `variation_ca` is a ratio to the year before. */
export type Resume = {
  siren: string
  siret: string
  raison_sociale: string | null
  commune: string | null
  departement: string | null
  libelleDepartement: string | null
  code_activite: string | null
  libelle_activite: string | null
  libelle_activite_n1: string | null
  dernier_effectif: number | null
  dernier_effectif_entreprise: number | null
  siege: boolean | null
  firstAlert: boolean | null
  visible: boolean
  inZone: boolean
  followed: boolean
  followedEntreprise: boolean
  permScore: boolean
  permUrssaf: boolean
  permDGEFP: boolean
  permBDF: boolean
  territoireIndustrie: boolean
  etatAdministratif: string
  etatAdministratifEntreprise?: string
  alert?: string
  etat_procol?: string
  groupe?: string
  urssaf?: boolean
  detteUrssaf?: number
  activite_partielle?: boolean
  apHeureConsommeAVG12m?: number
  ca?: number
  variation_ca?: number
  arrete_bilan?: string
  exerciceDiane?: number
  resultat_expl?: number
  excedent_brut_d_exploitation?: number
  hasDelai?: boolean
}

/** Thresholds of the two levels, 0…1. */
export type Seuils = { f1: number; f2: number }

/** One list of `GET /listes`, newest first; the optional properties are the additions of datapi §3.14. */
export type Liste = {
  id: string
  batch: string
  algo: string
  description?: string
  dateDonnees?: string
  seuils?: Seuils
  dateCreationMax?: string
  listeRestreinte?: boolean
}

/** Body of `POST /scores/liste/{id}`: an absent property does not filter (datapi §3.4). */
export type CorpsListe = {
  zone?: string[]
  activite?: string[]
  procol?: string[]
  effectifMin?: number
  effectifMax?: number
  effectifMinEntreprise?: number
  effectifMaxEntreprise?: number
  caMin?: number
  caMax?: number
  ignorezone?: boolean
  exclureSuivi?: boolean
  siegeUniquement?: boolean
  filter?: string
  etatAdministratif?: 'A' | 'F'
  creationDateThreshold?: string
  firstAlert?: boolean
  hasntDelai?: boolean
  codefiListOnly?: boolean
  page?: number
}

/** Answer of `POST /scores/liste/{id}`: the counts are those of the whole filtered set; zero and empty properties are absent. */
export type PageListe = {
  id: string
  batch: string
  algo: string
  scores?: Resume[]
  total: number
  nbF1: number
  nbF2: number
  from?: number
  to?: number
  page?: number
  pageMax?: number
}

/** Body of `POST /etablissement/search` and of `/search/total` (datapi §3.3). */
export type CorpsRecherche = {
  search: string
  page?: number
  departements?: string[]
  activites?: string[]
  effectifMin?: number
  siegeUniquement: boolean
  ignoreZone: boolean
  ignoreRoles: boolean
  etatAdministratif?: 'A' | 'F'
}

/** `total` and `pageMax` are always 0 here by design: the count has its own route. */
export type PageRecherche = {
  results: Resume[]
  from: number
  to: number
  page: number
}

export type Naf = {
  libelleActivite?: string
  libelleSecteur?: string
  codeSecteur?: string
  codeActivite?: string
  libelleN2?: string
  nomenActivite?: string
}

/** Parallel arrays, one value per period, each absent when empty or masked. Amounts in euros; `effectif` null = unknown, 0 = zero. */
export type PeriodesUrssaf = {
  periodes?: string[]
  cotisation?: (number | null)[]
  partPatronale?: (number | null)[]
  partSalariale?: (number | null)[]
  montantMajorations?: (number | null)[]
  effectif?: (number | null)[]
}

export type Delai = {
  action: string
  dateCreation: string
  dateEcheance: string
  dureeDelai: number | null
  montantEcheancier: number | null
  stade: string
  denomination?: string
}

export type DemandeActivitePartielle = {
  debut: string | null
  fin: string | null
  effectifAutorise: number | null
}
/** `date` is a month; `heureConsomme` in hours. */
export type ConsoActivitePartielle = {
  date: string
  heureConsomme: number | null
}
export type Procol = { dateEffet: string; action: string; stade: string }

/** Signed contributions in 0…1, by variable, flat or grouped by theme (detect §6.3: both are accepted). */
export type Contributions = Record<string, number | Record<string, number>>

/** What one list said of an établissement; the explanations exist for the current list only. */
export type ScoreListe = {
  idListe: string
  batch: string
  algo: string
  periode: string
  alert: string
  score?: number
  diff?: number
  macroRadar?: Record<string, number>
  macroExpl?: Record<string, number>
  microExpl?: Contributions
  explSelection?: {
    selectConcerning?: [string, string][]
    selectReassuring?: [string, string][]
  }
  alertPreRedressements?: string | null
  redressements?: string[]
}

/** Accounts of one year, in k€. */
export type Exercice = {
  arrete_bilan_diane: string
  exercice_diane?: number
  ca?: number
  resultat_expl?: number | null
  benefice_ou_perte?: number
  excedent_brut_d_exploitation?: number | null
}

export type Entreprise = {
  siren: string
  Sirene: {
    raisonSociale: string | null
    statutJuridique?: string | null
    statutJuridiqueN1?: string | null
    statutJuridiqueN2?: string | null
    creation?: string | null
    naf?: Naf
  }
  diane?: Exercice[] | null
  etablissementsSummary?: Resume[]
  etablissements?: Etablissement[]
  groupe?: { raison_sociale_groupe?: string }
  pge?: boolean
}

export type Etablissement = {
  siren: string
  siret: string
  siege?: boolean
  entreprise?: Entreprise
  sirene: {
    adresse: string | null
    codeDepartement: string | null
    departement: string | null
    region: string | null
    creation: string | null
    latitude: number | null
    longitude: number | null
    naf: Naf
  }
  periodeUrssaf: PeriodesUrssaf
  delai?: Delai[]
  apDemande?: DemandeActivitePartielle[]
  apConso?: ConsoActivitePartielle[]
  procol?: Procol[]
  scores?: ScoreListe[]
  territoireIndustrie?: { code: string; libelle: string }
  followed: boolean
  followedEntreprise: boolean
  visible: boolean
  inZone: boolean
  permScore: boolean
  permUrssaf: boolean
  permDGEFP: boolean
  permBDF: boolean
  permPGE: boolean
}

/** Why an agent follows (datapi §3.5); `autre` needs a comment. */
export type CategorieSuivi = 'source_interne' | 'source_externe' | 'detection' | 'autre'
export type CategorieFinSuivi = 'actions' | 'aucune_action'
export type CorpsSuivi = { category: CategorieSuivi; comment: string }
export type CorpsFinSuivi = {
  unfollowCategory: CategorieFinSuivi
  unfollowComment: string
}
export type Suivis = {
  stats: { count: number }
  summaries: Resume[]
  suivis?: {
    siret: string
    since: string
    category: string
    comment: string | null
  }[]
}

/** `GET /reference/naf` and `/reference/departements`: code → label. */
export type Libelles = Record<string, string>
/** `GET /reference/regions`: label → codes of its départements, plus « France entière ». */
export type Regions = Record<string, string[]>
