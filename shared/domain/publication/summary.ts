import type { BilanFacts, EtablissementFacts, Facts, PeriodeFacts, ProcolFacts, ScoreFacts } from './facts.ts'
import { F1, SANS_ALERTE } from './facts.ts'
import type { AlerteRow, ResumeRow, ScoreRow } from './rows.ts'
import { isShown, later, type Together } from './together.ts'

/** Months of consumption that a reader of any day may need: the last twelve and the current one. */
const MOIS_AP = 13

/** Rounding of what is computed. */
type Round = (value: number) => number
const identity: Round = (value) => value

/** Values of each of these établissements computed from the whole entreprise (datapi §4.2). */
export const resumesOf = (facts: Omit<Facts, 'etablissements'>, together: Together, sites: readonly EtablissementFacts[]): ResumeRow[] => {
  const { entreprise } = facts
  if (entreprise === undefined) return []
  const round = facts.precision === 'single' ? Math.fround : identity
  const { dernierEffectif } = together
  const shared = {
    siren: facts.siren,
    raison_sociale: entreprise.raisonSociale,
    creation_entreprise: entreprise.creation,
    etat_administratif_entreprise: entreprise.etatAdministratif,
    effectif_entreprise: (dernierEffectif === null ? undefined : together.effectifs.get(dernierEffectif)) ?? null,
    ...comptes(facts.bilans, round),
    etat_procol: etatProcol([...together.procols.values()]),
    groupe: facts.groupe?.raison_sociale_groupe ?? null,
    echeance_delai: together.echeanceDelai,
    deps: [...together.departements].sort(),
    premiere_liste_entreprise: premiereListe(facts.scores, (score) => score.alert !== SANS_ALERTE),
  }
  return sites.flatMap((site) => {
    const { sirene, siret } = site
    if (sirene?.departement == null || !isShown(site)) return []
    const scores = facts.scores.filter((score) => score.siret === siret)
    return {
      ...shared,
      siret,
      commune: sirene.commune,
      code_commune: sirene.codeCommune,
      departement: sirene.departement,
      code_activite: sirene.codeActivite,
      siege: sirene.siege,
      etat_administratif: entreprise.etatAdministratif === 'C' ? 'F' : (sirene.etatAdministratif ?? 'A'),
      effectif: effectifAt(site, dernierEffectif),
      ...urssaf(site.periodes, round),
      fin_ap: latest(site.apDemandes.map((demande) => demande.fin)),
      ap_mois: apMois(site),
      premiere_liste: premiereListe(scores, (score) => score.alert !== SANS_ALERTE),
      premiere_liste_rouge: premiereListe(scores, (score) => score.alert === F1),
    }
  })
}

/** Every score, also of an établissement that shows in no summary: it counts in what its list says of the entreprise. */
export const scoresOf = (facts: Pick<Facts, 'siren' | 'scores'>): ScoreRow[] =>
  facts.scores.map(({ siret, libelle, algo, batch, score, alert }) => ({
    siret,
    siren: facts.siren,
    libelle,
    algo,
    batch,
    score,
    alert,
  }))

/** One row per list and établissement in alert that shows in summaries, with the columns that filters of lists use. */
export const alertesOf = (scores: readonly ScoreRow[], resumes: readonly ResumeRow[]): AlerteRow[] => {
  const bySiret = new Map(resumes.map((resume) => [resume.siret, resume]))
  return scores.flatMap((score) => {
    const resume = bySiret.get(score.siret)
    if (resume === undefined || score.alert === SANS_ALERTE) return []
    return {
      ...score,
      raison_sociale: resume.raison_sociale,
      departement: resume.departement,
      deps: resume.deps,
      code_activite: resume.code_activite,
      siege: resume.siege,
      creation_entreprise: resume.creation_entreprise,
      etat_administratif: resume.etat_administratif,
      effectif: resume.effectif,
      effectif_entreprise: resume.effectif_entreprise,
      ca: resume.ca,
      etat_procol: resume.etat_procol,
      echeance_delai: resume.echeance_delai,
      premiere_liste: resume.premiere_liste,
      premiere_liste_rouge: resume.premiere_liste_rouge,
    }
  })
}

