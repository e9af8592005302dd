import { formatOctets } from '../../format/montants.ts'

/** Why a file is not even offered to the server; null when it may be. `tailleMax` in bytes, null = not announced. */
export const refusDe = ({ name, size }: { name: string; size: number }, tailleMax: number | null): string | null => {
  if (size === 0) return `« ${name} » est vide : il n’a pas été ajouté.`
  if (tailleMax !== null && size > tailleMax) return `« ${name} » dépasse la taille acceptée (${formatOctets(tailleMax)}).`
  return null
}
