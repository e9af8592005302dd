import { monthNameDate, remembering, text } from './convert.ts'
import { source, urssafFile } from './source.ts'

/** Insolvency events as known to the URSSAF (raw-formats §2.6). */
export const procol = source({
  name: 'procol',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'strict' },
  fileNames: urssafFile(5, 'pcoll'),
  columns: ['dt_effet', 'lib_actx_stdx', 'siret'],
  open({ read }) {
    const effet = read('dt_effet', remembering(monthNameDate))
    const libelle = read('lib_actx_stdx', text)
    const siret = read('siret', text)
    return (cells, out) => {
      const date_effet = effet(cells, out)
      out.emit(siret(cells, out), {
        date_effet,
        ...actionOf(libelle(cells, out)),
      })
    }
  },
})

/** The action is the whole first piece that holds one of the three words, the stage the other pieces. No word: two empty texts, and the tuple all the same. */
const actionOf = (libelle: string): { action_procol: string; stade_procol: string } => {
  const pieces = libelle.toLowerCase().split('_')
  const found = pieces.findIndex((piece) => /liquidation|redressement|sauvegarde/.test(piece))
  if (found < 0) return { action_procol: '', stade_procol: '' }
  return {
    action_procol: pieces[found] ?? '',
    stade_procol: pieces.toSpliced(found, 1).join('_'),
  }
}
