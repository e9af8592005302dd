import { formatOctets } from '../../format/montants.ts'

/** Why a file is not even offered to the server; null when it may be. `tailleMax` in bytes, null = not announced. */
export const refusDe = ({ name, size }: { name: string; size: number }, tailleMax: number | null): string | null => {
  if (size === 0) return `«\u00a0${name}\u00a0» est vide\u00a0: il n’a pas été ajouté.`
  if (tailleMax !== null && size > tailleMax) return `«\u00a0${name}\u00a0» dépasse la taille acceptée (${formatOctets(tailleMax)}).`
  return null
}
