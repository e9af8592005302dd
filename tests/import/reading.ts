/** A deposit read as the import reads it, from bytes in memory: what it gives to ImportedData and what its results say. */
import { createHash } from 'node:crypto'
import { Gathering } from '../../functions/import/gathering.ts'
import { depositReader } from '../../functions/import/reader.ts'
import { silentLog } from '../../shared/adapters/log.ts'
import type { ByteRange, DepositFiles } from '../../shared/domain/deposit/files.ts'
import type { Entry } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { ImportDocument, ImportedDocument, RecordCounts, RejectedRecord, Run } from '../../shared/domain/spine/documents.ts'
import { packSirens } from '../../shared/domain/spine/sirens.ts'
import type { Log } from '../../shared/ports.ts'

export const WINDOW = {
  dateDebut: new Date('2018-03-01T00:00:00Z'),
  dateFin: new Date('2018-05-01T00:00:00Z'),
  dateFinEffectif: new Date('2018-03-01T00:00:00Z'),
}

/** SIRENs of the samples that are in the perimeter. */
export const INSIDE = ['301000001', '301000002', '301000003']

export type Shelf = {
  deposits: Map<string, Uint8Array>
  work: Map<string, Uint8Array>
  modifiedAt: Map<string, Date>
  imports: Map<string, ImportDocument>
  perimetres: Map<string, Uint32Array>
  files: DepositFiles
}

/** Pieces are small, so that records straddle them. */
const PIECE = 700

async function* pieces(bytes: Uint8Array | undefined, range?: ByteRange): AsyncGenerator<Uint8Array> {
  if (bytes === undefined) throw new AppError('FILE_MISSING', 'Ce fichier n’existe pas.')
  const end = Math.min(bytes.length, range === undefined ? bytes.length : range.end + 1)
  for (let at = range?.start ?? 0; at < end; at += PIECE) yield bytes.subarray(at, Math.min(at + PIECE, end))
}

export const newShelf = (): Shelf => {
  const deposits = new Map<string, Uint8Array>()
  const work = new Map<string, Uint8Array>()
  const modifiedAt = new Map<string, Date>()
  const files: DepositFiles = {
    record: async () => undefined,
    open: (id, range) => pieces(deposits.get(id), range),
    work: {
      async write(name, bytes) {
        const written: Uint8Array[] = []
        for await (const piece of bytes) written.push(piece)
        const all = Buffer.concat(written)
        work.set(name, all)
        modifiedAt.set(name, new Date())
        return { bytes: all.length }
      },
      open: (name, range) => pieces(work.get(name), range),
      async remove(name) {
        work.delete(name)
      },
      async *list() {
        for (const [name, bytes] of work) yield { name, bytes: bytes.length, modifiedAt: modifiedAt.get(name) ?? new Date(0) }
      },
    },
  }
  return { deposits, work, modifiedAt, imports: new Map(), perimetres: new Map([['perimetre', packSirens(INSIDE)]]), files }
}

export const readerOf = (shelf: Shelf, cutBytes: number, log: Log = silentLog, workBytes = 1e9) =>
  depositReader({
    files: shelf.files,
    perimetreOf: async (deposit) => shelf.perimetres.get(deposit) ?? new Uint32Array(),
    findImport: async (deposit) => shelf.imports.get(deposit),
    windowOf: async () => WINDOW,
    cutBytes,
    log,
    workBytes,
    comptesPerRange: Math.max(1, Math.floor(cutBytes / 100)),
  })

export const documentOf = (deposit: string, source: string, filename: string, bytes: Uint8Array): ImportDocument => ({
  deposit,
  batch: '1804',
  source,
  owner: 'user1',
  filename,
  completedAt: new Date('2018-04-20T08:00:00Z'),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  size: bytes.length,
  replaces: [],
  confirmed: false,
  withdrawn: false,
  closedRun: 0,
  settledRun: 0,
  registeredAt: new Date('2018-04-20T08:00:01Z'),
})

/** Puts a file on the shelf and plans it; the sentence when it is refused. */
export const deposit = async (shelf: Shelf, source: string, filename: string, bytes: Uint8Array, options: { id?: string; cutBytes?: number } = {}) => {
  const id = options.id ?? source
  const document = documentOf(id, source, filename, bytes)
  shelf.deposits.set(id, bytes)
  const planned = await readerOf(shelf, options.cutBytes ?? 1e9).plan(document)
  if ('refused' in planned) return planned.refused
  if (planned.perimetre !== undefined) shelf.perimetres.set(id, planned.perimetre)
  const known = { ...document, plan: planned.plan }
  shelf.imports.set(id, known)
  return known
}

/** Everything that a run of a deposit amounts to, whatever its ranges: entries by entity, type and hash, with the first line that gave each. */
export type Whole = {
  entries: Record<string, Record<string, { value: Entry; line: number | undefined }>>
  counts: RecordCounts
  rejected: RejectedRecord[]
  named: number[]
}

export type Part = { documents: ImportedDocument[]; counts: RecordCounts; rejected: RejectedRecord[]; named: number[] }

export const readRange = async (shelf: Shelf, document: ImportDocument, run: Run, range: number, log?: Log): Promise<Part> => {
  const gathering = new Gathering(document, run.n, range)
  for await (const records of readerOf(shelf, 1e9, log).rows(document, run, range)) for (const record of records) gathering.add(record)
  return { documents: gathering.take(), counts: gathering.counts, rejected: gathering.rejected, named: [...packSirens(gathering.named)] }
}

export const RUN: Run = { n: 1, mapping: ['admin_urssaf'], perimetre: ['perimetre'], removed: [] }

export const readAll = async (shelf: Shelf, document: ImportDocument, run: Run = RUN, log?: Log): Promise<Part[]> => {
  const parts: Part[] = []
  for (const range of (document.plan?.ranges ?? []).keys()) parts.push(await readRange(shelf, document, run, range, log))
  return parts
}

export const union = (parts: readonly Part[]): Whole => {
  const whole: Whole = { entries: {}, counts: { imported: 0, filtered: 0, rejected: 0, ignored: 0 }, rejected: [], named: [] }
  for (const { documents, counts, rejected, named } of parts) {
    for (const name of ['imported', 'filtered', 'rejected', 'ignored'] as const) whole.counts[name] += counts[name]
    whole.rejected.push(...rejected)
    whole.named.push(...named)
    for (const { key, value, lines } of documents) {
      for (const [batch, types] of Object.entries(value.batch)) {
        for (const [type, entries] of Object.entries(types)) {
          const place = `${key} ${batch} ${type}`
          const known = whole.entries[place] ?? {}
          whole.entries[place] = known
          for (const [hash, entry] of Object.entries(entries)) {
            known[hash] = first(known[hash], { value: entry, line: lines?.[hash] })
          }
        }
      }
    }
  }
  whole.rejected = whole.rejected.sort((a, b) => a.line - b.line || a.record - b.record).slice(0, 200)
  whole.named = [...new Set(whole.named)].sort((a, b) => a - b)
  return whole
}

const first = <Item extends { line: number | undefined }>(known: Item | undefined, item: Item): Item =>
  known === undefined || (known.line ?? 0) > (item.line ?? 0) ? item : known
