import { decimal, integer, parsing, text } from './convert.ts'
import { type SheetColumn, source, unlessEmpty } from './source.ts'

/** Columns by position. A SIREN typed as a number has lost its leading zeros: they come back. */
const SHEET: readonly SheetColumn[] = [
  { position: 0, name: 'GRP Code' },
  { position: 1, name: 'GRP Personne PouM' },
  { position: 2, name: 'GRP SIREN 9', pad: 9 },
  { position: 3, name: 'GRP RefID' },
  { position: 4, name: 'GRP Raison Sociale' },
  { position: 5, name: 'GRP Adresse' },
  { position: 9, name: 'Niveau de détention', raw: true },
  { position: 10, name: '% Financier', raw: true },
  { position: 12, name: 'FIL Code' },
  { position: 13, name: 'FIL Personne PouM' },
  { position: 14, name: 'FIL SIREN 9', pad: 9 },
  { position: 15, name: 'FIL RefID' },
]

/**
 * Links between entreprises and the head of their group, a workbook of one sheet (raw-formats §2.13). The header row is parsed like data, and so
 * always rejected. The first error ends the row.
 */
export const ellisphere = source({
  name: 'ellisphere',
  scope: 'entreprise',
  delivery: 'flux',
  container: 'xlsx',
  dialect: { sep: ';', quotes: 'strict' },
  sheet: SHEET,
  fileNames: { rule: 16, pattern: /^Ellisphère-Tête de groupe-[^.]*.xlsx$/ },
  columns: SHEET.map(({ name }) => name),
  open({ read }) {
    const siren = read('FIL SIREN 9', text)
    const code = read('GRP Code', text)
    const sirenGroupe = read('GRP SIREN 9', text)
    const refid = read('GRP RefID', text)
    const raison = read('GRP Raison Sociale', text)
    const adresse = read('GRP Adresse', text)
    const personne = read('GRP Personne PouM', text)
    const niveau = read('Niveau de détention', (cell, fault) => {
      const expected = 'Un niveau de détention entier est attendu.'
      const value = integer(cell, () => fault(parsing('ParseInt', cell), expected))
      if (value === null) fault(parsing('ParseInt', cell), expected)
      return value
    })
    const part = read('% Financier', (cell, fault) => {
      const value = decimal(cell, fault)
      if (value === null) fault(parsing('ParseFloat', cell), 'Un pourcentage est attendu.')
      return value
    })
    const codeFiliere = read('FIL Code', text)
    const refidFiliere = read('FIL RefID', text)
    const personneFiliere = read('FIL Personne PouM', text)
    return (cells, out) => {
      const niveau_detention = niveau(cells, out)
      if (out.faulty()) return
      const part_financiere = part(cells, out)
      if (out.faulty()) return
      out.emit(siren(cells, out), {
        ...unlessEmpty('code_groupe', code(cells, out)),
        ...unlessEmpty('siren_groupe', sirenGroupe(cells, out)),
        ...unlessEmpty('refid_groupe', refid(cells, out)),
        ...unlessEmpty('raison_sociale_groupe', raison(cells, out)),
        ...unlessEmpty('adresse_groupe', adresse(cells, out)),
        ...unlessEmpty('personne_pou_m_groupe', personne(cells, out)),
        ...unlessEmpty('niveau_detention', niveau_detention),
        ...unlessEmpty('part_financiere', part_financiere),
        ...unlessEmpty('code_filiere', codeFiliere(cells, out)),
        ...unlessEmpty('refid_filiere', refidFiliere(cells, out)),
        ...unlessEmpty('personne_pou_m_filiere', personneFiliere(cells, out)),
      })
    }
  },
})
