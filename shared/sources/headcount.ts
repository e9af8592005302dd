import { headcountOf, monthColumnOf } from '../domain/urssaf.ts'
import { parsing } from './convert.ts'
import type { Cells, Opening, Out } from './source.ts'

/** The month columns of the wide headcount files (raw-formats §2.7): reads each cell that has a value, in the order of the header. */
export const monthsOf = ({ header, switches, warn }: Opening): ((cells: Cells, out: Out, take: (periode: Date, effectif: number) => void) => void) => {
  const months: { rank: number; name: string; periode: Date }[] = []
  for (const [rank, name] of header.entries()) {
    if (!name.startsWith('eff')) continue
    const periode = monthColumnOf(name)
    if (periode === undefined) warn(`La colonne ${name} n’est pas celle d’un mois : elle est ignorée.`)
    else months.push({ rank, name, periode })
  }
  return (cells, out, take) => {
    for (const { rank, name, periode } of months) {
      const cell = cells[rank] ?? ''
      const effectif = headcountOf(cell)
      if (effectif === undefined) continue
      if (effectif === 'unreadable') out.fault(parsing('Atoi', cell.replace(/[^0-9]+/g, '')), 'Un effectif est attendu : un nombre entier.', name, cell)
      else if (effectif > 0 || switches.keepZeroEffectif) take(periode, effectif)
    }
  }
}
