import { commaDecimal, period, remembering, text } from './convert.ts'
import { source, urssafFile } from './source.ts'

/** Amounts due and cashed per compte and period, in euros (raw-formats §2.2). `mer` (amount put into recovery) is not imported. */
export const cotisation = source({
  name: 'cotisation',
  scope: 'etablissement',
  delivery: 'stock',
  dialect: { sep: ';', quotes: 'lazy' },
  mapping: true,
  fileNames: urssafFile(6, 'cotisdues'),
  columns: ['Compte', 'periode', 'enc_direct', 'cotis_due'],
  open({ read, siretOf }) {
    const compte = read('Compte', text)
    const periode = read('periode', remembering(period))
    const encaisse = read('enc_direct', commaDecimal)
    const du = read('cotis_due', commaDecimal)
    const siret = siretOf('Compte')
    return (cells, out) => {
      const found = periode(cells, out)
      const key = siret(cells, out, () => found.start)
      if (key === undefined) return
      // Converted twice by the reference: a bad period records its error twice.
      if (out.faulty()) periode(cells, out)
      out.emit(key, {
        numero_compte: compte(cells, out),
        periode: found,
        encaisse: encaisse(cells, out),
        du: du(cells, out),
      })
    }
  },
})
