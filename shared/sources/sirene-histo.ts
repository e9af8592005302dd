import { boolean, isoDate, text } from './convert.ts'
import { source, unlessEmpty } from './source.ts'

/** History of établissements, `StockEtablissementHistorique` (raw-formats §2.17): one row per period, `date_fin` its last day, absent for the current one. */
export const sireneHisto = source({
  name: 'sirene_histo',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ',', quotes: 'strict' },
  fileNames: { rule: 17, pattern: /^StockEtablissementHistorique_utf8\.csv$/ },
  columns: ['siret', 'dateDebut', 'dateFin', 'etatAdministratifEtablissement', 'changementEtatAdministratifEtablissement'],
  open({ read }) {
    const siret = read('siret', text)
    const debut = read('dateDebut', (cell, fault) => (cell === '' ? undefined : isoDate(cell, fault)))
    const fin = read('dateFin', (cell, fault) => (cell === '' ? undefined : isoDate(cell, fault)))
    const etat = read('etatAdministratifEtablissement', text)
    const changement = read('changementEtatAdministratifEtablissement', boolean)
    return (cells, out) => {
      const date_debut = debut(cells, out)
      if (out.faulty()) return
      const date_fin = fin(cells, out)
      if (out.faulty()) return
      if (date_debut === undefined && date_fin === undefined) return out.skip()
      const state = etat(cells, out)
      if (state !== 'A' && state !== 'F') return out.skip()
      const changement_statut_actif = changement(cells, out)
      const key = siret(cells, out)
      out.emit(key, {
        siret: key,
        ...unlessEmpty('date_debut', date_debut),
        ...unlessEmpty('date_fin', date_fin),
        ...unlessEmpty('est_actif', state === 'A'),
        changement_statut_actif,
      })
    }
  },
})
