import { isSiren, isSiret, sirenOf } from './siren.ts'
import { headcountOf, monthColumnOf } from './urssaf.ts'

/**
 * The périmètre: the SIREN to import (raw-formats §1.9, §4.5). It comes from a filter file, or is computed from a headcount file. An absent
 * périmètre (null) lets everything in, an empty one nothing.
 */

/** Membership of the périmètre: a set of SIREN, or anything that answers like one. */
export type Perimetre = { has(siren: string): boolean }

/** A record of a file, as the CSV reader gives it: `cells` is absent when it is malformed. */
export type TableRow = {
  readonly line: number
  readonly record: number
  readonly cells?: readonly string[] | undefined
}
export type Table = AsyncIterable<readonly TableRow[]>

/** What fails as a whole: `fatal` is the message. */
export type Fatal = {
  readonly ok: false
  readonly fatal: string
  readonly line?: number
}

/** Filter files: SIREN in the first column, a record `siren` is ignored wherever it is; several files are merged (§1.9). */
export const readFiltre = async (files: readonly Table[]): Promise<{ ok: true; perimetre: Set<string> } | Fatal> => {
  const perimetre = new Set<string>()
  for (const rows of files) {
    for await (const batch of rows) {
      for (const { cells, line } of batch) {
        if (cells === undefined)
          return {
            ok: false,
            fatal: `record on line ${line}: malformed record`,
            line,
          }
        const [siren = ''] = cells
        if (isSiren(siren)) perimetre.add(siren)
        else if (siren !== 'siren')
          return {
            ok: false,
            fatal: `Format de siren incorrect trouvé : ${siren}`,
            line,
          }
      }
    }
  }
  return { ok: true, perimetre }
}

/**
 * How a périmètre is computed (§4.5). A row is retained when one of the last `window` months reaches `threshold` and, with `recency`, one of the last
 * `recency` months has a value. The exclusions make the black list of `isExcluded`, which `detect` applies.
 */
export type PerimetreParameters = {
  readonly preset: '2023' | '2026' | 'custom'
  /** File that is read: établissements by position (2023), entreprises by names of columns (2026). */
  readonly source: 'effectif' | 'effectif_ent'
  readonly window: number
  readonly threshold: number
  readonly recency: number | null
  readonly excludedCategories: readonly string[]
  /** Codes with their point (`84.11Z`), or prefixes (`84`). */
  readonly excludedActivities: readonly string[]
  /** An entreprise without a head office whose `departement` is known is excluded. */
  readonly seatRequired: boolean
}

const CATEGORIES = '4110 4120 4140 4160 7210 7220 7346 7348 7366 7373 7379 7383 7389 7410 7430 7470 7490'.split(' ')

const ACTIVITIES =
  '84.11Z 84.12Z 84.13Z 84.21Z 84.22Z 84.23Z 84.24Z 84.25Z 84.30A 84.30B 84.30C 85.10Z 85.20Z 85.31Z 85.32Z 85.41Z 85.42Z 94.11Z 94.12Z 94.20Z 94.91Z 94.92Z 64.11Z 64.19Z 64.30Z 64.91Z 64.92Z 64.99Z 65.11Z 65.12Z 65.20Z 65.30Z 66.11Z 66.12Z 66.19A 66.19B 66.21Z 66.22Z 66.29Z 66.30Z 99.00Z'.split(
    ' ',
  )

export const PERIMETRE_2023: PerimetreParameters = {
  preset: '2023',
  source: 'effectif',
  window: 100,
  threshold: 10,
  recency: null,
  excludedCategories: CATEGORIES,
  excludedActivities: ['84', '85'],
  seatRequired: false,
}

/** The default. */
export const PERIMETRE_2026: PerimetreParameters = {
  ...PERIMETRE_2023,
  preset: '2026',
  source: 'effectif_ent',
  window: 36,
  excludedActivities: ACTIVITIES,
  seatRequired: true,
}

/** `removed`: entreprises of the file that each condition leaves out. */
export type ComputedPerimetre = {
  readonly ok: true
  readonly perimetre: Set<string>
  readonly parameters: PerimetreParameters
  readonly removed: { readonly headcount: number }
}

/**
 * The périmètre of a headcount file, header first, in one pass: the rightmost months that are empty in every row do not count, which is known
 * at the end only, hence each SIREN keeps the rightmost month that would retain it.
 */
