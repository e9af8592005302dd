import { canonicalJson, compareBytes } from '../../shared/domain/canonical-json.ts'
import { sirenOf } from '../../shared/domain/siren.ts'
import type { ImportDocument, ImportedDocument, RecordCounts, RejectedRecord } from '../../shared/domain/spine/documents.ts'
import type { ReadRecord } from './core.ts'

/** Entries held before they are written: bounds the memory whatever the size of a range. */
const FULL = 20_000
/** Rejected records kept for the report (raw-formats §1.7). */
const SHOWN = 200

/**
 * Gathers the records of a range into documents, one per entity and piece. Pieces are cut by the number of entries only, so that the same range
 * cut again gives the same documents under the same keys.
 */
export class Gathering {
  readonly counts: RecordCounts = { imported: 0, filtered: 0, rejected: 0, ignored: 0 }
  readonly rejected: RejectedRecord[] = []
  readonly named = new Set<string>()
  #documents = new Map<string, ImportedDocument>()
  #entries = 0
  #piece = 0
  readonly #deposit: ImportDocument
  readonly #run: number
  readonly #range: number

  constructor(deposit: ImportDocument, run: number, range: number) {
    this.#deposit = deposit
    this.#run = run
    this.#range = range
  }

  get isFull(): boolean {
    return this.#entries >= FULL
  }

  add(record: ReadRecord): void {
    this.counts[record.status] += record.count ?? 1
    for (const siren of record.named ?? []) this.named.add(siren)
    if (record.fault !== undefined && this.rejected.length < SHOWN) {
      this.rejected.push({ line: record.line, record: record.record, ...record.fault })
    }
    for (const tuple of record.tuples) this.#addTuple(tuple, record.line)
  }

  /** The documents of this piece, in the order of their keys; the next piece begins empty. */
  take(): ImportedDocument[] {
    const documents = [...this.#documents.values()].sort((a, b) => compareBytes(a.key, b.key))
    this.#documents = new Map()
    this.#entries = 0
    this.#piece++
    return documents
  }

  #addTuple({ key, scope, type, hash, value }: ReadRecord['tuples'][number], line: number): void {
    const { batch, source, deposit } = this.#deposit
    let document = this.#documents.get(key)
    if (document === undefined) {
      const id = [batch, source, this.#run, key, deposit, this.#range, this.#piece].join(':')
      const place = { id, siren: sirenOf(key), key, batch, source, run: this.#run, deposit }
      document = { ...place, value: { key, scope, run: this.#run, batch: { [batch]: { [type]: {} } } }, lines: {} }
      this.#documents.set(key, document)
    }
    const types = document.value.batch[batch] ?? {}
    types[type] ??= {}
    const entries = types[type]
    const known = entries[hash]
    if (known === undefined) this.#entries++
    if (known !== undefined && compareBytes(canonicalJson(known), canonicalJson(value)) <= 0) return
    entries[hash] = value
    if (document.lines !== undefined) document.lines[hash] = line
  }
}
