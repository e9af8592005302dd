import { frenchDay, integer, text, ZERO_DATE } from './convert.ts'
import { source } from './source.ts'

/** Average days of payment delay, by Altares (raw-formats §2.14). The first error ends the row; an empty `NB_JOURS` is one. */
export const paydex = source({
  name: 'paydex',
  scope: 'entreprise',
  delivery: 'flux',
  dialect: { sep: ';', quotes: 'strict' },
  fileNames: { rule: 15, pattern: /^E_[0-9]{12}_Retro-Paydex_[0-9]{8}.csv$/ },
  columns: ['SIREN', 'DATE_VALEUR', 'NB_JOURS'],
  open({ read }) {
    const siren = read('SIREN', text)
    const valeur = read('DATE_VALEUR', (cell, fault) => {
      const date = frenchDay(cell)
      if (date === undefined) fault(`invalid date: ${cell}`, 'Une date qui existe est attendue, sous la forme JJ/MM/AAAA.')
      return date ?? ZERO_DATE
    })
    const jours = read('NB_JOURS', (cell, fault) => {
      let faulty = false
      const value = integer(cell, () => {
        faulty = true
      })
      if (faulty || value === null) fault(`invalid int: ${cell}`, 'Un nombre entier de jours est attendu.')
      return value ?? 0
    })
    return (cells, out) => {
      const date_valeur = valeur(cells, out)
      if (out.faulty()) return
      const nb_jours = jours(cells, out)
      if (out.faulty()) return
      out.emit(siren(cells, out), { date_valeur, nb_jours })
    }
  },
})
