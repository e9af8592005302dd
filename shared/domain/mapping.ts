import type { Perimetre } from './perimetre.ts'
import { isSiret, sirenOf } from './siren.ts'
import { urssafDate } from './urssaf.ts'

/**
 * The table compte → SIRET of the URSSAF (raw-formats §1.10), of one to two million comptes: texts once, the rest in typed arrays.
 * A compte has a list of (closing date, SIRET), sorted by closing date; the list of a later file replaces that of an earlier one.
 */
export type Mapping = {
  /** First pair of each compte. A `Map` keeps the order of first appearance. */
  readonly first: ReadonlyMap<string, number>
  /** Closing date of each pair, in days since 1970. */
  readonly closing: Int32Array
  /** SIRET of each pair, as a number (14 digits are exact in a double). */
  readonly siret: Float64Array
  /** Next pair of the same compte, −1 after the last. */
  readonly next: Int32Array
  /** Rank, among the files, of the one that gave the list: the file by which a compte is imported when several files know it. */
  readonly file: Uint16Array
  /** Records of each file, the header excluded. */
  readonly records: readonly number[]
}

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
    /** The pairs of a list stand together: the first record of a compte in a file drops what earlier files said. */
    for await (const batch of rows) {
      for (const row of batch) {
        if (columns === undefined) {
          const found = findColumns(row.cells ?? [])
          if ('fatal' in found) return { ok: false, file, line: row.line, ...found }
          columns = found
          continue
        }
        count++
        if (row.cells === undefined)
          return {
            ok: false,
            file,
            line: row.line,
            fatal: `record on line ${row.line}: malformed record`,
          }
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

/** The SIRET of a compte at a date: the first pair whose closing date is strictly after it. */
export const siretAt = (mapping: Mapping, compte: string, date: Date): string | undefined => {
  const day = date.getTime() / 86_400_000
  for (let at = mapping.first.get(compte) ?? -1; at >= 0; at = mapping.next[at] ?? -1) {
    if ((mapping.closing[at] ?? 0) > day) return siretText(mapping.siret[at] ?? 0)
  }
  return undefined
}

/** Rank of the file whose list a compte has. */
export const fileOf = (mapping: Mapping, compte: string): number | undefined => {
  const at = mapping.first.get(compte)
  return at === undefined ? undefined : mapping.file[at]
}

/** The comptes that a file gives (all of them without `file`), in increasing order of their texts. */
export const comptesOf = (mapping: Mapping, file?: number): string[] => {
  const comptes = file === undefined ? [...mapping.first.keys()] : [...mapping.first].flatMap(([compte, at]) => (mapping.file[at] === file ? [compte] : []))
  return comptes.sort()
}

const siretText = (siret: number): string => String(siret).padStart(14, '0')

const dayOf = (text: string): number | undefined => {
  const date = urssafDate(text)
  return date && date.getTime() / 86_400_000
}

/** Names compared without regard to case; the last occurrence wins (§1.3). */
const findColumns = (header: readonly string[]): { compte: number; siret: number; closing: number; name: string } | { fatal: string } => {
  if (header.length === 0) return { fatal: 'EOF' }
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

/** A table that grows. */
const newTable = () => {
  const first = new Map<string, number>()
  let capacity = 1024
  let size = 0
  let closing = new Int32Array(capacity)
  let siret = new Float64Array(capacity)
  let next = new Int32Array(capacity)
  let file = new Uint16Array(capacity)

  const grow = (): void => {
    capacity *= 2
    closing = grown(closing, new Int32Array(capacity))
    siret = grown(siret, new Float64Array(capacity))
    next = grown(next, new Int32Array(capacity))
    file = grown(file, new Uint16Array(capacity))
  }

  return {
    /** Keeps the list of the compte sorted, equal dates in the order of the file. */
    add(compte: string, day: number, number: number, from: number): void {
      if (size === capacity) grow()
      const added = size++
      closing[added] = day
      siret[added] = number
      file[added] = from
      const head = first.get(compte) ?? -1
      if (head < 0 || file[head] !== from) {
        next[added] = -1
        first.set(head < 0 ? owned(compte) : compte, added)
        return
      }
      let before = -1
      let at = head
      while (at >= 0 && (closing[at] ?? 0) <= day) {
        before = at
        at = next[at] ?? -1
      }
      next[added] = at
      if (before < 0) first.set(compte, added)
      else next[before] = added
    },
    freeze: () => ({
      first,
      closing: closing.slice(0, size),
      siret: siret.slice(0, size),
      next: next.slice(0, size),
      file: file.slice(0, size),
    }),
  }
}

const grown = <T extends Int32Array | Float64Array | Uint16Array>(old: T, fresh: T): T => {
  fresh.set(old)
  return fresh
}

/** A text cut from a piece of a file keeps the whole piece in memory: a copy does not. */
const owned = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')
