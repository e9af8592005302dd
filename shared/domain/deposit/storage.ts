import type { DepositRecord } from './record.ts'
import type { MarkFacts } from './sweep.ts'

/** A lock that is held. It can be lost: its lease ends by itself when its holder dies or dawdles (upload §4.5). */
export type Lease = {
  /** Whether the lock is still this holder's. */
  held(): Promise<boolean>
  /** Puts off the end of the lease. Throws `LOCKED` when it was lost. */
  renew(): Promise<void>
  release(): Promise<void>
}

/** `waitMs`: how long to wait for somebody else's lock. */
export type LockOptions = { waitMs: number; signal?: AbortSignal }

/** One lock per upload, shared by every process on the storage. `acquire` throws `LOCKED` (423) when the wait was in vain. */
export type Locks = { acquire(id: string, options: LockOptions): Promise<Lease> }

/** A record as it was read: `version` makes sure that a write replaces what was read and nothing newer. */
export type StoredRecord = { record: DepositRecord; version: string }

/**
 * Records of deposits. `save` replaces the record that was read as `version`, or throws `VERSION_CONFLICT`; it gives the new
 * version. An id that has not the form of an id is unknown.
 */
export type Records = {
  read(id: string): Promise<StoredRecord | undefined>
  save(next: DepositRecord, version: string): Promise<StoredRecord>
}

/** Uploads of a partner that are not complete, and the bytes they declared: the quota of upload §5. */
export type OpenUploads = { count: number; bytes: number }

/** What the HTTP function does on the storage. Every write but `create` is made under the lock of the upload. */
export type UploadStorage = {
  locks: Locks
  records: Records
  /** Makes the upload with no byte in it; the record comes last and is the commit. */
  create(record: DepositRecord): Promise<StoredRecord>
  /** Takes back a creation that could not receive its first piece. */
  discard(id: string): Promise<void>
  /** Bytes received so far. */
  received(record: DepositRecord): Promise<number>
  /**
   * Makes `piece` durable at `offset` and gives the new offset, once it is sure that `lease` was not lost meanwhile. Throws
   * `OFFSET_CONFLICT` when the data is not as long as `offset`, `STORAGE_FULL` with the data as it was, `LOCKED`.
   */
  append(record: DepositRecord, offset: number, piece: Uint8Array, lease: Pick<Lease, 'held'>): Promise<number>
  openUploads(owner: string): Promise<OpenUploads>
}

/** Why a deposit cannot go on without a person: a French sentence for the partner, a cause for the log. */
export type Obstacle = { reason: string; cause: string }

export type Placed = { ok: true; record: DepositRecord } | { ok: false; obstacle: Obstacle }

/** What `settle` does on the storage, under the lock of the upload. Every operation can be run again. */
export type SettleStorage = {
  locks: Locks
  records: Records
  /** Size of the data in bytes; undefined when there is none. */
  size(record: DepositRecord): Promise<number | undefined>
  /** The data, for the digest and the scanner. */
  open(record: DepositRecord): AsyncIterable<Uint8Array>
  /** sha256 of the data, in hexadecimal. */
  digest(record: DepositRecord, signal: AbortSignal): Promise<string>
  /** Writes the final `.info`, before any link to it exists. */
  describe(record: DepositRecord): Promise<void>
  /** Sets rights, then publishes the names. The record that it gives has what was intended where rights could not be set. */
  place(record: DepositRecord): Promise<Placed>
  /** Shuts an infected file away. */
  quarantine(record: DepositRecord): Promise<void>
  /** Removes the mark of a deposit that needs nothing more. */
  unmark(id: string): Promise<void>
}

/** What `sweep` does on the storage. */
export type SweepStorage = {
  locks: Locks
  records: Records
  /** Ids under way. */
  marks(): AsyncIterable<string>
  facts(id: string): Promise<MarkFacts>
  unmark(id: string): Promise<void>
  /** Removes data and `.info`; the record and the mark stay. */
  removeData(id: string): Promise<void>
  /** Ids that were shut away before `before` and still have data. */
  quarantinedBefore(before: Date): AsyncIterable<string>
  /** Forgets that an id was shut away. */
  release(id: string): Promise<void>
  /** Whether the published file was taken away downstream, so that only our copy of the data is left. */
  isTakenAway(id: string): Promise<boolean>
  /** Removes old locks and drafts that crashes left; gives how many. */
  clean(before: Date): Promise<number>
}

/** Verdict of a scanner; a scanner that does not answer throws `STORAGE_DOWN`, and the step is run again. */
export type Verdict = { result: 'clean' | 'infected' | 'not-scanned'; reason: 'too-large' | null }

export type Scanner = (open: () => AsyncIterable<Uint8Array>, size: number) => Promise<Verdict>
