import type { Entry } from '../domain/entity.ts'
import { commaDecimal, type Fault, frenchDay, integer, ZERO_DATE } from './convert.ts'
import { DIANE_FIELDS } from './diane-fields.ts'
import { type Cells, type Projection, source } from './source.ts'

/**
 * Balance sheets of Diane+ (raw-formats §2.12): UTF-16, one row per entreprise, one copy of most columns per year. A row is one record per year of
 * the header, including years without accounts. No value is ever rejected: unreadable is absent.
 */
export const diane = source({
  name: 'diane',
  scope: 'entreprise',
  delivery: 'flux',
  dialect: { sep: ';', quotes: 'lazy' },
  container: 'utf16',
  malformed: 'file',
  fileNames: { rule: 12, pattern: /^[Dd]iane/ },
  columns: DIANE_FIELDS.map(([, , column]) => column),
  project: projectYears,
  open({ column }) {
    const fields = DIANE_FIELDS.map(([field, kind, name]) => ({ field, kind, rank: column(name) }))
    const siren = column('Numéro Siren')
    return (cells, out) => {
      const key = cells[siren] ?? ''
      if (!out.wants(key)) return out.emit(key, undefined)
      const value: Entry = {}
      for (const { field, kind, rank } of fields) {
        const read = READ[kind](cells[rank] ?? '')
        if (read !== undefined) value[field] = read
      }
      out.emit(key, value)
    }
  },
  printed: (value) => Object.fromEntries(DIANE_FIELDS.map(([field, kind]) => [field, value[field] ?? EMPTY[kind]])),
})

const silent =
  (convert: (cell: string, fault: Fault) => number | null) =>
  (cell: string): number | undefined => {
    let faulty = false
    const value = convert(cell, () => {
      faulty = true
    })
    return faulty || value === null ? undefined : value
  }

/** What is stored: an empty field is absent, a number 0 is kept (§1.11). */
const READ = {
  text: (cell: string) => (cell === '' ? undefined : cell),
  integer: silent(integer),
  decimal: silent(commaDecimal),
  boolean: (cell: string) => (cell === 'Oui' ? true : undefined),
  date: frenchDay,
} as const

/** What is printed of an absent field. */
const EMPTY = { text: '', integer: null, decimal: null, boolean: false, date: ZERO_DATE } as const

/** More years than this are a damaged header. */
const MAX_YEARS = 100

/** A cell that ends with a blank and a year is the copy of a yearly column; the copies are found by name, wherever they are. */
function projectYears(header: readonly string[]): Projection | { fatal: string } {
  /** By field, in lower case as columns are sought whatever the case: the rank of its only cell, or those of its copies by year. */
  const fields = new Map<string, { once: number } | { byYear: Map<number, number> }>()
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const [rank, cell] of header.entries()) {
    const suffix = / [0-9]{4}$/.exec(cell)?.[0]
    if (suffix === undefined) {
      fields.set(cell.toLowerCase(), { once: rank })
      continue
    }
    const year = Number(suffix)
    first = Math.min(first, year)
    last = Math.max(last, year)
    // The exports hold stray double blanks, which differ from one year to the next.
    const name = cell.replace(suffix, '').replaceAll('  ', ' ').toLowerCase()
    const known = fields.get(name)
    if (known !== undefined && 'byYear' in known) known.byYear.set(year, rank)
    else fields.set(name, { byYear: new Map([[year, rank]]) })
  }
  if (last - first >= MAX_YEARS) return { fatal: `Années de ${first} à ${last} dans l’en-tête : plage invraisemblable. Abandon.` }
  const years = first > last ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const layouts = years.map((year) => ({ year, ranks: [...fields.values()].map((field) => ('once' in field ? field.once : (field.byYear.get(year) ?? -1))) }))
  return {
    header: ['Annee', ...fields.keys()],
    records: (cells: Cells) => layouts.map(({ year, ranks }) => [String(year), ...ranks.map((rank) => cells[rank] ?? '')]),
  }
}
