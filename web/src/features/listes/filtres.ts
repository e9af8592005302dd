import type { CorpsListe, Liste, Regions } from '../../contracts/datapi.ts'
import { CODES_PROCEDURE, libelleProcedure } from '../../design/niveau.ts'

/** What the page lets choose, for one list (web §3.4). Amounts in k€. */
export type Filtres = {
  /** `''` = « Ma zone », `d:21` = a département, `r:Bretagne` = a region. */
  zone: string
  sitesAilleurs: boolean
  /** NAF sections; null = all. */
  secteurs: string[] | null
  procedures: string[]
  premiereAlerte: boolean
  sansDelai: boolean
  sansRecentes: boolean
  exclureSuivis: boolean
  siege: boolean
  fermes: boolean
  comite: boolean
  effectifMin: number | null
  effectifMax: number | null
  effectifEtabMin: number | null
  effectifEtabMax: number | null
  caMin: number | null
  caMax: number | null
  texte: string
}

export const FILTRES_PAR_DEFAUT: Readonly<Filtres> = {
  zone: '',
  sitesAilleurs: false,
  secteurs: null,
  procedures: ['in_bonis'],
  premiereAlerte: true,
  sansDelai: true,
  sansRecentes: true,
  exclureSuivis: false,
  siege: false,
  fermes: false,
  comite: false,
  effectifMin: null,
  effectifMax: null,
  effectifEtabMin: null,
  effectifEtabMax: null,
  caMin: null,
  caMax: null,
  texte: '',
}

/** Nothing hidden but what the rights hide. */
export const TOUT_AFFICHER: Readonly<Filtres> = {
  ...FILTRES_PAR_DEFAUT,
  procedures: [...CODES_PROCEDURE],
  premiereAlerte: false,
  sansDelai: false,
  sansRecentes: false,
  fermes: true,
}

type Parametres = Record<string, string>
const OUI_NON = {
  premiereAlerte: 'premiere',
  sansDelai: 'sans-delai',
  sansRecentes: 'sans-recentes',
  exclureSuivis: 'sans-suivis',
  siege: 'siege',
  fermes: 'fermes',
  comite: 'comite',
  sitesAilleurs: 'ailleurs',
} as const
const NOMBRES = {
  effectifMin: 'eff-min',
  effectifMax: 'eff-max',
  effectifEtabMin: 'etab-min',
  effectifEtabMax: 'etab-max',
  caMin: 'ca-min',
  caMax: 'ca-max',
} as const
type CleOuiNon = keyof typeof OUI_NON
type CleNombre = keyof typeof NOMBRES
const clesOuiNon = Object.keys(OUI_NON) as CleOuiNon[]
const clesNombre = Object.keys(NOMBRES) as CleNombre[]

const memeListe = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((element, rang) => element === b[rang])

/** Query string of the filters: only what differs from the defaults, so that a plain address is the default view. */
export const ecrireFiltres = (filtres: Filtres): Parametres => {
  const parametres: Parametres = {}
  if (filtres.zone !== '') parametres.zone = filtres.zone
  if (filtres.secteurs !== null) parametres.secteurs = filtres.secteurs.join(',') || 'aucun'
  if (!memeListe(filtres.procedures, FILTRES_PAR_DEFAUT.procedures)) parametres.procedures = filtres.procedures.join(',') || 'aucune'
  if (filtres.texte !== '') parametres.q = filtres.texte
  for (const cle of clesOuiNon) if (filtres[cle] !== FILTRES_PAR_DEFAUT[cle]) parametres[OUI_NON[cle]] = filtres[cle] ? 'oui' : 'non'
  for (const cle of clesNombre) if (filtres[cle] !== null) parametres[NOMBRES[cle]] = String(filtres[cle])
  return parametres
}

const premier = (valeur: unknown): string | null =>
  typeof valeur === 'string' ? valeur : Array.isArray(valeur) && typeof valeur[0] === 'string' ? valeur[0] : null
