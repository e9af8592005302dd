import type { Entry, EntryValue } from '../entity.ts'
import type { FeatureValue } from '../features.ts'
import { monthIndex } from '../month.ts'
import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, fill, isDate, isTruthy, write } from './frame.ts'

const YEARS = [1, 2] as const
const RATIOS = [
  ['poids_frng', '%', 'bdf applies or computable from diane', 'copied from bdf (working capital / turnover); else couverture_ca_fdr / 360 x 100'],
  ['taux_marge', '%', 'bdf applies', 'copied from bdf (EBE / valeur ajoutée)'],
  ['delai_fournisseur', 'days', 'bdf applies', 'copied from bdf (supplier debt / purchases x 360)'],
  [
    'dette_fiscale',
    '%',
    'bdf applies or computable from diane',
    'copied from bdf (tax and social debt / valeur ajoutée); else dette_fiscale_et_sociale / valeur_ajoutee x 100',
  ],
  ['financier_court_terme', '%', 'bdf applies', 'copied from bdf (short-term bank loans / turnover)'],
  [
    'frais_financier',
    '%',
    'bdf applies or computable from diane',
    'copied from bdf (financial charges / (EBE + non-operating result)); else interets over the same sum of diane x 100',
  ],
] as const

export const BDF_VARIABLES = documented('entr_bdf', [
  ['exercice_bdf', 'integer', 'year', 'always', '-', 'annee_bdf - 1; 0 when no bdf applies'],
  ['annee_bdf', 'integer', 'year', 'a bdf bilan applies', '-', 'copied'],
  ['arrete_bilan_bdf', 'date', 'day', 'a bdf bilan applies', '-', 'copied'],
  ...RATIOS.flatMap(
    ([name, unit, present, formula]) =>
      [
        [name, 'number', unit, present, '-', formula],
        [`${name}_past_N`, 'number', unit, 'value known N years before', '-', 'value 12 x N months before', YEARS],
      ] as const,
  ),
])

/** A bilan is used from the 8th month after the month of its closing date (refine §3.16). */
export const firstMonthOfUse = (arrete: Date): number => monthIndex(arrete) + 8

const MONTHS = 13
const NOT_COPIED: readonly string[] = ['raison_sociale', 'secteur', 'siren']
const WITHOUT_PAST: readonly string[] = ['arrete_bilan_bdf', 'annee_bdf']

/** Ratios of the Banque de France: a later entry overwrites an earlier one on common months; the past also comes from before the window. */
export const writeBdf = (columns: Columns, frame: Frame, entries: EntriesOfType): void => {
  fill(columns, frame, 'exercice_bdf', 0)
  for (const entry of entries?.values() ?? []) {
    const arrete = entry['arrete_bilan_bdf']
    if (!isDate(arrete)) continue
    const start = firstMonthOfUse(arrete) - frame.first
    for (const [field, value] of copiedFields(entry, NOT_COPIED)) {
      for (let place = start; place < start + MONTHS; place++) {
        write(columns, frame, field, place, value)
        if (WITHOUT_PAST.includes(field)) continue
        for (const years of YEARS) write(columns, frame, `${field}_past_${years}`, place + 12 * years, value)
      }
    }
    const annee = entry['annee_bdf']
    if (typeof annee === 'number' && isTruthy(annee)) {
      for (let place = start; place < start + MONTHS; place++) write(columns, frame, 'exercice_bdf', place, annee - 1)
    }
  }
}

/** Scalars of an entry, the excluded names left out. */
export const copiedFields = (entry: Entry, excluded: readonly string[]): [string, FeatureValue][] =>
  Object.entries(entry).flatMap(([field, value]): [string, FeatureValue][] => (excluded.includes(field) || !isScalar(value) ? [] : [[field, value]]))

const isScalar = (value: EntryValue): value is string | number | boolean | null | Date => typeof value !== 'object' || value === null || value instanceof Date

/** Months where accounts are in force: those where the reference gives the variables of the entreprise (refine §3.17 emission). */
export const hasBilanAt = (columns: Columns, place: number): boolean =>
  columns['arrete_bilan_bdf']?.[place] != null || columns['arrete_bilan_diane']?.[place] != null
