import type { Contributions, ScoreListe } from '../../contracts/datapi.ts'

/** Keys come with or without accents, blanks or underscores, depending on the model (web §3.6 D). */
export const cleNormale = (cle: string): string =>
  cle
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')

const lisible = (cle: string): string => cle.replaceAll('_', ' ')

const THEMES: Readonly<Record<string, string>> = {
  dette_urssaf: 'Dette sociale',
  activite_partielle: 'Activité partielle',
  sante_financiere: 'Santé financière',
  retards_paiement: 'Retards de paiement aux fournisseurs',
  misc: 'Emploi',
  variation_de_l_effectif: 'Emploi',
  model_offset: 'Niveau de base',
}
export const libelleTheme = (cle: string): string => THEMES[cleNormale(cle)] ?? lisible(cle)

/** Variables of the platform's feature set, with their theme and a name that needs no accountant (detect §2.4). */
const VARIABLES: Readonly<Record<string, readonly [theme: string, texte: string]>> = {
  cotisation: ['dette_urssaf', 'Montant des cotisations appelées'],
  dette_sociale_ouvriere: ['dette_urssaf', 'Dette sur la part ouvrière des cotisations'],
  dette_sociale_patronale: ['dette_urssaf', 'Dette sur la part patronale des cotisations'],
  dette_sur_cotisation_mean12m: ['dette_urssaf', 'Dette sociale rapportée aux cotisations d’un an'],
  dette_par_effectif: ['dette_urssaf', 'Dette sociale par salarié'],
  delai_nb_jours_restants: ['dette_urssaf', 'Délai de paiement Urssaf en cours'],
  ap_heures_consommees: ['activite_partielle', 'Heures d’activité partielle'],
  ap_part_du_temps: ['activite_partielle', 'Part du temps de travail en activité partielle'],
  paydex: ['retards_paiement', 'Retards de paiement aux fournisseurs'],
  rentabilite_economique: ['sante_financiere', 'Rentabilité économique'],
  rentabilite_nette: ['sante_financiere', 'Rentabilité nette'],
  endettement: ['sante_financiere', 'Endettement'],
  liquidite_reduite: ['sante_financiere', 'Liquidité réduite'],
  equilibre_financier: ['sante_financiere', 'Équilibre financier'],
  poids_bfr_exploitation: ['sante_financiere', 'Besoin en fonds de roulement rapporté au chiffre d’affaires'],
  productivite_capital_investi: ['sante_financiere', 'Productivité du capital investi'],
  degre_immo_corporelle: ['sante_financiere', 'Part des immobilisations corporelles'],
  financier_court_terme: ['sante_financiere', 'Financement à court terme'],
  taux_interet_sur_ca: ['sante_financiere', 'Charges d’intérêts rapportées au chiffre d’affaires'],
  taux_marge: ['sante_financiere', 'Taux de marge'],
  autonomie_financiere: ['sante_financiere', 'Autonomie financière'],
  ca: ['sante_financiere', 'Chiffre d’affaires'],
  bilan_absent: ['sante_financiere', 'Bilan non disponible'],
  effectif: ['misc', 'Effectif et son évolution sur un an'],
}
export const libelleVariable = (cle: string): string => VARIABLES[cleNormale(cle)]?.[1] ?? lisible(cle)

export type Facteur = {
  theme: string
  variable: string
  cle: string
  valeur: number
}

/** Flat or grouped by theme (detect §6.3); the base level is no factor. */
export const facteursDe = (micro: Contributions | undefined): Facteur[] =>
  Object.entries(micro ?? {}).flatMap(([cle, valeur]): Facteur[] => {
    if (typeof valeur === 'number')
      return cleNormale(cle) === 'model_offset'
        ? []
        : [
            {
              theme: libelleTheme(VARIABLES[cleNormale(cle)]?.[0] ?? ''),
              variable: libelleVariable(cle),
              cle,
              valeur,
            },
          ]
    return Object.entries(valeur).map(([nom, contribution]) => ({
      theme: libelleTheme(cle),
      variable: libelleVariable(nom),
      cle: nom,
      valeur: contribution,
    }))
  })

const NOMBRE_FACTEURS = 5
/** Below a thousandth of a point a factor says nothing. */
const NEGLIGEABLE = 0.0005

