import type { Entry, EntryValue } from '../entity.ts'
import type { FeatureValue } from '../features.ts'
import { regionOf } from '../reference/regions.ts'
import { sirenOf } from '../siren.ts'
import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, type Frame, fill, isDate, isTruthy, lastOf, periodeAt } from './frame.ts'

const ENTRY = 'the établissement has a sirene entry'

export const SIRENE_VARIABLES = documented('sirene', [
  ['siren', 'string', '-', `${ENTRY}, or the variables of the entreprise are on the row`, '-', 'first 9 characters of siret'],
  ['latitude', 'number', 'degrees', ENTRY, 'missing or 0', 'copied'],
  ['longitude', 'number', 'degrees', ENTRY, 'missing or 0', 'copied'],
  ['code_commune', 'string', '-', ENTRY, 'missing or empty', 'copied'],
  ['departement', 'string', '-', ENTRY, 'missing or empty', 'copied (2A and 2B for Corsica)'],
  ['region', 'string', '-', 'departement is not null', '-', 'région of the département, empty when unknown (2023: Corsica and overseas are)'],
  ['code_ape', 'string', '-', 'ape is 4 digits and a capital letter', '-', 'copied'],
  ['date_creation_etablissement', 'integer', 'year', ENTRY, 'no date_creation', 'year of date_creation'],
  ['age', 'integer', 'years', 'date_creation is known', 'created before 1901-01-01', 'year of the month - year of creation'],
])

const BEFORE_REGISTER = Date.UTC(1901, 0, 1)
const APE = /^[0-9]{4}[A-Z]$/

/** Description of the establishment, the same on every month: the last entry in document order (refine §3.4). */
export const writeSirene = (columns: Columns, frame: Frame, siret: string, entries: EntriesOfType): void => {
  const entry = lastOf(entries)
  if (entry === undefined) return
  fill(columns, frame, 'siren', sirenOf(siret))
  for (const field of ['latitude', 'longitude', 'code_commune', 'departement']) fill(columns, frame, field, orNull(entry[field]))
  const departement = entry['departement']
  if (typeof departement === 'string' && departement !== '') fill(columns, frame, 'region', regionOf(departement, frame.rules.regions))
  const ape = entry['ape']
  if (typeof ape === 'string' && APE.test(ape)) fill(columns, frame, 'code_ape', ape)
  const year = creationYear(entry)
  fill(columns, frame, 'date_creation_etablissement', year)
  if (year === null) return
  columns['age'] = agesOf(frame, isOld(entry) ? null : year)
}

const orNull = (value: EntryValue | undefined): FeatureValue => (isTruthy(value) && (typeof value === 'string' || typeof value === 'number') ? value : null)

/** Year of creation in UTC, or null. */
export const creationYear = (entry: Entry): number | null => (isDate(entry['date_creation']) ? entry['date_creation'].getUTCFullYear() : null)

/** Created before the register: the date says nothing. */
export const isOld = (entry: Entry): boolean => isDate(entry['date_creation']) && entry['date_creation'].getTime() < BEFORE_REGISTER

/** Age at each month, null everywhere when the year is null. It can be negative. */
export const agesOf = (frame: Frame, year: number | null): FeatureValue[] =>
  Array.from({ length: frame.count }, (_, place) => (year === null ? null : periodeAt(frame, place).getUTCFullYear() - year))
