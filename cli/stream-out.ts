import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { isoInstant } from '../shared/domain/canonical-json.ts'

/** Writes lines by packets and waits when the reader is slow, so that an export holds nothing in memory. */
export const writeLines = async (stream: Writable, lines: AsyncIterable<string> | Iterable<string>): Promise<number> => {
  let packet = ''
  let written = 0
  const flush = async (): Promise<void> => {
    if (packet !== '' && !stream.write(packet)) await once(stream, 'drain')
    packet = ''
  }
  for await (const line of lines) {
    packet += `${line}\n`
    written++
    if (packet.length > 1 << 16) await flush()
  }
  await flush()
  return written
}

/**
 * A value as one line of JSON: dates as RFC 3339 (refine §4.4), numbers that JSON has not as extended JSON has them, since null would say something else
 * (refine T19). Absent properties are left out.
 */
export const jsonLine = (value: unknown): string => JSON.stringify(plain(value))

const plain = (value: unknown): unknown => {
  if (value instanceof Date) return isoInstant(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $numberDouble: String(value) }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]))
}

/** A cell of a CSV (RFC 4180): quoted when it must be. Absent and null are empty; a date is its day, anything composed the line of JSON of `jsonLine`. */
export const csvCell = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : typeof value === 'object' ? jsonLine(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvLine = (cells: readonly unknown[]): string => cells.map(csvCell).join(',')