const nombre = (texte: string | null): number | null => (texte !== null && /^\d{1,12}$/.test(texte) ? Number(texte) : null)

/** Reads a query string; what it does not know or cannot read is the default. */
export const lireFiltres = (parametres: Record<string, unknown>): Filtres => {
  const filtres: Filtres = {
    ...FILTRES_PAR_DEFAUT,
    procedures: [...FILTRES_PAR_DEFAUT.procedures],
  }
  const zone = premier(parametres.zone)
  if (zone !== null && /^[dr]:./.test(zone)) filtres.zone = zone
  const secteurs = premier(parametres.secteurs)
  if (secteurs !== null) filtres.secteurs = secteurs === 'aucun' ? [] : secteurs.split(',').filter((section) => /^[A-U]$/.test(section))
  const procedures = premier(parametres.procedures)
  if (procedures !== null) filtres.procedures = CODES_PROCEDURE.filter((code) => procedures.split(',').includes(code))
  filtres.texte = premier(parametres.q) ?? ''
  for (const cle of clesOuiNon) {
    const valeur = premier(parametres[OUI_NON[cle]])
    if (valeur === 'oui' || valeur === 'non') filtres[cle] = valeur === 'oui'
  }
  for (const cle of clesNombre) filtres[cle] = nombre(premier(parametres[NOMBRES[cle]]))
  return filtres
}

/** What the body of the request depends on besides the filters. */
export type Contexte = { liste: Liste; regions: Regions; droitUrssaf: boolean }

/** Text of the quick filter as the API wants it: SIREN and SIRET without spaces. */
export const texteRecherche = (texte: string): string => {
  const net = texte.trim()
  return /^[\d\s]+$/.test(net) ? net.replace(/\s/g, '') : net
}

/** Sentence beside the field when the filters cannot be sent; null when they can. */
export const erreurFiltres = (
  filtres: Filtres,
): {
  champ: 'secteurs' | 'procedures' | 'effectif' | 'ca'
  texte: string
} | null => {
  if (filtres.secteurs?.length === 0)
    return {
      champ: 'secteurs',
      texte: 'Choisissez au moins un secteur d’activité.',
    }
  if (filtres.procedures.length === 0)
    return {
      champ: 'procedures',
      texte: 'Choisissez au moins un état de procédure.',
    }
  const inverse = (min: number | null, max: number | null): boolean => min !== null && max !== null && min > max
  if (inverse(filtres.effectifMin, filtres.effectifMax) || inverse(filtres.effectifEtabMin, filtres.effectifEtabMax))
    return {
      champ: 'effectif',
      texte: 'L’effectif minimum dépasse l’effectif maximum.',
    }
  if (inverse(filtres.caMin, filtres.caMax))
    return {
      champ: 'ca',
      texte: 'Le chiffre d’affaires minimum dépasse le maximum.',
    }
  return null
}

/** Body of `POST /scores/liste/{id}`: only what is set, an absent property does not filter. */
export const corpsListe = (filtres: Filtres, { liste, regions, droitUrssaf }: Contexte): CorpsListe => {
  const corps: CorpsListe = {}
  if (filtres.zone.startsWith('d:')) corps.zone = [filtres.zone.slice(2)]
  if (filtres.zone.startsWith('r:')) corps.zone = regions[filtres.zone.slice(2)] ?? []
  if (filtres.zone === '' && filtres.sitesAilleurs) corps.ignorezone = true
  if (filtres.secteurs !== null) corps.activite = filtres.secteurs
  if (filtres.procedures.length < CODES_PROCEDURE.length) corps.procol = filtres.procedures
  if (filtres.premiereAlerte) corps.firstAlert = true
  if (filtres.sansDelai && droitUrssaf) corps.hasntDelai = true
  if (filtres.sansRecentes && liste.dateCreationMax !== undefined) corps.creationDateThreshold = liste.dateCreationMax.slice(0, 10)
  if (filtres.exclureSuivis) corps.exclureSuivi = true
  if (filtres.siege) corps.siegeUniquement = true
  if (!filtres.fermes) corps.etatAdministratif = 'A'
  if (filtres.comite && liste.listeRestreinte === true) corps.codefiListOnly = true
  if (filtres.effectifMin !== null) corps.effectifMinEntreprise = filtres.effectifMin
  if (filtres.effectifMax !== null) corps.effectifMaxEntreprise = filtres.effectifMax
  if (filtres.effectifEtabMin !== null) corps.effectifMin = filtres.effectifEtabMin
  if (filtres.effectifEtabMax !== null) corps.effectifMax = filtres.effectifEtabMax
  if (filtres.caMin !== null) corps.caMin = filtres.caMin
  if (filtres.caMax !== null) corps.caMax = filtres.caMax
  const texte = texteRecherche(filtres.texte)
  if (texte !== '') corps.filter = texte
  return corps
}

