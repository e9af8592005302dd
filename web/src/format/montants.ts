import { avecUnite, formatDecimal, formatEntier, NON_CONNU } from './nombres.ts'

/** Turnover, EBE, operating result: the API gives k€, written as an integer of k€ (web §2.2). */
export const formatKiloEuros = (kiloEuros: number | null | undefined): string => avecUnite(formatEntier(kiloEuros), 'k€')

/** In charts only, from 100 000 k€ on: `571,3 M€`. */
export const formatKiloEurosCourt = (kiloEuros: number | null | undefined): string =>
  kiloEuros != null && Math.abs(kiloEuros) >= 100_000 ? avecUnite(formatDecimal(kiloEuros / 1000), 'M€') : formatKiloEuros(kiloEuros)

/** Debts and contributions in lists and totals: the API gives euros, written in k€ with one decimal. */
export const formatDetteEnListe = (euros: number | null | undefined): string => avecUnite(formatDecimal(euros == null ? null : euros / 1000), 'k€')

/** Debts and contributions in charts and tables: whole euros. */
export const formatEuros = (euros: number | null | undefined): string => avecUnite(formatEntier(euros), '€')

/** Monthly hours of full time work. */
export const HEURES_PAR_ETP = 151.67

/** Hours of short-time work as full-time equivalents, one decimal. */
export const formatEtp = (heures: number | null | undefined): string => avecUnite(formatDecimal(heures == null ? null : heures / HEURES_PAR_ETP), 'ETP')

/** Headcounts of the établissement and of the entreprise, either may be unknown: `47 / 120`. */
export const formatEffectifs = (etablissement: number | null | undefined, entreprise: number | null | undefined): string =>
  `${formatEntier(etablissement)} / ${formatEntier(entreprise)}`

export type Tendance = { sens: 'hausse' | 'baisse'; texte: string }

/** Trend of a turnover from its ratio to the year before: above 1.05 up, under 0.95 down, else none. */
export const tendance = (ratio: number | null | undefined): Tendance | null => {
  if (ratio == null || (ratio <= 1.05 && ratio >= 0.95)) return null
  const ecart = avecUnite(formatEntier(Math.abs(ratio - 1) * 100), '%')
  return ratio > 1 ? { sens: 'hausse', texte: `en hausse de ${ecart}` } : { sens: 'baisse', texte: `en baisse de ${ecart}` }
}

/** Size of a file: `1,2 Go`, `80 Mo`, `184 ko` (powers of 1000). */
export const formatOctets = (octets: number | null | undefined): string => {
  if (octets == null) return NON_CONNU
  if (octets < 1000) return avecUnite(formatEntier(octets), octets < 2 ? 'octet' : 'octets')
  if (octets < 1e6) return avecUnite(formatEntier(octets / 1e3), 'ko')
  if (octets < 1e9) return avecUnite(octets < 1e7 ? formatDecimal(octets / 1e6) : formatEntier(octets / 1e6), 'Mo')
  return avecUnite(formatDecimal(octets / 1e9), 'Go')
}
