import type { DepositRecord } from './record.ts'

/** Bytes `start` to `end`, both included, as in an HTTP range. */
export type ByteRange = { start: number; end: number }

/** A file under `work/`: converted copies of deposits, at the import's disposal. */
export type WorkFile = { name: string; bytes: number; modifiedAt: Date }

/**
 * What the import sees of the storage, whatever the backend: records and bytes of deposits, which it only reads, and the
 * directory `work/`, which is its own. Bytes come in pieces of up to 1 MiB. Throws `FILE_MISSING` for what is not there.
 */
export type DepositFiles = {
  record(id: string): Promise<DepositRecord | undefined>
  open(id: string, range?: ByteRange): AsyncIterable<Uint8Array>
  work: {
    write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<{ bytes: number }>
    open(name: string, range?: ByteRange): AsyncIterable<Uint8Array>
    remove(name: string): Promise<void>
    list(): AsyncIterable<WorkFile>
  }
}
