import { civilDate } from '../domain/month.ts'
import { dated, decimal, integer, remembering, text } from './convert.ts'
import { source } from './source.ts'

/** Six financial ratios of the Banque de France (raw-formats §2.11). No name of file tells it: the partner that sends it does (§4.4). */
export const bdf = source({
  name: 'bdf',
  scope: 'entreprise',
  delivery: 'flux',
  dialect: { sep: ';', quotes: 'lazy' },
  columns: ['D1', 'ANNEE', 'ARRETE_BILAN', 'DENOM', 'SECTEUR', 'POIDS_FRNG', 'TX_MARGE', 'DELAI_FRS', 'POIDS_DFISC_SOC', 'POIDS_FIN_CT', 'POIDS_FRAIS_FIN'],
  open({ read }) {
    const siren = read('D1', (cell) => cell.replaceAll(' ', ''))
    const annee = read('ANNEE', integer)
    const arrete = read('ARRETE_BILAN', remembering(bdfDate))
    const denomination = read('DENOM', text)
    const secteur = read('SECTEUR', text)
    const frng = read('POIDS_FRNG', decimal)
    const marge = read('TX_MARGE', decimal)
    const delai = read('DELAI_FRS', decimal)
    const fiscale = read('POIDS_DFISC_SOC', decimal)
    const courtTerme = read('POIDS_FIN_CT', decimal)
    const frais = read('POIDS_FRAIS_FIN', decimal)
    return (cells, out) => {
      const key = siren(cells, out)
      out.emit(key, {
        siren: key,
        annee_bdf: annee(cells, out),
        arrete_bilan_bdf: arrete(cells, out),
        raison_sociale: denomination(cells, out),
        secteur: secteur(cells, out),
        poids_frng: frng(cells, out),
        taux_marge: marge(cells, out),
        delai_fournisseur: delai(cells, out),
        dette_fiscale: fiscale(cells, out),
        financier_court_terme: courtTerme(cells, out),
        frais_financier: frais(cells, out),
      })
    }
  },
})

/** Month tokens, case-sensitive: English in upper case, French in lower case. */
const TOKENS = [
  ['JAN', 'janv'],
  ['FEB', 'févr'],
  ['MAR', 'mars'],
  ['APR', 'avr'],
  ['MAY', 'mai'],
  ['JUN', 'juin'],
  ['JUL', 'juil'],
  ['AUG', 'août'],
  ['SEP', 'sept'],
  ['OCT', 'oct'],
  ['NOV', 'nov'],
  ['DEC', 'déc'],
].flatMap((names, rank) => names.map((name) => ({ name, number: String(rank + 1).padStart(2, '0') })))

/** `31DEC2012` or `31déc2012`: a month token becomes `-MM-`, and the whole must be a strict `JJ-MM-AAAA`. */
const bdfDate = dated((cell) => {
  const digits = TOKENS.reduce((left, { name, number }) => left.replaceAll(name, `-${number}-`), cell)
  const found = /^([0-9]{2})-([0-9]{2})-([0-9]{4})$/.exec(digits)
  return found ? civilDate(Number(found[3]), Number(found[2]), Number(found[1])) : undefined
}, 'JJMMMAAAA')
