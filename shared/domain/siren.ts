/** A SIREN names an entreprise (9 digits), a SIRET one of its établissements (14 digits, the SIREN first). Both are strings: leading zeros exist. */

const SIREN = /^[0-9]{9}$/
const SIRET = /^[0-9]{14}$/

/** `entreprise` entities are keyed by SIREN, `etablissement` entities by SIRET. */
export type Scope = 'entreprise' | 'etablissement'

export const isSiren = (text: string): boolean => SIREN.test(text)
export const isSiret = (text: string): boolean => SIRET.test(text)

/** No Luhn check and no trimming (raw-formats §1.6). */
export const isKey = (scope: Scope, key: string): boolean => (scope === 'entreprise' ? isSiren(key) : isSiret(key))

/** The SIREN of an entity, whatever its scope. */
export const sirenOf = (key: string): string => key.slice(0, 9)
