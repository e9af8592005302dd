/** Names that reveal confidential accounts, without accents (datapi §2.4). */
const TOUJOURS = ['rentabilite_faible']
const SANS_COMPTES_RECENTS = ['solvabilite_faible', 'k_propres_negatifs', 'rentabilite_faible']

/** What stands for the names that were removed. */
export const CONFIDENTIEL = 'confidentiel'

const plain = (name: string): string => name.normalize('NFD').replace(/\p{Mn}/gu, '')

/**
 * Reasons for which a raw alert was changed, as they may be shown: an entreprise that published accounts after `year` hides less. Old lists
 * have accents, newer ones do not: both spellings are hidden. The order of the others is kept.
 */
export const maskedRedressements = (names: readonly string[], exercices: readonly number[], year: number): string[] => {
  const hidden = new Set(exercices.some((exercice) => exercice > year) ? TOUJOURS : SANS_COMPTES_RECENTS)
  const shown = names.filter((name) => !hidden.has(plain(name)))
  return shown.length === names.length ? shown : [...shown, CONFIDENTIEL]
}