/** The five strongest in each direction. Worrying ones follow the order that the detection prefers (`selectConcerning`), then their size. */
export const facteursParSens = ({
  microExpl,
  explSelection,
}: Pick<ScoreListe, 'microExpl' | 'explSelection'>): {
  inquietent: Facteur[]
  rassurent: Facteur[]
} => {
  const facteurs = facteursDe(microExpl)
  const preferes = new Map((explSelection?.selectConcerning ?? []).map(([, variable], rang) => [cleNormale(variable), rang]))
  const rang = ({ cle }: Facteur): number => preferes.get(cleNormale(cle)) ?? Number.MAX_SAFE_INTEGER
  return {
    inquietent: facteurs
      .filter(({ valeur }) => valeur > NEGLIGEABLE)
      .sort((a, b) => rang(a) - rang(b) || b.valeur - a.valeur)
      .slice(0, NOMBRE_FACTEURS),
    rassurent: facteurs
      .filter(({ valeur }) => valeur < -NEGLIGEABLE)
      .sort((a, b) => a.valeur - b.valeur)
      .slice(0, NOMBRE_FACTEURS),
  }
}

/** A bar of the waterfall: from `debut` to `fin`, in 0…1. */
export type Marche = {
  nom: string
  valeur: number
  debut: number
  fin: number
  sorte: 'base' | 'hausse' | 'baisse' | 'total'
}

/** Base level, then what aggravates by size, then what attenuates, then the sum (detect §6.4). */
export const cascade = (macro: Record<string, number> | undefined): Marche[] => {
  const themes = Object.entries(macro ?? {})
  if (themes.length === 0) return []
  const base = themes.find(([cle]) => cleNormale(cle) === 'model_offset')?.[1] ?? 0
  const autres = themes.filter(([cle]) => cleNormale(cle) !== 'model_offset')
  const hausses = autres.filter(([, valeur]) => valeur >= 0).sort((a, b) => b[1] - a[1])
  const baisses = autres.filter(([, valeur]) => valeur < 0).sort((a, b) => a[1] - b[1])
  let cumul = base
  const marches: Marche[] =
    base === 0
      ? []
      : [
          {
            nom: libelleTheme('model_offset'),
            valeur: base,
            debut: 0,
            fin: base,
            sorte: 'base',
          },
        ]
  for (const [cle, valeur] of [...hausses, ...baisses]) {
    marches.push({
      nom: libelleTheme(cle),
      valeur,
      debut: cumul,
      fin: cumul + valeur,
      sorte: valeur >= 0 ? 'hausse' : 'baisse',
    })
    cumul += valeur
  }
  return [
    ...marches,
    {
      nom: 'Risque estimé',
      valeur: cumul,
      debut: 0,
      fin: cumul,
      sorte: 'total',
    },
  ]
}

/** At least three themes make a radar; fewer are a line. */
export const radar = (macroRadar: Record<string, number> | undefined): { nom: string; valeur: number }[] => {
  const axes = Object.entries(macroRadar ?? {}).map(([cle, valeur]) => ({
    nom: libelleTheme(cle),
    valeur,
  }))
  return axes.length >= 3 ? axes : []
}

const MOTIFS: Readonly<Record<string, string>> = {
  urssaf: 'Hausse récente de la dette Urssaf',
  detteurssaf: 'Hausse récente de la dette Urssaf',
  augmentation_dette_urssaf_recente: 'Hausse récente de la dette Urssaf',
  augmentation_dette_sur_cotisation_urssaf_recente: 'Hausse récente de la dette Urssaf rapportée aux cotisations',
  diminution_dette_urssaf_ancienne: 'Baisse de la dette Urssaf ancienne',
  dette_urssaf_ancienne_significative: 'Dette Urssaf ancienne significative',
  dette_urssaf_macro_preponderante: 'La dette sociale est le premier facteur',
  demande_activite_partielle_elevee: 'Recours élevé à l’activité partielle',
  solvabilite_faible: 'Solvabilité faible',
  rentabilite_faible: 'Rentabilité faible',
  k_propres_negatifs: 'Capitaux propres négatifs',
  fpi30_superieur_q95: 'Retards de paiement de plus de 30 jours parmi les plus forts',
  fpi90_superieur_q95: 'Retards de paiement de plus de 90 jours parmi les plus forts',
  paydex_superieur_q95: 'Retards de paiement parmi les plus forts',
  tva_rar_eleve: 'Restes à recouvrer de TVA élevés',
  confidentiel: 'Un motif repose sur des données fiscales confidentielles.',
}
export const libelleMotif = (code: string): string => MOTIFS[cleNormale(code)] ?? lisible(code)

const ORDRE: Readonly<Record<string, number>> = {
  "Pas d'alerte": 0,
  'Alerte seuil F2': 1,
  'Alerte seuil F1': 2,
}

/** Whether an expert rule moved the level, and why; null when it did not. */
export const redressement = ({ alert, alertPreRedressements, redressements = [] }: ScoreListe): { texte: string; motifs: string[] } | null => {
  const [avant, apres] = [ORDRE[alertPreRedressements ?? ''], ORDRE[alert]]
  if (avant === undefined || apres === undefined || avant === apres) return null
  return {
    texte: `Niveau ${apres > avant ? 'relevé' : 'abaissé'} par une règle experte`,
    motifs: redressements.map(libelleMotif),
  }
}
