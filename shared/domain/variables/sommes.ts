import type { FeatureValue } from '../features.ts'
import { documented } from './documentation-types.ts'
import type { Columns, Frame } from './frame.ts'

export const SOMME_VARIABLES = documented('finalize', [
  ['effectif_entreprise', 'integer', 'persons', 'at least one établissement with effectif > 0', '-', 'sum of effectif over the établissements of the SIREN'],
  ['apart_entreprise', 'number', 'hours', 'rows with apart_* only; at least one établissement with hours', '-', 'sum of apart_heures_consommees'],
  ['debit_entreprise', 'number', '€', 'at least one établissement with a share that is not 0', '-', 'sum of both shares'],
  ['nbr_etablissements_connus', 'integer', 'count', 'always', '-', 'number of établissements of the SIREN in Features'],
])

/** What is held of the établissements of a SIREN between the two passes: three sums by month and a count, however many they are (refine §6.4). */
export type Sommes = { effectif: (number | undefined)[]; apart: (number | undefined)[]; debit: (number | undefined)[]; etablissements: number }

export const emptySommes = (count: number): Sommes => {
  const empty = () => new Array<number | undefined>(count).fill(undefined)
  return { effectif: empty(), apart: empty(), debit: empty(), etablissements: 0 }
}

/** Adds an établissement of the perimeter; `apartPlaces` are its months of partial activity (refine §3.18). */
export const addToSommes = (sommes: Sommes, columns: Columns, frame: Frame): void => {
  sommes.etablissements += 1
  for (let place = 0; place < frame.count; place++) {
    const effectif = numberAt(columns['effectif'], place)
    if (effectif) sommes.effectif[place] = (sommes.effectif[place] ?? 0) + effectif
    const hours = numberAt(columns['apart_heures_consommees'], place)
    if (hours) sommes.apart[place] = (sommes.apart[place] ?? 0) + hours
    const ouvriere = numberAt(columns['montant_part_ouvriere'], place)
    const patronale = numberAt(columns['montant_part_patronale'], place)
    if (ouvriere || patronale) sommes.debit[place] = (sommes.debit[place] ?? 0) + (ouvriere ?? 0) + (patronale ?? 0)
  }
}

/** Writes the sums on an établissement. */
export const writeSommes = (columns: Columns, frame: Frame, sommes: Sommes, apartPlaces: ReadonlySet<number>): void => {
  columns['nbr_etablissements_connus'] = new Array<FeatureValue>(frame.count).fill(sommes.etablissements)
  setIfAny(columns, 'effectif_entreprise', [...sommes.effectif])
  setIfAny(columns, 'debit_entreprise', [...sommes.debit])
  setIfAny(
    columns,
    'apart_entreprise',
    sommes.apart.map((sum, place) => (apartPlaces.has(place) ? sum : undefined)),
  )
}

const setIfAny = (columns: Columns, name: string, values: (number | undefined)[]): void => {
  if (values.some((value) => value !== undefined)) columns[name] = values
}

const numberAt = (values: readonly FeatureValue[] | undefined, place: number): number | undefined => {
  const value = values?.[place]
  return typeof value === 'number' ? value : undefined
}
