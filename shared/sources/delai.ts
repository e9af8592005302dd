import { commaDecimal, frenchDate, integer, remembering, text } from './convert.ts'
import { source, urssafFile } from './source.ts'

/** Payment plans (raw-formats §2.4). A bad `Date_creation` ends the row before the mapping: it is rejected, not skipped. */
export const delai = source({
  name: 'delai',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'strict' },
  mapping: true,
  fileNames: urssafFile(7, 'delais'),
  columns: [
    'Numero_compte_externe',
    'Numero_structure',
    'Date_creation',
    'Date_echeance',
    'Duree_delai',
    'Denomination_premiere_ligne',
    'Indic_6M',
    'Annee_creation',
    'Montant_global_echeancier',
    'Code_externe_stade',
    'Code_externe_action',
  ],
  open({ read, siretOf }) {
    const compte = read('Numero_compte_externe', text)
    const contentieux = read('Numero_structure', text)
    const creation = read('Date_creation', remembering(frenchDate))
    const echeance = read('Date_echeance', remembering(frenchDate))
    // An unreadable duration is 0, without error.
    const duree = read('Duree_delai', (cell) => integer(cell, () => {}))
    const denomination = read('Denomination_premiere_ligne', text)
    const indic = read('Indic_6M', text)
    const annee = read('Annee_creation', integer)
    const montant = read('Montant_global_echeancier', commaDecimal)
    const stade = read('Code_externe_stade', text)
    const action = read('Code_externe_action', text)
    const siret = siretOf('Numero_compte_externe')
    return (cells, out) => {
      const date_creation = creation(cells, out)
      if (out.faulty()) return
      const key = siret(cells, out, () => date_creation)
      if (key === undefined) return
      out.emit(key, {
        numero_compte: compte(cells, out),
        numero_contentieux: contentieux(cells, out),
        date_creation,
        date_echeance: echeance(cells, out),
        duree_delai: duree(cells, out),
        denomination: denomination(cells, out),
        indic_6m: indic(cells, out),
        annee_creation: annee(cells, out),
        montant_echeancier: montant(cells, out),
        stade: stade(cells, out),
        action: action(cells, out),
      })
    }
  },
})
