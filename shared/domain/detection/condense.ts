/**
 * The établissements of a SIREN as one, for a model that reads them only through their sums and largest values (refine §6.4): what `entityFeatures`
 * says of the one is what it says of them all, to the last bit. Its size depends on months, not on how many they are.
 */
import type { FeatureColumns } from '../features.ts'
import { formatMonth, monthFromIndex } from '../month.ts'
import { monthNumber } from './entity-features.ts'

const LAGS = [1, 2, 3, 6, 12]
const SHARES = ['montant_part_ouvriere', 'montant_part_patronale']

/** Variables of an établissement that scoring adds up. */
export const SUMMED: readonly string[] = [
  'cotisation',
  'cotisation_moy12m',
  ...SHARES.flatMap((share) => [share, ...LAGS.map((lag) => `${share}_past_${lag}`)]),
  'apart_heures_consommees',
  'apart_heures_consommees_cumulees',
  'effectif',
]

/** Variables of an établissement of which scoring takes the largest. */
export const LARGEST: readonly string[] = ['delai_nb_jours_restants']

type Months = Map<number, number>

export class Condensed {
  #first: string | undefined
  #siren = ''
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY
  readonly #sums = new Map(SUMMED.map((name): [string, Months] => [name, new Map()]))
  readonly #largest = new Map(LARGEST.map((name): [string, Months] => [name, new Map()]))

  /** To be called in ascending order of SIRET, as additions of doubles depend on it. */
  add({ siret, siren, start, count, columns }: FeatureColumns): void {
    this.#first ??= siret
    this.#siren = siren
    const from = monthNumber(start)
    this.#from = Math.min(this.#from, from)
    this.#to = Math.max(this.#to, from + count)
    const gather = (months: ReadonlyMap<string, Months>, joined: (known: number, value: number) => number): void => {
      for (const [name, known] of months) {
        for (const [place, value] of (columns[name] ?? []).slice(0, count).entries()) {
          if (typeof value !== 'number' || !Number.isFinite(value)) continue
          const before = known.get(from + place)
          known.set(from + place, before === undefined ? value : joined(before, value))
        }
      }
    }
    gather(this.#sums, (known, value) => known + value)
    gather(this.#largest, Math.max)
  }

  /** Nothing when nothing was added. */
  columns(): FeatureColumns | undefined {
    if (this.#first === undefined) return undefined
    const count = this.#to - this.#from
    const columns: FeatureColumns['columns'] = {}
    for (const [name, months] of [...this.#sums, ...this.#largest])
      if (months.size > 0) columns[name] = Array.from({ length: count }, (_, place) => months.get(this.#from + place))
    return { siret: this.#first, siren: this.#siren, start: formatMonth(monthFromIndex(this.#from)), count, columns }
  }
}