const latest = (days: readonly (string | null)[]): string | null => days.reduce(later, null)

const effectifAt = (site: EtablissementFacts, periode: string | null): number | null => site.periodes.find((row) => row.periode === periode)?.effectif ?? null

const dette = (row: PeriodeFacts | undefined, round: Round): number | null =>
  row === undefined || row.partPatronale === null || row.partSalariale === null ? null : round(row.partPatronale + row.partSalariale)

/** Debt at the last period, and whether it rose in one of the last two months: three-valued, as SQL has it. */
const urssaf = (periodes: readonly PeriodeFacts[], round: Round): Pick<ResumeRow, 'dette_urssaf' | 'hausse_urssaf'> => {
  const [d1 = null, d2 = null, d3 = null] = [1, 2, 3].map((back) => dette(periodes.at(-back), round))
  return {
    dette_urssaf: d1,
    hausse_urssaf: or(greater(d1, d2), greater(d2, d3)),
  }
}

const greater = (a: number | null, b: number | null): boolean | null => (a === null || b === null ? null : a > b)
const or = (a: boolean | null, b: boolean | null): boolean | null => (a === true || b === true ? true : a === null || b === null ? null : false)

const apMois = ({ apConsos }: EtablissementFacts): ResumeRow['ap_mois'] => {
  const months = new Map<string, [number, number]>()
  for (const { date, heureConsomme, montant } of apConsos) {
    const sums = months.get(date.slice(0, 7)) ?? [0, 0]
    months.set(date.slice(0, 7), [sums[0] + (heureConsomme ?? 0), sums[1] + (montant ?? 0)])
  }
  if (months.size === 0) return null
  const kept = [...months].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, MOIS_AP)
  return Object.fromEntries(kept.reverse())
}

/** Per column, the most recent value: figures and closing date may come from different years (datapi §4.2). */
const comptes = (
  bilans: readonly BilanFacts[],
  round: Round,
): Pick<ResumeRow, 'ca' | 'variation_ca' | 'arrete_bilan' | 'exercice_diane' | 'resultat_expl' | 'excedent_brut'> => {
  const rows = bilans.toSorted((a, b) => (a.arrete < b.arrete ? -1 : 1))
  const last = <T>(column: (row: BilanFacts, index: number) => T | null): T | null => {
    for (let index = rows.length - 1; index >= 0; index--) {
      const row = rows[index]
      const value = row === undefined ? null : column(row, index)
      if (value !== null) return value
    }
    return null
  }
  return {
    ca: last((row) => row.ca),
    variation_ca: last((row, index) => variation(row.ca, rows[index - 1]?.ca ?? null, round)),
    arrete_bilan: last((row) => row.arrete),
    exercice_diane: last((row) => row.exercice),
    resultat_expl: last((row) => row.resultatExploitation),
    excedent_brut: last((row) => row.excedentBrut),
  }
}

const variation = (ca: number | null, previous: number | null, round: Round): number | null =>
  ca === null || previous === null || previous === 0 ? null : round(ca / previous)

/** A procedure never ends (datapi §4.2 `last_procol`, §9 trap 6). */
const etatProcol = (procols: readonly ProcolFacts[]): string => {
  const some = (action: string, stade?: string): boolean =>
    procols.some((procol) => procol.action === action && (stade === undefined || procol.stade === stade))
  if (some('liquidation')) return 'liquidation'
  if (some('redressement')) return some('redressement', 'plan_continuation') ? 'plan_continuation' : 'redressement'
  if (some('sauvegarde')) return some('sauvegarde', 'plan_continuation') ? 'plan_sauvegarde' : 'sauvegarde'
  return 'in_bonis'
}

const premiereListe = (scores: readonly ScoreFacts[], wanted: (score: ScoreFacts) => boolean): string | null =>
  scores.filter(wanted).reduce<ScoreFacts | undefined>((first, score) => (first === undefined || score.batch < first.batch ? score : first), undefined)
    ?.libelle ?? null
