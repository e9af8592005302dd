import { text } from './convert.ts'
import { monthsOf } from './headcount.ts'
import { source, urssafFile } from './source.ts'

/** Monthly headcount per entreprise, one column per month (raw-formats §2.8). */
export const effectifEnt = source({
  name: 'effectif_ent',
  scope: 'entreprise',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'strict' },
  emitsFaulty: true,
  fileNames: urssafFile(4, 'effectif_siren'),
  columns: ['siren'],
  open(opening) {
    const siren = opening.read('siren', text)
    const months = monthsOf(opening)
    return (cells, out) => {
      const key = siren(cells, out)
      const wanted = out.wants(key)
      months(cells, out, (periode, effectif) => out.emit(key, wanted ? { periode, effectif } : undefined))
    }
  },
})
