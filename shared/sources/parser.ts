import type { Bad, Row } from '../csv/read-csv.ts'
import { contentHasher } from '../domain/content-hash.ts'
import type { Entry, Tuple } from '../domain/entity.ts'
import { siretAt } from '../domain/mapping.ts'
import { isKey, sirenOf } from '../domain/siren.ts'
import type { Convert } from './convert.ts'
import { messageOf, reasonOf } from './malformed.ts'
import { type Cells, type Context, lineOf, type Opening, type Out, type Read, type Source } from './source.ts'

/** An error of a record: `record` is its rank, `message` that of the reference, `reason` a sentence in French for the partner. */
export type RowError = {
  record: number
  line: number
  message: string
  reason: string
  column?: string
  value?: string
}

/** Which count of the platform a record goes to (raw-formats §1.7): both rejected and skipped is filtered. */
export type Status = 'imported' | 'filtered' | 'rejected' | 'ignored'

/**
 * What a row of a file gives. `records` is 1, but for `diane`, whose rows are one record per year, all of the same status.
 * `fatal`: the file fails as a whole.
 */
export type RowOutcome = {
  readonly tuples: readonly Tuple[]
  readonly errors: readonly RowError[]
  readonly skipped: boolean
  readonly status: Status
  readonly records: number
  readonly fatal?: string
}

/** `warnings` are remarks on the header, in French; `unknownCodes` counts, by column, the codes met so far that no table knows. */
export type Parser = {
  readonly parse: (row: Row | Bad) => RowOutcome
  readonly warnings: readonly string[]
  readonly unknownCodes: ReadonlyMap<string, number>
}

/** Whether a file with this header needs the table compte → SIRET: not when it has a column `siret` of its own (§1.10). */
export const needsOf = (source: Pick<Source, 'mapping'>, header: readonly string[]): { mapping: boolean } => ({
  mapping: source.mapping && !header.some((name) => name.toLowerCase() === 'siret'),
})

/** Prepares the parsing of the rows of a file, or says why it fails as a whole. The header itself (rank 0) is not to be parsed. */
export const openParser = (source: Source, header: readonly string[], context: Context): { readonly fatal: string } | Parser => {
  if (header.length === 0) return { fatal: 'EOF' }
  const projection = source.project?.(header)
  if (projection !== undefined && 'fatal' in projection) return projection
  const columns = columnsOf(projection?.header ?? header)
  const missing = source.columns(context.switches).find((name) => columns(name) < 0)
  if (missing !== undefined) return { fatal: `Colonne ${missing} non trouvée. Abandon.` }
  if (needsOf(source, header).mapping && context.mapping === undefined) return { fatal: 'no admin_urssaf mapping found' }

  const warnings: string[] = []
  const unknownCodes = new Map<string, number>()
  const perimetre = context.switches.bypassFilter.includes(source.name) ? null : (context.perimetre ?? null)
  const opening = openingOf(projection?.header ?? header, columns, { ...context, perimetre }, warnings, unknownCodes)
  const parseRecord = recordParser(source, opening, { ...context, perimetre })
  const parse = (row: Row | Bad): RowOutcome => {
    if (row.cells === undefined) return malformed(source, row, header.length)
    if (projection === undefined) return parseRecord(row.cells, lineOf(source, row), row.record)
    const records = projection.records(row.cells)
    const outcomes = records.map((cells, i) => parseRecord(cells, row.line, (row.record - 1) * records.length + i + 1))
    const [first] = outcomes
    const one = first ?? IMPORTED
    return {
      ...one,
      records: records.length,
      tuples: outcomes.flatMap((outcome) => outcome.tuples),
      errors: outcomes.flatMap((outcome) => outcome.errors),
    }
  }
  return { parse, warnings, unknownCodes }
}

type Verdict = 'inside' | 'outside' | 'invalid'

