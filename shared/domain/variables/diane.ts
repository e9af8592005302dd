import type { Entry } from '../entity.ts'
import type { FeatureValue } from '../features.ts'
import { copiedFields, firstMonthOfUse } from './bdf.ts'
import { DIANE_FIELDS } from './diane-fields.ts'
import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, isDate, write } from './frame.ts'

const YEARS = [1, 2] as const
const MONTHS = 14
const NOT_COPIED: readonly string[] = ['nom_entreprise', 'numero_siren', 'statut_juridique', 'procedure_collective']
const WITHOUT_PAST: readonly string[] = ['arrete_bilan_diane', 'exercice_diane']
const APPLIES = 'a diane bilan applies and the value is not null'

export const DIANE_VARIABLES = documented('diane', [
  ['exercice_diane', 'number', 'year', APPLIES, '-', 'copied'],
  ['arrete_bilan_diane', 'date', 'day', APPLIES, '-', 'copied'],
  ...DIANE_FIELDS.map(([name, unit, meaning]) => [name, 'number', unit, APPLIES, '-', `copied: ${meaning}`] as const),
  ...DIANE_FIELDS.map(
    ([name, unit]) =>
      [`${name}_past_N`, 'number', unit, 'a diane bilan applied N years before, value not null', '-', 'value 12 x N months before', YEARS] as const,
  ),
])

/** Ratios of which the past is written again once diane has completed them. */
const WITH_PAST = ['taux_marge', 'poids_frng', 'dette_fiscale', 'financier_court_terme', 'frais_financier'] as const

/** Accounts of diane, entry by entry in document order, on the columns as bdf left them (refine §3.17). */
export const writeDiane = (columns: Columns, frame: Frame, entries: EntriesOfType): void => {
  for (const entry of entries?.values() ?? []) {
    const arrete = entry['arrete_bilan_diane']
    if (!isDate(arrete)) continue
    const start = firstMonthOfUse(arrete) - frame.first
    copyFields(columns, frame, entry, start)
    completeRatios(columns, frame, entry, start)
  }
}

/** A null erases the value of an earlier entry on a common month, but neither writes nor erases a past. */
const copyFields = (columns: Columns, frame: Frame, entry: Entry, start: number): void => {
  for (const [field, value] of copiedFields(entry, NOT_COPIED)) {
    const hasPast = value !== null && !WITHOUT_PAST.includes(field)
    for (let place = start; place < start + MONTHS; place++) {
      write(columns, frame, field, place, value === null ? undefined : value)
      if (hasPast) for (const years of YEARS) write(columns, frame, `${field}_past_${years}`, place + 12 * years, value)
    }
  }
}

const completeRatios = (columns: Columns, frame: Frame, entry: Entry, start: number): void => {
  const computed: Readonly<Record<string, number | undefined>> = ratiosOf(entry)
  for (let place = Math.max(0, start); place < Math.min(frame.count, start + MONTHS); place++) {
    for (const name of ['poids_frng', 'dette_fiscale', 'frais_financier']) {
      if (columns[name]?.[place] === undefined && computed[name] !== undefined) write(columns, frame, name, place, computed[name])
    }
    for (const name of WITH_PAST) {
      const value: FeatureValue = columns[name]?.[place]
      if (value === undefined) continue
      for (const years of YEARS) write(columns, frame, `${name}_past_${years}`, place + 12 * years, value)
    }
  }
}

/** What diane gives of the ratios of bdf, in %: absent when a term is unknown or the quotient is 0 / 0; a zero divisor alone gives an infinity (T19). */
export const ratiosOf = (entry: Entry): { poids_frng: number | undefined; dette_fiscale: number | undefined; frais_financier: number | undefined } => {
  const numbers = (...fields: string[]): number[] | undefined => {
    const values = fields.map((field) => entry[field])
    return values.every((value) => typeof value === 'number') ? values : undefined
  }
  const couverture = numbers('couverture_ca_fdr')?.[0]
  const [dette, valeurAjoutee] = numbers('dette_fiscale_et_sociale', 'valeur_ajoutee') ?? [Number.NaN, Number.NaN]
  const [interets, ebe, produits, exceptionnel, charge, charges] =
    numbers('interets', 'excedent_brut_d_exploitation', 'produits_financiers', 'produit_exceptionnel', 'charge_exceptionnelle', 'charges_financieres') ?? []
  const result = (ebe ?? Number.NaN) + (produits ?? 0) + (exceptionnel ?? 0) - (charge ?? 0) - (charges ?? 0)
  return {
    poids_frng: couverture === undefined ? undefined : (couverture / 360) * 100,
    dette_fiscale: percent((dette ?? Number.NaN) / (valeurAjoutee ?? Number.NaN)),
    frais_financier: percent((interets ?? Number.NaN) / result),
  }
}

const percent = (quotient: number): number | undefined => (Number.isNaN(quotient) ? undefined : quotient * 100)
