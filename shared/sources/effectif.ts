import { text } from './convert.ts'
import { monthsOf } from './headcount.ts'
import { source } from './source.ts'

/** Monthly headcount per établissement, one column per month (raw-formats §2.7). */
export const effectif = source({
  name: 'effectif',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'strict' },
  emitsFaulty: true,
  fileNames: { rule: 13, pattern: /effectif_/ },
  columns: ['siret', 'compte'],
  open(opening) {
    const siret = opening.read('siret', text)
    const compte = opening.read('compte', text)
    const months = monthsOf(opening)
    return (cells, out) => {
      const key = siret(cells, out)
      const numero_compte = compte(cells, out)
      const wanted = out.wants(key)
      months(cells, out, (periode, effectif) => out.emit(key, wanted ? { numero_compte, periode, effectif } : undefined))
    }
  },
})