/** Applies the rules of §1.7 to one record at a time. */
const recordParser = (source: Source, opening: Opening, context: Context): ((cells: Cells, line: number, record: number) => RowOutcome) => {
  const parseRow = source.open(opening)
  const { scope, tupleType: type, emitsFaulty } = source
  const hashOf = context.hash === false ? undefined : contentHasher(type, context.switches.extensions)
  const perimetre = context.perimetre ?? null
  // Rows of an entity follow one another: the last answer is remembered.
  let asked = ''
  let answer: Verdict = 'invalid'
  const verdictOf = (key: string): Verdict => {
    if (key === asked) return answer
    asked = key
    answer = !isKey(scope, key) ? 'invalid' : perimetre === null || perimetre.has(sirenOf(key)) ? 'inside' : 'outside'
    return answer
  }
  const [keyName, expected] = scope === 'entreprise' ? ['siren', 'Un SIREN de 9 chiffres est attendu.'] : ['siret', 'Un SIRET de 14 chiffres est attendu.']

  // Reused from row to row: files have tens of millions of them.
  let lineAt = 0
  let recordAt = 0
  let errors: RowError[] = NONE
  let skipped = false
  let count = 0
  const keys: string[] = []
  const values: (Entry | undefined)[] = []
  const asides: (Readonly<Record<string, string>> | undefined)[] = []

  const out: Out = {
    fault(message, reason, column, value) {
      if (errors === NONE) errors = []
      errors.push({
        record: recordAt,
        line: lineAt,
        message,
        reason,
        ...(column !== undefined && { column }),
        ...(value !== undefined && { value: value.slice(0, VALUE) }),
      })
    },
    faulty: () => errors.length > 0,
    skip() {
      skipped = true
    },
    wants: (key) => verdictOf(key) === 'inside',
    emit(key, value, aside) {
      keys[count] = key
      values[count] = value
      asides[count] = aside
      count++
    },
  }

  return (cells, line, record) => {
    lineAt = line
    recordAt = record
    errors = NONE
    skipped = false
    count = 0
    parseRow(cells, out)
    if (skipped) return FILTERED
    const faulty = errors.length > 0
    let tuples: Tuple[] = NO_TUPLES
    if (!faulty || emitsFaulty) {
      for (let i = 0; i < count; i++) {
        const key = keys[i] ?? ''
        const verdict = verdictOf(key)
        const value = values[i]
        if (verdict === 'outside') skipped = true
        else if (verdict === 'invalid') {
          if (!faulty) out.fault(`${keyName} invalide : ${key}`, expected, keyName, key)
        } else if (value !== undefined) {
          const hash = hashOf === undefined ? '' : hashOf(key, value, asides[i])
          if (tuples === NO_TUPLES) tuples = []
          tuples.push({ type, scope, key, hash, value })
        }
      }
    }
    if (errors === NONE && skipped) return FILTERED
    return { tuples, errors, skipped, status: skipped ? 'filtered' : errors.length > 0 ? 'rejected' : 'imported', records: 1 }
  }
}

/** Shared, never changed. */
const NONE: RowError[] = []
const NO_TUPLES: Tuple[] = []

/** How much of a value is shown to a partner (upload §4.7). */
const VALUE = 64

const FILTERED: RowOutcome = {
  tuples: [],
  errors: [],
  skipped: true,
  status: 'filtered',
  records: 1,
}
const IMPORTED: RowOutcome = {
  tuples: [],
  errors: [],
  skipped: false,
  status: 'imported',
  records: 1,
}

const malformed = (source: Source, bad: Bad, width: number): RowOutcome => {
  const message = messageOf(bad)
  const error = {
    record: bad.record,
    line: bad.line,
    message,
    reason: reasonOf(bad, width),
  }
  return {
    tuples: [],
    errors: [error],
    skipped: false,
    status: 'rejected',
    records: 1,
    ...(source.malformed === 'file' && { fatal: message }),
  }
}

/** Names compared without regard to case; the last occurrence wins; −1 when there is none (§1.3). */
const columnsOf = (header: readonly string[]): ((name: string) => number) => {
  const ranks = new Map(header.map((name, rank) => [name.toLowerCase(), rank]))
  return (name) => ranks.get(name.toLowerCase()) ?? -1
}

const openingOf = (
  header: readonly string[],
  column: (name: string) => number,
  context: Context,
  warnings: string[],
  unknownCodes: Map<string, number>,
): Opening => {
  const read = <T>(name: string, convert: Convert<T>): Read<T> => {
    const rank = column(name)
    // One closure per column, not per cell: the cell at hand is kept beside it.
    let cell = ''
    let to: Pick<Out, 'fault'> | undefined
    const fault = (message: string, reason: string): void => to?.fault(message, reason, name, cell)
    return (cells, out) => {
      cell = cells[rank] ?? ''
      to = out
      return convert(cell, fault)
    }
  }
  return {
    header,
    switches: context.switches,
    column,
    read,
    siretOf(compte) {
      const own = column('siret')
      if (own >= 0) return (cells) => cells[own] ?? ''
      const rank = column(compte)
      return (cells, out, date) => {
        const siret = context.mapping && siretAt(context.mapping, cells[rank] ?? '', date(), context.perimetre)
        if (siret === undefined) out.skip()
        return siret
      }
    },
    warn: (message) => warnings.push(message),
    unknownCode: (name) => unknownCodes.set(name, (unknownCodes.get(name) ?? 0) + 1),
  }
}
