import { avecUnite, formatEntier } from '../../format/nombres.ts'

/** Bytes sent at an instant (ms). */
export type Mesure = { instant: number; octets: number }
export const FENETRE_MS = 10_000

/** Keeps the last ten seconds, and one measure before them to measure from. */
export const noterMesure = (mesures: readonly Mesure[], mesure: Mesure): Mesure[] => {
  const toutes = [...mesures, mesure]
  const premiere = toutes.findIndex(({ instant }) => mesure.instant - instant <= FENETRE_MS)
  return toutes.slice(Math.max(0, premiere - 1))
}

/** Bytes per second over the window; null while two measures are missing. */
export const vitesse = (mesures: readonly Mesure[]): number | null => {
  const [debut, fin] = [mesures[0], mesures.at(-1)]
  if (debut === undefined || fin === undefined || fin.instant <= debut.instant) return null
  return Math.max(0, ((fin.octets - debut.octets) * 1000) / (fin.instant - debut.instant))
}

/** « reste 1 min »: rounded up, so that it never says zero before the end; null when unknown. */
export const resteEnMots = (octetsRestants: number, octetsParSeconde: number | null): string | null => {
  if (octetsParSeconde === null || octetsParSeconde <= 0) return null
  const secondes = Math.ceil(octetsRestants / octetsParSeconde)
  if (secondes < 60) return `reste ${avecUnite(formatEntier(secondes), 's')}`
  if (secondes < 3600) return `reste ${avecUnite(formatEntier(Math.ceil(secondes / 60)), 'min')}`
  return `reste ${avecUnite(formatEntier(Math.ceil(secondes / 3600)), 'h')}`
}

/** Percentage of a transfer, whole, 100 only at the end. */
export const pourcentage = (octets: number, taille: number): number =>
  taille === 0 ? 0 : octets >= taille ? 100 : Math.min(99, Math.floor((octets * 100) / taille))

/** Screen readers hear 25, 50, 75 and 100 % only: the last of these that was passed, 0 before. */
export const palier = (pourcent: number): number => Math.floor(pourcent / 25) * 25
