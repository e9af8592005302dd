import { type CompteTable, newCompteTable } from './compte-table.ts'
import type { Perimetre } from './perimetre.ts'
import { isSiret, sirenOf } from './siren.ts'
import { urssafDate } from './urssaf.ts'

/**
 * The table compte → SIRET of the URSSAF (raw-formats §1.10), of one to two million comptes, in typed arrays. A compte has a list of
 * (closing date, SIRET), sorted by closing date; the list of a later file replaces that of an earlier one.
 */
export type Mapping = {
  /** Numbers the comptes. */
  readonly comptes: CompteTable
  /** The list of the compte n is the pairs [start[n], start[n + 1]). */
  readonly start: Uint32Array
  /** Closing date of each pair, in days since 1970. */
  readonly closing: Int32Array
  /** SIRET of each pair, as a number (14 digits are exact in a double). */
  readonly siret: Float64Array
  /** Rank, among the files, of the one that gave the list of each compte: the file by which it is imported when several know it. */
  readonly file: Uint16Array
  /**
   * Of a compte whose list was replaced, the pairs of the older lists whose SIREN the newest one has not: the latest file first, then by closing date. In a
   * table cut to a périmètre that none of the newest list is in, they would not have been replaced.
   */
  readonly older: ReadonlyMap<number, readonly OlderPair[]>
  /** Records of each file, the header excluded. */
  readonly records: readonly number[]
}

type OlderPair = { readonly file: number; readonly closing: number; readonly siret: number }

/** A mapping that knows no compte. */
export const emptyMapping = (): Mapping => ({ ...newTable().freeze(), records: [] })

/** A record of a file: `cells` is absent when it is malformed. */
export type MappingRow = {
  readonly line: number
  readonly record: number
  readonly cells?: readonly string[] | undefined
}

/** A file fails as a whole (§1.10): `fatal` is the message, `file` its rank among the files, `line` the physical line, when there is one. */
export type MappingFailure = {
  readonly fatal: string
  readonly file: number
  readonly line?: number
  readonly column?: string
  readonly value?: string
}

/** Required columns, in the order in which a missing one is named. */
export const MAPPING_COLUMNS = ['compte', 'siret', 'date_disp_siret'] as const

/** A compte that is not closed: 2899-01-01 (`9990101`). */
const NEVER = Date.UTC(2899, 0, 1) / 86_400_000

/** The files in the order in which they count, the header first in each; `perimetre` null: every SIREN. */
export const buildMapping = async (
  files: readonly AsyncIterable<readonly MappingRow[]>[],
  perimetre: Perimetre | null,
): Promise<{ ok: true; mapping: Mapping } | ({ ok: false } & MappingFailure)> => {
  const table = newTable()
  const records: number[] = []
  for (const [file, rows] of files.entries()) {
    let columns: { compte: number; siret: number; closing: number; name: string } | undefined
    let count = 0
    for await (const batch of rows) {
      for (const row of batch) {
        if (row.cells === undefined)
          return {
            ok: false,
            file,
            line: row.line,
            fatal: `record on line ${row.line}: malformed record`,
          }
        if (columns === undefined) {
          const found = findColumns(row.cells)
          if ('fatal' in found) return { ok: false, file, line: row.line, ...found }
          columns = found
          continue
        }
        count++
        const text = row.cells[columns.closing] ?? ''
        const closing = text === '' ? NEVER : dayOf(text)
        if (closing === undefined) {
          return {
            ok: false,
            file,
            line: row.line,
            fatal: `valeur non autorisée pour une conversion en date: ${text}`,
            column: columns.name,
            value: text,
          }
        }
        const siret = row.cells[columns.siret] ?? ''
        if (!isSiret(siret) || (perimetre !== null && !perimetre.has(sirenOf(siret)))) continue
        table.add(row.cells[columns.compte] ?? '', closing, Number(siret), file)
      }
    }
    if (columns === undefined) return { ok: false, file, fatal: 'EOF' }
    records.push(count)
  }
  return { ok: true, mapping: { ...table.freeze(), records } }
}

