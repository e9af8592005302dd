import * as z from 'zod'

/**
 * Every message of the platform. A message is a doorbell: it names what has work and carries neither data nor state
 * (architecture §2). Unknown keys are ignored, so that a newer sender can be deployed before its receiver.
 */

/** Id of a deposit: the id of its upload. */
export const DepositId = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/)

const version = z.literal(1)

/** Queue `settle`: every byte of this deposit is durable. */
export const SettleMessage = z.object({ v: version, deposit: DepositId })

/**
 * Queue `import`: this deposit is placed (no `range`: make its plan, then read what is not read); this range of it is to be
 * read under this run; or the next batch may open.
 */
export const ImportMessage = z.union([
  z.object({ v: version, deposit: DepositId, range: z.number().int().nonnegative(), run: z.number().int().positive() }),
  z.object({ v: version, deposit: DepositId }),
  z.object({ v: version, opening: z.literal(true) }),
])

/** Queues `refine`, `detect`, `publish`: this shard of the ledger has SIRENs at that stage. */
export const ShardBell = z.object({ v: version, shard: z.number().int().nonnegative() })

/** Queue `publish` also: this list may be complete. */
export const PublishMessage = z.union([ShardBell, z.object({ v: version, list: z.string().regex(/^\d{4}$/) })])

export type SettleMessage = z.infer<typeof SettleMessage>
export type ImportMessage = z.infer<typeof ImportMessage>
export type ShardBell = z.infer<typeof ShardBell>
export type PublishMessage = z.infer<typeof PublishMessage>

/** The queues, by the name of the function that they ring. */
export const QUEUES = ['settle', 'import', 'refine', 'detect', 'publish'] as const
export type QueueName = (typeof QUEUES)[number]
