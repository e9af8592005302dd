import { remembering, text, urssafDay } from './convert.ts'
import { source, urssafFile } from './source.ts'

/** Plans granted by the Commission des chefs de services financiers (raw-formats §2.5). The compte is not stored, but hashed. */
export const ccsf = source({
  name: 'ccsf',
  scope: 'etablissement',
  delivery: 'flux',
  dialect: { sep: ';', quotes: 'strict' },
  mapping: true,
  fileNames: urssafFile(8, 'ccsf'),
  columns: ['Compte', 'Date_de_traitement', 'Code_externe_stade', 'Code_externe_action'],
  open({ read, siretOf }) {
    const compte = read('Compte', text)
    const traitement = read('Date_de_traitement', remembering(urssafDay))
    const stade = read('Code_externe_stade', text)
    const action = read('Code_externe_action', text)
    const siret = siretOf('Compte')
    return (cells, out) => {
      const date_traitement = traitement(cells, out)
      if (out.faulty()) return
      const key = siret(cells, out, () => date_traitement)
      if (key === undefined) return
      out.emit(key, { date_traitement, stade: stade(cells, out), action: action(cells, out) }, { NumeroCompte: compte(cells, out) })
    }
  },
})