/**
 * The SIRET of a compte at a date: the first pair whose closing date is strictly after it and whose SIREN is inside the périmètre, as if the mapping held
 * no other (§1.10). The périmètre is asked for each pair that is still open then, and for all those of a compte whose list was replaced by that of another
 * entreprise, so that whoever listens knows them whatever the périmètre.
 */
export const siretAt = (mapping: Mapping, compte: string, date: Date, perimetre: Perimetre | null = null): string | undefined => {
  const number = mapping.comptes.find(compte)
  if (number < 0) return undefined
  const day = date.getTime() / 86_400_000
  const end = mapping.start[number + 1] ?? 0
  let from = mapping.start[number] ?? 0
  for (let to = end; from < to; ) {
    const middle = (from + to) >>> 1
    if ((mapping.closing[middle] ?? 0) > day) to = middle
    else from = middle + 1
  }
  const older = perimetre === null || mapping.older.size === 0 ? undefined : mapping.older.get(number)
  const closed = from
  let found: string | undefined
  for (; from < end; from++) {
    const siret = siretText(mapping.siret[from] ?? 0)
    if (perimetre === null) return siret
    if (perimetre.has(sirenOf(siret))) found ??= siret
  }
  if (older === undefined || perimetre === null) return found
  let inside = found !== undefined
  for (let pair = mapping.start[number] ?? 0; pair < closed; pair++) if (perimetre.has(sirenOf(siretText(mapping.siret[pair] ?? 0)))) inside = true
  const before = olderSiretAt(older, day, perimetre)
  return inside ? found : before
}

/** The answer of the latest older list that has a SIREN inside. */
const olderSiretAt = (older: readonly OlderPair[], day: number, perimetre: Perimetre): string | undefined => {
  let file: number | undefined
  let found: string | undefined
  for (const pair of older) {
    const siret = siretText(pair.siret)
    if (!perimetre.has(sirenOf(siret))) continue
    file ??= pair.file
    if (pair.file === file && pair.closing > day) found ??= siret
  }
  return found
}

/** Rank of the file whose list a compte has. */
export const fileOf = (mapping: Mapping, compte: string): number | undefined => {
  const number = mapping.comptes.find(compte)
  return number < 0 ? undefined : mapping.file[number]
}

/** The comptes that a file gives (all of them without `file`), in increasing order of their texts. */
export const comptesOf = (mapping: Mapping, file?: number): string[] => {
  const comptes: string[] = []
  for (let number = 0; number < mapping.file.length; number++) {
    if (file === undefined || mapping.file[number] === file) comptes.push(mapping.comptes.text(number))
  }
  return comptes.sort()
}

/** How many comptes a file gives. */
export const countComptes = (mapping: Mapping, file: number): number => mapping.file.reduce((count, one) => (one === file ? count + 1 : count), 0)

const siretText = (siret: number): string => String(siret).padStart(14, '0')

const dayOf = (text: string): number | undefined => {
  const date = urssafDate(text)
  return date && date.getTime() / 86_400_000
}

/** Names compared without regard to case; the last occurrence wins (§1.3). */
const findColumns = (header: readonly string[]): { compte: number; siret: number; closing: number; name: string } | { fatal: string } => {
  const names = header.map((name) => name.toLowerCase())
  const missing = MAPPING_COLUMNS.find((name) => !names.includes(name))
  if (missing !== undefined) return { fatal: `Colonne ${missing} non trouvée. Abandon.` }
  const closing = names.lastIndexOf('date_disp_siret')
  return {
    compte: names.lastIndexOf('compte'),
    siret: names.lastIndexOf('siret'),
    closing,
    name: header[closing] ?? '',
  }
}

