/** SIREN and SIRET are strings, always; spaces are for the eye only (web §2.2). */
export const sansEspaces = (texte: string): string => texte.replace(/\s/g, '')

/** `123456789` → `123 456 789`. */
export const formatSiren = (siren: string): string => siren.replace(/^(\d{3})(\d{3})(\d{3})$/, '$1\u00a0$2\u00a0$3')
/** `12345678900012` → `123 456 789 00012`. */
export const formatSiret = (siret: string): string => siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1\u00a0$2\u00a0$3\u00a0$4')

export const estSiren = (texte: string): boolean => /^\d{9}$/.test(texte)
export const estSiret = (texte: string): boolean => /^\d{14}$/.test(texte)