/** An active filter, shown above the rows, and the change that removes it. */
export type FiltreActif = { texte: string; retirer: Partial<Filtres> }

/** Everything that hides rows, defaults included: the agent must see why a list is short (web §3.4). */
export const filtresActifs = (filtres: Filtres, { liste, droitUrssaf }: Contexte, libelleZone: (zone: string) => string): FiltreActif[] => {
  const actifs: FiltreActif[] = []
  const ajouter = (actif: boolean, texte: string, retirer: Partial<Filtres>): void => {
    if (actif) actifs.push({ texte, retirer })
  }
  ajouter(filtres.zone !== '', libelleZone(filtres.zone), { zone: '' })
  ajouter(filtres.secteurs !== null, `${filtres.secteurs?.length ?? 0} secteur${(filtres.secteurs?.length ?? 0) > 1 ? 's' : ''} d’activité`, { secteurs: null })
  ajouter(filtres.procedures.length < CODES_PROCEDURE.length, filtres.procedures.map(libelleProcedure).join(', ') || 'Aucune procédure', {
    procedures: [...CODES_PROCEDURE],
  })
  ajouter(filtres.premiereAlerte, '1re alerte', { premiereAlerte: false })
  ajouter(filtres.sansDelai && droitUrssaf, 'Sans délai Urssaf', {
    sansDelai: false,
  })
  ajouter(filtres.sansRecentes && liste.dateCreationMax !== undefined, 'Sans entreprises récentes', { sansRecentes: false })
  ajouter(filtres.exclureSuivis, 'Sans établissements suivis', {
    exclureSuivis: false,
  })
  ajouter(filtres.siege, 'Sièges uniquement', { siege: false })
  ajouter(!filtres.fermes, 'Ouverts uniquement', { fermes: true })
  ajouter(filtres.comite && liste.listeRestreinte === true, 'Liste restreinte du comité', { comite: false })
  const bornes = (nom: string, min: number | null, max: number | null, unite: string, retirer: Partial<Filtres>): void => {
    if (min !== null) ajouter(true, max === null ? `${nom} ≥ ${min}${unite}` : `${nom} de ${min} à ${max}${unite}`, retirer)
    else if (max !== null) ajouter(true, `${nom} ≤ ${max}${unite}`, retirer)
  }
  bornes('Effectif de l’entreprise', filtres.effectifMin, filtres.effectifMax, '', { effectifMin: null, effectifMax: null })
  bornes('Effectif de l’établissement', filtres.effectifEtabMin, filtres.effectifEtabMax, '', { effectifEtabMin: null, effectifEtabMax: null })
  bornes('Chiffre d’affaires', filtres.caMin, filtres.caMax, ' k€', {
    caMin: null,
    caMax: null,
  })
  ajouter(filtres.texte.trim() !== '', `«\u00a0${filtres.texte.trim()}\u00a0»`, {
    texte: '',
  })
  return actifs
}
