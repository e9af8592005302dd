import type { FeatureColumns, FeatureValue } from '../features.ts'
import { isSiret } from '../siren.ts'
import type { Exclusion } from './perimeter.ts'

/**
 * The Features of one SIREN, read by month: sums over its établissements, and what is said of the entreprise itself (detect §2.2).
 * The columns of the entreprise are those of the document whose key is no SIRET; where variables of the entreprise were copied onto
 * its établissements, any of them tells.
 */
export type EntityFeatures = {
  /** Sum over the établissements that have a number at that month; missing when none has. */
  sum: (variable: string, month: number) => number | undefined
  max: (variable: string, month: number) => number | undefined
  number: (variable: string, month: number) => number | undefined
  text: (variable: string, month: number) => string | undefined
  /** Months covered, numbers of `monthIndex`; `to` is excluded. Empty window when there is nothing. */
  from: number
  to: number
  /** Why the black list holds the SIREN, as refine found it in the register. */
  exclu: Exclusion | undefined
  /** Months of the openings of procedures, numbers of `monthIndex`, ascending. */
  ouvertures: readonly number[]
}

export const monthNumber = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1

export const entityFeatures = (features: readonly FeatureColumns[]): EntityFeatures => {
  // By key, so that the order of the documents reaches no sum.
  const placed = features.map((document) => ({ document, start: monthNumber(document.start) })).sort((a, b) => (a.document.siret < b.document.siret ? -1 : 1))
  const etablissements = placed.filter(({ document }) => isSiret(document.siret))
  const entreprise = [...placed.filter(({ document }) => !isSiret(document.siret)), ...etablissements]
  const valueAt = ({ document, start }: (typeof placed)[number], variable: string, month: number): FeatureValue => {
    const place = month - start
    return place < 0 || place >= document.count ? undefined : document.columns[variable]?.[place]
  }
  const numbers = (variable: string, month: number): number[] =>
    etablissements.flatMap((one) => {
      const value = valueAt(one, variable, month)
      return typeof value === 'number' && Number.isFinite(value) ? [value] : []
    })
  const own = <T>(variable: string, month: number, keep: (value: FeatureValue) => value is T & FeatureValue): T | undefined => {
    for (const one of entreprise) {
      const value = valueAt(one, variable, month)
      if (keep(value)) return value
    }
    return undefined
  }
  const facts = placed.find(({ document }) => document.entreprise)?.document.entreprise
  return {
    sum: (variable, month) => {
      const found = numbers(variable, month)
      return found.length === 0 ? undefined : found.reduce((total, value) => total + value, 0)
    },
    max: (variable, month) => {
      const found = numbers(variable, month)
      return found.length === 0 ? undefined : found.reduce((greatest, value) => Math.max(greatest, value))
    },
    number: (variable, month) => own(variable, month, (value): value is number => typeof value === 'number' && Number.isFinite(value)),
    text: (variable, month) => own(variable, month, (value): value is string => typeof value === 'string'),
    from: placed.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    to: placed.reduce((greatest, { start, document }) => Math.max(greatest, start + document.count), Number.NEGATIVE_INFINITY),
    exclu: facts?.exclu ?? undefined,
    ouvertures: facts
      ? Object.values(facts.procol_ouvertures)
          .flat()
          .map(monthNumber)
          .sort((a, b) => a - b)
      : [],
  }
}
