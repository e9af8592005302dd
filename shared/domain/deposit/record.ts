import * as z from 'zod'
import { DepositId } from '../messages.ts'

/** States of a deposit (upload §4.1). `receiving` is never written: it is `created` with bytes in the file, see `stateOf`. */
export const DEPOSIT_STATES = ['created', 'receiving', 'complete', 'scanned', 'placed', 'announced', 'quarantined', 'blocked', 'expired'] as const
export type DepositState = (typeof DEPOSIT_STATES)[number]

/** Verdict of the antivirus: `too-large` when the scanner refuses files of this size (upload §4.3). */
export const Scan = z.object({ result: z.enum(['clean', 'infected', 'not-scanned']), reason: z.enum(['too-large']).nullable() })
export type Scan = z.infer<typeof Scan>

/** What a process that may not give files away would have done, for `sf storage check` (upload §2.5). `mode` in octal digits. */
export const Intended = z.object({ uid: z.number().int(), gid: z.number().int(), mode: z.string().regex(/^[0-7]{3}$/) })
export type Intended = z.infer<typeof Intended>

const instant = z.iso.datetime()

/**
 * The authoritative record of a deposit, `tusd/.state/<id>.json` (upload §4.2). `owner` is the partner's space (claim
 * `goup-path`), `size` the declared length in bytes, `metadata` the effective metadata with the reserved keys set from
 * the token, `attempts` the passes of `settle`, `reason` a French sentence beside `blocked` and `quarantined`.
 * `object` names the published object of the S3 backend.
 */
export const DepositRecord = z.object({
  id: DepositId,
  size: z.number().int().nonnegative(),
  owner: z.string().min(1),
  sub: z.string(),
  email: z.string().nullable(),
  private: z.boolean(),
  metadata: z.record(z.string(), z.string()),
  createdAt: instant,
  completedAt: instant.nullable(),
  state: z.enum(DEPOSIT_STATES),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  scan: Scan.nullable(),
  placedAt: instant.nullable(),
  announcedAt: instant.nullable(),
  messageId: z.string().nullable(),
  attempts: z.number().int().nonnegative(),
  reason: z.string().nullable(),
  intended: Intended.nullable(),
  expiredAt: instant.nullable().default(null),
  object: z.object({ key: z.string(), etag: z.string() }).nullable().default(null),
})
export type DepositRecord = z.infer<typeof DepositRecord>

/** What the creation of an upload knows. `email` is the token's, already in `metadata` when there is one. */
export type NewDeposit = Pick<DepositRecord, 'id' | 'size' | 'owner' | 'sub' | 'email' | 'metadata'>

/** The record of an upload that begins. An empty file is complete at once. `private` is exactly the text `true` (upload §1.1 rule 10). */
export const newRecord = (deposit: NewDeposit, at: Date): DepositRecord => ({
  ...deposit,
  private: deposit.metadata.private === 'true',
  createdAt: at.toISOString(),
  completedAt: deposit.size === 0 ? at.toISOString() : null,
  state: deposit.size === 0 ? 'complete' : 'created',
  sha256: null,
  scan: null,
  placedAt: null,
  announcedAt: null,
  messageId: null,
  attempts: 0,
  reason: null,
  intended: null,
  expiredAt: null,
  object: null,
})

/** The state that a record and the bytes received say together. */
export const stateOf = (record: DepositRecord, received: number): DepositState => (record.state === 'created' && received > 0 ? 'receiving' : record.state)

/** Whether bytes may still come: the record is the truth, never the published file (upload §4.2). */
export const isOpen = (record: DepositRecord): boolean => record.state === 'created' || record.state === 'receiving'

/** Whether every byte was received, whatever happened since. */
export const isFinished = (record: DepositRecord): boolean => !isOpen(record) && record.state !== 'expired'

/** The record once its last byte is durable. */
export const completed = (record: DepositRecord, at: Date): DepositRecord => ({ ...record, state: 'complete', completedAt: at.toISOString() })

/** Tombstone of an upload that was given up; it answers 410 for `TOMBSTONE_DAYS`, then 404. */
export const expired = (record: DepositRecord, at: Date): DepositRecord => ({ ...record, state: 'expired', expiredAt: at.toISOString() })

export const TOMBSTONE_DAYS = 30

/** Whether the server still admits that it knew this upload. */
export const isKnownExpired = (record: DepositRecord, now: Date): boolean =>
  record.state === 'expired' && record.expiredAt !== null && now.getTime() - Date.parse(record.expiredAt) < TOMBSTONE_DAYS * 86_400_000

/**
 * What `Deposits` keeps of a record for the partner and the operators (upload §4.7), without the e-mail address. `source` and
 * `batch` are what the partner declared in the metadata; what `import` recognised is in `Imports`.
 */
export type DepositSummary = Pick<
  DepositRecord,
  'owner' | 'size' | 'private' | 'state' | 'reason' | 'sha256' | 'scan' | 'createdAt' | 'completedAt' | 'placedAt' | 'announcedAt'
> & { id: string; filename: string; source: string | null; batch: string | null; replaces: string | null }

export const summaryOf = (record: DepositRecord): DepositSummary => ({
  id: record.id,
  owner: record.owner,
  filename: record.metadata.filename ?? '',
  size: record.size,
  private: record.private,
  source: record.metadata.typeSignauxFaibles || null,
  batch: record.metadata.batch || null,
  replaces: record.metadata.replaces || null,
  state: record.state,
  reason: record.reason,
  sha256: record.sha256,
  scan: record.scan,
  createdAt: record.createdAt,
  completedAt: record.completedAt,
  placedAt: record.placedAt,
  announcedAt: record.announcedAt,
})
