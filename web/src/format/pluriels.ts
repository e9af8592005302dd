import { formatEntier } from './nombres.ts'

const REGLES = new Intl.PluralRules('fr')

/** `pluriel(2, 'risque élevé', 'risques élevés')` → « 2 risques élevés »; zero is singular in French. */
export const pluriel = (nombre: number, un: string, plusieurs: string): string =>
  `${formatEntier(nombre)}\u00a0${REGLES.select(nombre) === 'one' ? un : plusieurs}`
