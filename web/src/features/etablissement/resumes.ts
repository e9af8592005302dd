import { formatMois, moisDeRang } from '../../format/dates.ts'
import { formatEuros } from '../../format/montants.ts'
import { formatEntier, formatVariation } from '../../format/nombres.ts'
import { pluriel } from '../../format/pluriels.ts'
import { cotisationAppelee, dette, type Mois } from './series.ts'

const aPartir = (mois: readonly Mois[], valeur: (ligne: Mois) => number | null): { rang: number; valeur: number }[] =>
  mois.flatMap((ligne) => {
    const lue = valeur(ligne)
    return lue === null ? [] : [{ rang: ligne.rang, valeur: lue }]
  })
const nomMois = (rang: number): string => formatMois(moisDeRang(rang))

/** « De 47 à 39 salariés entre janv. 2025 et déc. 2025 (−17 %). Activité partielle utilisée 3 mois. » */
export const resumeEffectif = (mois: readonly Mois[], etp: ReadonlyMap<number, number> | null): string => {
  const connus = aPartir(mois, ({ effectif }) => effectif)
  const [premier, dernier] = [connus[0], connus.at(-1)]
  const phrases: string[] = []
  if (premier === undefined || dernier === undefined) phrases.push('Effectif inconnu sur la période.')
  else if (premier.rang === dernier.rang) phrases.push(`${pluriel(dernier.valeur, 'salarié', 'salariés')} en ${nomMois(dernier.rang)}.`)
  else {
    const ecart = premier.valeur === 0 ? '' : ` (${formatVariation(dernier.valeur / premier.valeur - 1)})`
    phrases.push(
      premier.valeur === dernier.valeur
        ? `Effectif de ${pluriel(dernier.valeur, 'salarié', 'salariés')} en ${nomMois(premier.rang)} comme en ${nomMois(dernier.rang)}.`
        : `De ${formatEntier(premier.valeur)} à ${pluriel(dernier.valeur, 'salarié', 'salariés')} entre ${nomMois(premier.rang)} et ${nomMois(dernier.rang)}${ecart}.`,
    )
  }
  if (etp !== null) {
    const utilises = mois.filter(({ rang }) => (etp.get(rang) ?? 0) > 0).length
    phrases.push(utilises === 0 ? 'Aucune activité partielle connue sur la période.' : `Activité partielle utilisée ${utilises} mois.`)
  }
  return phrases.join(' ')
}

/** What is due at the end of the period, its two shares, and how it moved. */
export const resumeDette = (mois: readonly Mois[]): string => {
  const connus = aPartir(mois, dette)
  const [premier, dernier] = [connus[0], connus.at(-1)]
  if (premier === undefined || dernier === undefined || connus.every(({ valeur }) => valeur === 0)) return 'Aucune dette connue sur la période.'
  if (dernier.valeur === 0)
    return `Aucune dette en ${nomMois(dernier.rang)}\u00a0; jusqu’à ${formatEuros(Math.max(...connus.map(({ valeur }) => valeur)))} sur la période.`
  const ligne = mois.find(({ rang }) => rang === dernier.rang)
  const parts = `part patronale ${formatEuros(ligne?.partPatronale ?? 0)}, part ouvrière ${formatEuros(ligne?.partSalariale ?? 0)}`
  const sens = dernier.valeur > premier.valeur ? 'en hausse' : dernier.valeur < premier.valeur ? 'en baisse' : 'stable'
  return `${formatEuros(dernier.valeur)} dus en ${nomMois(dernier.rang)} (${parts}), ${sens} depuis ${nomMois(premier.rang)}.`
}

/** Mean of the contributions called, or why there is none. */
export const resumeCotisation = (mois: readonly Mois[]): string => {
  const connues = aPartir(mois, cotisationAppelee)
  if (connues.length === 0) return 'Cotisations appelées inconnues.'
  return `Cotisations appelées\u00a0: ${formatEuros(connues.reduce((somme, { valeur }) => somme + valeur, 0) / connues.length)} par mois en moyenne.`
}