export const computePerimetre = async (rows: Table, parameters: PerimetreParameters = PERIMETRE_2026): Promise<ComputedPerimetre | Fatal> => {
  const { window, threshold, recency } = parameters
  /** By SIREN, the greatest rank of last month for which one of its rows is retained, −1 when none. */
  const reach = new Map<string, number>()
  let layout: Layout | undefined
  let lastMonth = -1
  for await (const batch of rows) {
    for (const { cells, line } of batch) {
      if (layout === undefined) {
        const found = layoutOf(parameters, cells ?? [])
        if ('fatal' in found) return { ok: false, line, ...found }
        layout = found
        continue
      }
      if (cells === undefined) continue
      const months = layout.months(cells)
      let high = -1
      let valued = -1
      for (let rank = months.length - 1; rank >= 0; rank--) {
        const headcount = headcountOf(months[rank] ?? '')
        if (headcount === undefined) continue
        if (headcount === 'unreadable') {
          if (parameters.preset === '2023')
            return {
              ok: false,
              fatal: `effectif illisible : ${months[rank]}`,
              line,
            }
          continue
        }
        if (valued < 0) valued = rank
        if (headcount >= threshold) {
          high = rank
          break
        }
      }
      if (valued > lastMonth) lastMonth = valued
      const siren = layout.siren(cells)
      if (siren === undefined) continue
      const until = high < 0 ? -1 : Math.min(high + window - 1, recency === null ? Number.MAX_SAFE_INTEGER : valued + recency - 1)
      const before = reach.get(siren)
      if (before === undefined || until > before) reach.set(siren, until)
    }
  }
  if (layout === undefined) return { ok: false, fatal: 'EOF' }
  const perimetre = new Set<string>()
  for (const [siren, until] of reach) if (until >= lastMonth && until >= 0) perimetre.add(siren)
  return {
    ok: true,
    perimetre,
    parameters,
    removed: { headcount: reach.size - perimetre.size },
  }
}

type Layout = {
  siren: (cells: readonly string[]) => string | undefined
  months: (cells: readonly string[]) => readonly string[]
}

/** Columns before the first month and after the last one of the `effectif` file (2023: by position). */
const LEADING = 5
const TRAILING = 2

const layoutOf = ({ source }: PerimetreParameters, header: readonly string[]): Layout | { fatal: string } => {
  if (header.length === 0) return { fatal: 'EOF' }
  if (source === 'effectif') {
    return {
      siren: (cells) => keyOf(cells[1] ?? '', isSiret),
      months: (cells) => cells.slice(LEADING, Math.max(LEADING, cells.length - TRAILING)),
    }
  }
  const siren = header.lastIndexOf('siren')
  if (siren < 0) return { fatal: 'Colonne siren non trouvée. Abandon.' }
  const ranks = header.flatMap((name, rank) => (/^eff[0-9]+$/.test(name) ? [rank] : []))
  return {
    siren: (cells) => keyOf(cells[siren] ?? '', isSiren),
    months: (cells) => ranks.map((rank) => cells[rank] ?? ''),
  }
}

/** The rule asks for the right length only; one that is not all digits could never be met, and is no number to pack. */
const keyOf = (cell: string, isKey: (text: string) => boolean): string | undefined => (isKey(cell) ? sirenOf(cell) : undefined)

/** What the registers say of an entreprise: `activite` with its point, `seat` when a head office has a known département. Absent from the register: not excluded by it. */
export type Registered = {
  readonly categorie?: string | undefined
  readonly activite?: string | undefined
  readonly seat: boolean
}

/** Why the black list of §4.5 removes an entreprise; nothing when it does not. */
export const isExcluded = (registered: Registered, parameters: PerimetreParameters = PERIMETRE_2026): 'category' | 'activity' | 'seat' | undefined => {
  if (registered.categorie !== undefined && parameters.excludedCategories.includes(registered.categorie)) return 'category'
  const { activite } = registered
  if (activite && parameters.excludedActivities.some((code) => (code.length === 6 ? activite === code : activite.startsWith(code)))) return 'activity'
  return parameters.seatRequired && !registered.seat ? 'seat' : undefined
}

/**
 * `date_fin_effectif` (§4.6): the month of the rightmost month column that has a value in a row. The columns after the last month have other names, and
 * their number varies in the files of entreprises. Nothing when no month has a value.
 */
export const dateFinEffectif = async (rows: Table): Promise<{ ok: true; date: Date | undefined } | Fatal> => {
  let months: { rank: number; month: Date }[] | undefined
  let last = -1
  for await (const batch of rows) {
    for (const { cells, line } of batch) {
      if (months === undefined) {
        if (cells === undefined || cells.length === 0) return { ok: false, fatal: 'EOF', line }
        months = cells.flatMap((name, rank) => {
          const month = monthColumnOf(name)
          return month === undefined ? [] : [{ rank, month }]
        })
        continue
      }
      if (cells === undefined) continue
      for (let at = months.length - 1; at > last; at--) {
        const rank = months[at]?.rank
        if (rank === undefined || (cells[rank] ?? '') === '') continue
        last = at
        break
      }
      // The last column has a value: no other row can move it.
      if (last === months.length - 1) return { ok: true, date: months[last]?.month }
    }
  }
  return months === undefined ? { ok: false, fatal: 'EOF' } : { ok: true, date: months[last]?.month }
}

/** Whether an entity is inside: by the SIREN that its key begins with. */
export const isInside = (perimetre: Perimetre | null, key: string): boolean =>
  perimetre === null || ((isSiren(key) || isSiret(key)) && perimetre.has(sirenOf(key)))
