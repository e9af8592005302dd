import type { Bad, Dialect, Row } from '../csv/read-csv.ts'
import type { Entry } from '../domain/entity.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { Perimetre } from '../domain/perimetre.ts'
import type { Scope } from '../domain/siren.ts'
import type { Convert, Fault } from './convert.ts'
import type { Switches } from './switches.ts'

/**
 * A raw source: what a partner's file looks like and what its rows become (raw-formats §2). Everything else follows from the declaration: recognition
 * of the name, check of the header, périmètre, report.
 */
export type Source<Name extends string = string> = {
  readonly name: Name
  /** Type of its tuples: the name, but for `admin_urssaf`. */
  readonly tupleType: string
  readonly scope: Scope
  /** A stock delivery repeats the whole history and replaces what earlier batches said; a flux adds to it (architecture §4). */
  readonly delivery: 'stock' | 'flux'
  readonly dialect: Dialect
  /** How a partner sends it, when not as a plain CSV: see `toPlainCsv`. */
  readonly container: 'csv' | 'utf16' | 'xlsx'
  /** Of a workbook, the columns that are read, by position. */
  readonly sheet?: readonly SheetColumn[]
  /** A malformed record is an error of its own, or makes the whole file fail. */
  readonly malformed: 'record' | 'file'
  /** The key comes from the table compte → SIRET, unless the file has a column `siret` (§1.10). */
  readonly mapping: boolean
  /** A row with errors still gives the tuples that could be built (§1.7). */
  readonly emitsFaulty: boolean
  /** Rules of §4.4 that recognise its files, `.gz` apart; `rule` is the order in which the rules are tried. */
  readonly fileNames: { readonly rule: number; readonly pattern: RegExp } | undefined
  /** Required columns: the first missing one is named in the fatal error. */
  readonly columns: (switches: Switches) => readonly string[]
  /** Rows that are several records each (`diane`): the header that the columns are sought in, and the records of a row, as many for each. */
  readonly project?: (header: readonly string[]) => Projection | { readonly fatal: string }
  /** Prepares the parsing of the rows of a file. */
  readonly open: (opening: Opening) => ParseRow
  /** What `parse-file` prints of a value, when it is not what is stored (§1.11). */
  readonly printed?: (value: Entry) => Entry
}

/** What a source may know of the file: `column` gives the index of a column, whatever the case, −1 when there is none; `read` a conversion of its cells. */
export type Opening = {
  readonly header: readonly string[]
  readonly switches: Switches
  readonly column: (name: string) => number
  readonly read: <T>(name: string, convert: Convert<T>) => Read<T>
  /** How a row names its entity: by its column `siret`, else by the compte and a date. Nothing found: the row is skipped. */
  readonly siretOf: (compte: string) => (cells: Cells, out: Out, date: () => Date) => string | undefined
  readonly warn: (message: string) => void
  /** Counts a value that no table of codes knows, and that is kept all the same: of which column. */
  readonly unknownCode: (column: string) => void
}

/** A column of a sheet, 0 = A: the name that it has once written as CSV, and whether the stored value counts, or the displayed text. `pad`: digits of a number, zeros before it. */
export type SheetColumn = { readonly position: number; readonly name: string; readonly raw?: boolean; readonly pad?: number }

/** The last column of a sheet written as CSV: the number of the row, which empty rows and line feeds in cells would move. */
export const SHEET_LINE = 'ligne'

/** The line of a record in the file as it was sent: of a sheet, its row. */
export const lineOf = (source: Pick<Source, 'sheet'>, row: Row | Bad): number =>
  source.sheet === undefined ? row.line : row.cells === undefined ? row.record : Number(row.cells.at(-1))

export type Projection = { readonly header: readonly string[]; readonly records: (cells: Cells) => readonly Cells[] }

export type Cells = readonly string[]
export type Read<T> = (cells: Cells, out: Pick<Out, 'fault'>) => T
export type ParseRow = (cells: Cells, out: Out) => void

/** What a source says of a row. */
export type Out = {
  /** A parse error: `column` and `value` are shown to the partner, never those of a column that names a person. */
  readonly fault: (message: string, reason: string, column?: string, value?: string) => void
  /** True once the row has a parse error. */
  readonly faulty: () => boolean
  /** A filter error: the row is skipped, its tuples and errors thrown away. */
  readonly skip: () => void
  /** Whether the tuples of this entity are kept: wide rows need not build the others. */
  readonly wants: (key: string) => boolean
  /** A tuple; `value` may be missing when the entity is not wanted. `aside`: hashed and not stored, by their names in the hash. */
  readonly emit: (key: string, value: Entry | undefined, aside?: Readonly<Record<string, string>>) => void
}

/** What the parser of a file needs. `mapping` may hold more than the périmètre, which is asked at each look-up. `perimetre` null or absent: every SIREN. `hash: false` leaves the hashes empty, for whoever does not need them. */
export type Context = {
  readonly switches: Switches
  readonly mapping?: Mapping | undefined
  readonly perimetre?: Perimetre | null | undefined
  readonly hash?: boolean
}

type Declaration<Name extends string> = Pick<Source<Name>, 'name' | 'scope' | 'delivery' | 'dialect' | 'open'> & {
  readonly columns: readonly string[] | ((switches: Switches) => readonly string[])
} & Partial<Pick<Source, 'tupleType' | 'container' | 'malformed' | 'mapping' | 'emitsFaulty' | 'fileNames' | 'sheet' | 'project' | 'printed'>>

/** Declares a source; what is not said is the usual case. */
export const source = <const Name extends string>(declaration: Declaration<Name>): Source<Name> => {
  const { columns } = declaration
  return {
    tupleType: declaration.name,
    container: 'csv',
    malformed: 'record',
    mapping: false,
    emitsFaulty: false,
    fileNames: undefined,
    ...declaration,
    columns: typeof columns === 'function' ? columns : () => columns,
  }
}

/** The files of the URSSAF, whose initial was upper case before 2023. */
export const urssafFile = (rule: number, name: string): Source['fileNames'] => ({
  rule,
  pattern: new RegExp(`^[Ss]igfaible_${name}\\.csv$`),
})

/** A field that is absent when empty: `""`, 0, false or null (§1.11). */
export const unlessEmpty = (field: string, value: string | number | boolean | Date | null | undefined): Entry =>
  value === undefined || value === null || value === '' || value === 0 || value === false ? {} : { [field]: value }

export type { Fault }
