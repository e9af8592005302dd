import { NON_CONNU } from './nombres.ts'

/** Dates of the API have no meaningful hour: read in UTC, else January reads « déc. » west of Greenwich (web §2.2). */
const JOUR = new Intl.DateTimeFormat('fr-FR', {
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  timeZone: 'UTC',
})
const MOIS = new Intl.DateTimeFormat('fr-FR', {
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const MOIS_LONG = new Intl.DateTimeFormat('fr-FR', {
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
/** Instants with an hour are those of Paris, wherever the browser is. */
const INSTANT = new Intl.DateTimeFormat('fr-FR', {
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'Europe/Paris',
})

const ecrire = (format: Intl.DateTimeFormat, texte: string | null | undefined): string => {
  if (texte == null || texte === '') return NON_CONNU
  const date = new Date(texte)
  return Number.isNaN(date.getTime()) ? NON_CONNU : format.format(date)
}

/** `2026-01-05T00:00:00Z` → `05/01/2026`. */
export const formatJour = (texte: string | null | undefined): string => ecrire(JOUR, texte)
/** → `janv. 2026`. */
export const formatMois = (texte: string | null | undefined): string => ecrire(MOIS, texte)
/** → `janvier 2026`. */
export const formatMoisLong = (texte: string | null | undefined): string => ecrire(MOIS_LONG, texte)
/** → `02/01/2026 10:12`, hour of Paris. */
export const formatInstant = (texte: string | null | undefined): string => ecrire(INSTANT, texte).replace(',', '').replace(' à ', ' ')

/** Rank of a month since year 0, in UTC; null when the text is no date. */
export const rangMois = (texte: string): number | null => {
  const date = new Date(texte)
  return Number.isNaN(date.getTime()) ? null : date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** First instant of the month of that rank. */
export const moisDeRang = (rang: number): string => new Date(Date.UTC(Math.floor(rang / 12), rang % 12, 1)).toISOString()

/** Age in words at `maintenant`: « moins d’un an », « 1 an », « 12 ans »; null when the date is missing or in the future. */
export const formatAge = (creation: string | null | undefined, maintenant: Date): string | null => {
  if (creation == null) return null
  const debut = new Date(creation)
  if (Number.isNaN(debut.getTime()) || debut > maintenant) return null
  const avantAnniversaire =
    maintenant.getUTCMonth() < debut.getUTCMonth() || (maintenant.getUTCMonth() === debut.getUTCMonth() && maintenant.getUTCDate() < debut.getUTCDate())
  const ans = maintenant.getUTCFullYear() - debut.getUTCFullYear() - (avantAnniversaire ? 1 : 0)
  return ans < 1 ? 'moins d’un an' : ans === 1 ? '1 an' : `${ans} ans`
}
