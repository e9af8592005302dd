/** Narrow no-break space between thousands, as French typography wants; the unit comes after an ordinary no-break space. */
const ENTIER = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 0 })
const DIXIEME = new Intl.NumberFormat('fr-FR', {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})

export const NON_CONNU = 'n/c'
const MOINS = '\u2212'
const INSECABLE = '\u00a0'

/** `Intl` writes a hyphen and either space according to its data version: both are settled here. A number that rounds to zero has no sign. */
const ecrire = (format: Intl.NumberFormat, valeur: number): string => {
  const texte = format.format(Math.abs(valeur)).replace(/[\u00a0\u202f]/g, '\u202f')
  return valeur < 0 && /[1-9]/.test(texte) ? `${MOINS}${texte}` : texte
}

/** Integer with narrow no-break spaces between thousands, U+2212 for negatives; `n/c` for null only, 0 is a value (web §2.2). */
export const formatEntier = (valeur: number | null | undefined): string => (valeur == null || Number.isNaN(valeur) ? NON_CONNU : ecrire(ENTIER, valeur))

/** One decimal. */
export const formatDecimal = (valeur: number | null | undefined): string => (valeur == null || Number.isNaN(valeur) ? NON_CONNU : ecrire(DIXIEME, valeur))

/** A number already written, followed by its unit; `n/c` stays without unit. */
export const avecUnite = (texte: string, unite: string): string => (texte === NON_CONNU ? texte : `${texte}${INSECABLE}${unite}`)

/** A value in 0…1 as a percentage with one decimal: `0.182` → `18,2 %`. */
export const formatPart = (valeur: number | null | undefined): string => avecUnite(formatDecimal(valeur == null ? null : valeur * 100), '%')

/** A share of 0…1 that adds to another, in points: `0.182` → `18,2 points`, `-0.041` → `−4,1 points`. */
export const formatPoints = (valeur: number): string => avecUnite(formatDecimal(valeur * 100), Math.round(Math.abs(valeur) * 1000) < 20 ? 'point' : 'points')

/** The same with a sign in both directions, for what is added and what is taken away. */
export const formatPointsSignes = (valeur: number): string => (valeur > 0 ? `+${formatPoints(valeur)}` : formatPoints(valeur))

/** Signed percentage without decimal, for sentences: `-0.17` → `−17 %`, `0.4` → `+40 %`. */
export const formatVariation = (valeur: number): string => {
  const texte = formatEntier(valeur * 100)
  return avecUnite(valeur > 0 && texte !== '0' ? `+${texte}` : texte, '%')
}
