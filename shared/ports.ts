/**
 * What the cores need from the outside world: types only. Adapters implement them with drivers and SDKs, tests with
 * fakes. The repositories of the spine (ledger, batches, imports) are in `shared/domain/spine/store.ts`.
 */
import type { QueueName } from './domain/messages.ts'

/** Structured log: `event` is a stable kebab-case name (`import.range-done`). Never a raw row, a token or a person's name. */
export type Log = {
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, error: unknown, fields?: Record<string, unknown>): void
  /** A log that adds these fields to every line. */
  with(fields: Record<string, unknown>): Log
}

/** Counters in CloudWatch's embedded format. Dimension: the function, never an entity. */
export type Metrics = { count(name: string, value: number): void; milliseconds(name: string, value: number): void; flush(): void }

export type Clock = () => Date

/** FIFO options: `group` orders, `deduplication` must be unique to the event of the producer (architecture §2). */
export type SendOptions = { group?: string; deduplication?: string; delaySeconds?: number }

/** Sending may fail (`QUEUE_DOWN`): what was not rung is rung again by `sweep`. */
export type Queue = {
  send(queue: QueueName, message: Record<string, unknown>, options?: SendOptions): Promise<{ id: string }>
}

/** Makes a message that was received, and is given back, visible again after so many seconds. `queue` is its ARN. */
export type Postpone = (message: { queue: string; receiptHandle: string; seconds: number }) => Promise<void>
