import type { ConsoActivitePartielle, Delai, DemandeActivitePartielle, PeriodesUrssaf } from '../../contracts/datapi.ts'
import { moisDeRang, rangMois } from '../../format/dates.ts'
import { HEURES_PAR_ETP } from '../../format/montants.ts'

/** One month of an établissement. Amounts in euros, headcounts in persons; null = unknown. */
export type Mois = {
  rang: number
  effectif: number | null
  cotisation: number | null
  partPatronale: number | null
  partSalariale: number | null
}

/** Parallel arrays zipped by index first, so that nothing is misaligned when it is cut afterwards (web §10). A masked or absent array gives nulls. */
export const moisUrssaf = ({ periodes = [], effectif, cotisation, partPatronale, partSalariale }: PeriodesUrssaf): Mois[] =>
  periodes
    .map((periode, index) => ({
      rang: rangMois(periode) ?? Number.NaN,
      effectif: effectif?.[index] ?? null,
      cotisation: cotisation?.[index] ?? null,
      partPatronale: partPatronale?.[index] ?? null,
      partSalariale: partSalariale?.[index] ?? null,
    }))
    .filter(({ rang }) => !Number.isNaN(rang))
    .sort((a, b) => a.rang - b.rang)

const vide = (rang: number): Mois => ({
  rang,
  effectif: null,
  cotisation: null,
  partPatronale: null,
  partSalariale: null,
})

/** Every month between the first and the last, so that a hole in the data is a gap in the drawing and not a shortcut. */
export const sansTrous = (mois: readonly Mois[]): Mois[] => {
  const [debut, fin] = [mois[0]?.rang, mois.at(-1)?.rang]
  if (debut === undefined || fin === undefined) return []
  const parRang = new Map(mois.map((ligne) => [ligne.rang, ligne]))
  return Array.from({ length: fin - debut + 1 }, (_, index) => parRang.get(debut + index) ?? vide(debut + index))
}

export const NOMBRE_MOIS = 24
/** The last 24, or all. */
export const derniers = <T>(lignes: readonly T[], tout: boolean): T[] => (tout ? [...lignes] : lignes.slice(-NOMBRE_MOIS))

/** Full-time equivalents consumed per month; several entries of one month add up. */
export const etpParMois = (conso: readonly ConsoActivitePartielle[] | undefined): Map<number, number> => {
  const somme = new Map<number, number>()
  for (const { date, heureConsomme } of conso ?? []) {
    const rang = rangMois(date)
    if (rang !== null && heureConsomme !== null) somme.set(rang, (somme.get(rang) ?? 0) + heureConsomme / HEURES_PAR_ETP)
  }
  return somme
}

/** Authorised headcount of a month: the greatest of the requests that cover it; null without request. */
export const effectifAutorise = (demandes: readonly DemandeActivitePartielle[] | undefined, rang: number): number | null => {
  const valeurs = (demandes ?? [])
    .filter(
      ({ debut, fin }) =>
        debut !== null && fin !== null && (rangMois(debut) ?? Number.POSITIVE_INFINITY) <= rang && rang <= (rangMois(fin) ?? Number.NEGATIVE_INFINITY),
    )
    .map(({ effectifAutorise: autorise }) => autorise)
    .filter((autorise) => autorise !== null)
  return valeurs.length === 0 ? null : Math.max(...valeurs)
}

/** Payment plans that run in a month: `dateCreation < month < dateEcheance`. */
export const delaisDuMois = (delais: readonly Delai[] | undefined, rang: number): Delai[] => {
  const instant = Date.parse(moisDeRang(rang))
  return (delais ?? []).filter(({ dateCreation, dateEcheance }) => Date.parse(dateCreation) < instant && instant < Date.parse(dateEcheance))
}

/** Amount of the schedule of the latest plan that runs; null without plan. */
export const echeancier = (delais: readonly Delai[] | undefined, rang: number): number | null =>
  delaisDuMois(delais, rang).sort((a, b) => Date.parse(b.dateCreation) - Date.parse(a.dateCreation))[0]?.montantEcheancier ?? null

/** Contributions called: null and ≤ 0 are gaps (web §3.6 H). */
export const cotisationAppelee = ({ cotisation }: Mois): number | null => (cotisation !== null && cotisation > 0 ? cotisation : null)

/** What remains due at a month; null when both shares are unknown. */
export const dette = ({ partPatronale, partSalariale }: Mois): number | null =>
  partPatronale === null && partSalariale === null ? null : (partPatronale ?? 0) + (partSalariale ?? 0)
