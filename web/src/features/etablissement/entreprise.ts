import type { Etablissement, Resume } from '../../contracts/datapi.ts'
import { HEURES_PAR_ETP } from '../../format/montants.ts'
import { formatEntier } from '../../format/nombres.ts'
import { etpParMois, type Mois, moisUrssaf } from './series.ts'

/** Totals of an entreprise over its établissements; null = unknown for all, or masked. `partiel`: some établissement is unknown or masked. */
export type Total = { valeur: number | null; partiel: boolean }
export type Totaux = { ouverts: number; effectif: Total; etp: Total; dette: Total }

const somme = (valeurs: readonly (number | null | undefined)[]): Total => {
  const connues = valeurs.filter((valeur) => valeur != null)
  return {
    valeur: connues.length === 0 ? null : connues.reduce((total, valeur) => total + valeur, 0),
    partiel: connues.length > 0 && connues.length < valeurs.length,
  }
}

/** Headcount of the open établissements; short-time work (in full-time equivalents) and debt (euros) of all. A masked value is never a zero. */
export const totauxDe = (resumes: readonly Resume[]): Totaux => {
  const ouverts = resumes.filter(({ etatAdministratif }) => etatAdministratif === 'A')
  const etp = somme(resumes.map(({ permDGEFP, apHeureConsommeAVG12m: heures }) => (permDGEFP ? heures : null)))
  return {
    ouverts: ouverts.length,
    effectif: somme(ouverts.map(({ dernier_effectif: effectif }) => effectif)),
    etp: { ...etp, valeur: etp.valeur === null ? null : etp.valeur / HEURES_PAR_ETP },
    dette: somme(resumes.map(({ permUrssaf, detteUrssaf }) => (permUrssaf ? detteUrssaf : null))),
  }
}

type Cle = 'effectif' | 'cotisation' | 'partPatronale' | 'partSalariale'
const CLES: readonly Cle[] = ['effectif', 'cotisation', 'partPatronale', 'partSalariale']

/**
 * Sum by month over the établissements. One that has a value before a month and another later, but none in it, makes the month unknown: a hole in
 * the data is not a fall (web §3.7). `partiel` holds the ranks of those months.
 */
export const sommeParMois = (etablissements: readonly Etablissement[]): { mois: Mois[]; partiel: Set<number> } => {
  const series = etablissements.map(({ periodeUrssaf }) => new Map(moisUrssaf(periodeUrssaf).map((ligne) => [ligne.rang, ligne])))
  const rangs = series.flatMap((serie) => [...serie.keys()])
  const partiel = new Set<number>()
  if (rangs.length === 0) return { mois: [], partiel }
  const debut = Math.min(...rangs)
  const bornes = (serie: ReadonlyMap<number, Mois>, cle: Cle): { premier: number; dernier: number } => {
    const connus = [...serie.values()].filter((ligne) => ligne[cle] !== null).map(({ rang }) => rang)
    return { premier: Math.min(...connus), dernier: Math.max(...connus) }
  }
  const limites = series.map((serie) => Object.fromEntries(CLES.map((cle) => [cle, bornes(serie, cle)])) as Record<Cle, { premier: number; dernier: number }>)
  const valeur = (rang: number, cle: Cle): number | null => {
    let total: number | null = null
    for (const [index, serie] of series.entries()) {
      const lue = serie.get(rang)?.[cle] ?? null
      const limite = limites[index]?.[cle]
      if (lue !== null) total = (total ?? 0) + lue
      else if (cle === 'effectif' && limite !== undefined && limite.premier < rang && rang < limite.dernier) {
        partiel.add(rang)
        return null
      }
    }
    return total
  }
  const mois = Array.from({ length: Math.max(...rangs) - debut + 1 }, (_, index): Mois => {
    const rang = debut + index
    return {
      rang,
      effectif: valeur(rang, 'effectif'),
      cotisation: valeur(rang, 'cotisation'),
      partPatronale: valeur(rang, 'partPatronale'),
      partSalariale: valeur(rang, 'partSalariale'),
    }
  })
  return { mois, partiel }
}

/** Short-time work of all the établissements, by month. */
export const etpDesEtablissements = (etablissements: readonly Etablissement[]): Map<number, number> =>
  etpParMois(etablissements.flatMap(({ apConso }) => apConso ?? []))

/**
 * « stable », « en hausse (+n) », « en baisse (−n) », or « variable » when the extremes are not at the ends (web §3.7). The sentence that
 * follows it says from which month to which.
 */
export const tendanceEffectif = (mois: readonly Mois[]): string | null => {
  const connus = mois.flatMap(({ rang, effectif }) => (effectif === null ? [] : [{ rang, effectif }]))
  const [premier, dernier] = [connus[0], connus.at(-1)]
  if (premier === undefined || dernier === undefined || premier === dernier) return null
  const valeurs = connus.map(({ effectif }) => effectif)
  const [minimum, maximum] = [Math.min(...valeurs), Math.max(...valeurs)]
  if (minimum === maximum) return 'Effectif stable.'
  const bouts = [premier.effectif, dernier.effectif]
  if (!bouts.includes(minimum) || !bouts.includes(maximum)) return `Effectif variable (écart de ${formatEntier(maximum - minimum)}).`
  const ecart = dernier.effectif - premier.effectif
  return ecart > 0 ? `Effectif en hausse (+${formatEntier(ecart)}).` : `Effectif en baisse (${formatEntier(ecart)}).`
}

/** Head office first, then by headcount, unknown last. */
export const ordreEntreprise = (resumes: readonly Resume[]): Resume[] =>
  [...resumes].sort(
    (a, b) => Number(b.siege === true) - Number(a.siege === true) || (b.dernier_effectif ?? -1) - (a.dernier_effectif ?? -1) || a.siret.localeCompare(b.siret),
  )
