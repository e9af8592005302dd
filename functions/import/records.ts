import type { ImportDocument, Run } from '../../shared/domain/spine/documents.ts'
import { unionSirens } from '../../shared/domain/spine/sirens.ts'
import { HEADCOUNT_SOURCE } from '../../shared/domain/spine/spine.ts'
import type { RowOutcome } from '../../shared/sources/index.ts'
import type { ReadRecord } from './core.ts'
import type { ReaderOptions } from './reader.ts'

/** What is given at a time: entries of a wide file, entries, comptes and SIRENs of a mapping. */
export const SLICE = 5000

/** The perimeter of a run; a headcount file without an explicit one keeps what it finds itself. */
export const perimetreOfRun = async ({ perimetreOf }: ReaderOptions, document: ImportDocument, run: Run): Promise<Uint32Array> => {
  const deposits = run.perimetre.length === 0 && document.source === HEADCOUNT_SOURCE ? [document.deposit] : run.perimetre
  const parts: Uint32Array[] = []
  for (const deposit of deposits) parts.push(await perimetreOf(deposit))
  return unionSirens(parts)
}

/** What a parser says of a row, as the import counts it. */
export const recordOf = ({ tuples, errors, status, records }: RowOutcome, line: number, record: number): ReadRecord => {
  const [first] = errors
  const read: ReadRecord = { line, record, status, count: records, tuples }
  if (status !== 'rejected' || first === undefined) return read
  const { reason, column, value } = first
  return { ...read, line: first.line, fault: { reason, ...(column === undefined ? {} : { column }), ...(value === undefined ? {} : { value }) } }
}
