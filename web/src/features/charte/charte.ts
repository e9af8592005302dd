/** The charter is accepted once, then every sixty days, per agent and per browser (web §3.2). */
const JOURS = 60
const cle = (sub: string): string => `sf.charte.${sub}`

type Memoire = Pick<Storage, 'getItem' | 'setItem'>

/** A date in the future is not trusted: the clock was wrong when it was written. */
export const charteValide = (memoire: Memoire, sub: string, maintenant: Date): boolean => {
  const acceptee = Date.parse(memoire.getItem(cle(sub)) ?? '')
  const ecart = maintenant.getTime() - acceptee
  return ecart >= 0 && ecart < JOURS * 86_400_000
}

export const accepterCharte = (memoire: Memoire, sub: string, maintenant: Date): void => memoire.setItem(cle(sub), maintenant.toISOString())
