import { documented } from './documentation-types.ts'
import { type Columns, type Frame, write } from './frame.ts'

export const COTISATION_VARIABLES = documented('cotisation', [
  ['cotisation_moy12m', 'number', '€/month', '12 months of the window end here, all with a cotisation', '-', 'mean of the 12 cotisations'],
  ['ratio_dette', 'number', 'ratio', 'cotisation_moy12m > 0', '-', '(part ouvrière + part patronale) / cotisation_moy12m'],
  [
    'ratio_dette_moy12m',
    'number',
    'ratio',
    'cotisation_moy12m > 0 and none of the 12 cotisations is 0',
    '-',
    'mean over the 12 months of debt of the month / cotisation of the month',
  ],
  ['tag_debit', 'true', '-', 'ratio_dette > 0.01', '-', 'only ever true'],
  ['tag_default', 'true', '-', '3rd month or later with ratio_dette > 1, months without debt not counted', '-', 'only ever true'],
])

const YEAR = 12

/** Means, ratios and tags, on what the columns hold of contributions and debts (refine §3.8). */
export const writeRatiosDette = (columns: Columns, frame: Frame): void => {
  const numberAt = (name: string, place: number): number | undefined => {
    const value = columns[name]?.[place]
    return typeof value === 'number' ? value : undefined
  }
  const debtAt = (place: number): number => (numberAt('montant_part_ouvriere', place) ?? 0) + (numberAt('montant_part_patronale', place) ?? 0)
  let defaults = 0
  for (let place = YEAR - 1; place < frame.count; place++) {
    const due = Array.from({ length: YEAR }, (_, i) => numberAt('cotisation', place - YEAR + 1 + i))
    if (!due.every((value) => value !== undefined)) continue
    const mean = due.reduce((sum, value) => sum + value, 0) / YEAR
    write(columns, frame, 'cotisation_moy12m', place, mean)
    if (!(mean > 0)) continue
    const ratio = debtAt(place) / mean
    write(columns, frame, 'ratio_dette', place, ratio)
    if (due.every((value) => value !== 0)) {
      const ratios = due.reduce((sum, value, i) => sum + debtAt(place - YEAR + 1 + i) / value, 0)
      write(columns, frame, 'ratio_dette_moy12m', place, ratios / YEAR)
    }
    if (ratio > 0.01) write(columns, frame, 'tag_debit', place, true)
    // months without debt, or whose ratio is unknown, neither count nor reset (T12)
    if (ratio === 0 || Number.isNaN(ratio)) continue
    defaults = ratio > 1 ? defaults + 1 : 0
    if (defaults >= 3) write(columns, frame, 'tag_default', place, true)
  }
}