/** Pairs as they come, then laid out by compte. */
const newTable = () => {
  const comptes = newCompteTable()
  let size = 0
  let compteOf = new Uint32Array(1024)
  let closing = new Int32Array(1024)
  let siret = new Float64Array(1024)
  /** By compte: the file of its list, and the first pair of that list; the pairs before are those of replaced lists. */
  let file = new Uint16Array(1024)
  let first = new Uint32Array(1024)
  /** By file, its first pair. */
  const fileStart: number[] = []

  return {
    add(compte: string, day: number, number: number, from: number): void {
      while (fileStart.length <= from) fileStart.push(size)
      if (size === compteOf.length) {
        compteOf = grown(compteOf, new Uint32Array(size * 2))
        closing = grown(closing, new Int32Array(size * 2))
        siret = grown(siret, new Float64Array(size * 2))
      }
      const known = comptes.size()
      const which = comptes.add(compte)
      if (which === file.length) {
        file = grown(file, new Uint16Array(which * 2))
        first = grown(first, new Uint32Array(which * 2))
      }
      if (which === known || file[which] !== from) {
        file[which] = from
        first[which] = size
      }
      compteOf[size] = which
      closing[size] = day
      siret[size] = number
      size++
    },
    freeze(): Omit<Mapping, 'records'> {
      const count = comptes.size()
      const start = new Uint32Array(count + 1)
      const live = (pair: number): boolean => pair >= (first[compteOf[pair] ?? 0] ?? 0)
      for (let pair = 0; pair < size; pair++) if (live(pair)) start[(compteOf[pair] ?? 0) + 1] = (start[(compteOf[pair] ?? 0) + 1] ?? 0) + 1
      for (let compte = 0; compte < count; compte++) start[compte + 1] = (start[compte + 1] ?? 0) + (start[compte] ?? 0)
      const order = new Uint32Array(start[count] ?? 0)
      const next = start.slice()
      for (let pair = 0; pair < size; pair++) {
        const compte = compteOf[pair] ?? 0
        if (!live(pair)) continue
        order[next[compte] ?? 0] = pair
        next[compte] = (next[compte] ?? 0) + 1
      }
      for (let compte = 0; compte < count; compte++) sortPairs(order.subarray(start[compte], start[compte + 1]), closing)
      const older = new Map<number, OlderPair[]>()
      let from = 0
      for (let pair = 0; pair < size; pair++) {
        while (pair >= (fileStart[from + 1] ?? size)) from++
        if (live(pair)) continue
        const compte = compteOf[pair] ?? 0
        const siren = sirenNumber(siret[pair] ?? 0)
        if (order.subarray(start[compte], start[compte + 1]).some((newer) => sirenNumber(siret[newer] ?? 0) === siren)) continue
        const pairs = older.get(compte) ?? []
        older.set(compte, pairs)
        pairs.push({ file: from, closing: closing[pair] ?? 0, siret: siret[pair] ?? 0 })
      }
      for (const pairs of older.values()) pairs.sort((a, b) => b.file - a.file || a.closing - b.closing)
      return {
        comptes,
        older,
        start,
        closing: Int32Array.from(order, (pair) => closing[pair] ?? 0),
        siret: Float64Array.from(order, (pair) => siret[pair] ?? 0),
        file: file.slice(0, count),
      }
    },
  }
}

/** By closing date, equal dates in the order of the file. */
const sortPairs = (pairs: Uint32Array, closing: Int32Array): void => {
  if (pairs.length > 1) pairs.sort((a, b) => (closing[a] ?? 0) - (closing[b] ?? 0) || a - b)
}

/** The SIREN of a SIRET, both as numbers. */
const sirenNumber = (siret: number): number => Math.floor(siret / 100_000)

const grown = <T extends Int32Array | Uint32Array | Float64Array | Uint16Array>(old: T, fresh: T): T => {
  fresh.set(old)
  return fresh
}
