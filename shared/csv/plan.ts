import { type Bad, type Row, rowsOf } from './read-csv.ts'
import type { Dialect } from './record.ts'
import { type Limits, startWalk } from './walk.ts'

/** The records that start in the bytes [start, end) of a file: the first has the rank `firstRecord` and begins at or after the physical line `firstLine`. */
export type Range = {
  start: number
  end: number
  firstRecord: number
  firstLine: number
  records: number
}

/**
 * A file cut for reading in parallel (architecture §4). `header` is empty when the file is, `headerEnd` the byte after it; `bad` is the first record that
 * is malformed, sought only on demand. There is always one range at least, so that a file without any record closes like another.
 */
export type Plan = {
  header: string[]
  headerEnd: number
  records: number
  ranges: Range[]
  bytes: number
  utf8: boolean
  bad?: Bad
}

/** `check`: look for a malformed record (its cost is that of reading). */
export type PlanOptions = Limits & { readonly check?: boolean }

/**
 * One sequential pass over a plain CSV file: counts its records and cuts it at ends of records at least every `cutBytes`, by the rules of `readCsv`, which reads
 * each range with `{ ...dialect, fields: header.length, firstLine, firstRecord }`. Also tells whether the whole file is valid UTF-8.
 */
export const planRanges = async (bytes: AsyncIterable<Uint8Array>, dialect: Dialect, cutBytes: number, options: PlanOptions = {}): Promise<Plan> => {
  const { check = false } = options
  const plan: Plan = {
    header: [],
    headerEnd: 0,
    records: 0,
    ranges: [],
    bytes: 0,
    utf8: true,
  }
  let range: Range = {
    start: 0,
    end: 0,
    firstRecord: 1,
    firstLine: 1,
    records: 0,
  }
  let row: Row | Bad | undefined
  const reading = rowsOf(dialect, (next) => {
    row = next
  })

  /** A record was met; its last physical line is followed by the line `nextLine`. */
  const count = (record: number, end: number, nextLine: number): void => {
    if (record === 0) {
      plan.header = [...(row?.cells ?? [])]
      plan.headerEnd = end
      range = {
        start: end,
        end,
        firstRecord: 1,
        firstLine: nextLine,
        records: 0,
      }
      return
    }
    if (check && row !== undefined && row.cells === undefined) plan.bad ??= row
    plan.records++
    range.records++
    if (end - range.start < cutBytes) return
    plan.ranges.push({ ...range, end })
    range = {
      start: end,
      end,
      firstRecord: record + 1,
      firstLine: nextLine,
      records: 0,
    }
  }
  const walk = startWalk(
    dialect,
    { offset: 0, line: 1, record: 0 },
    {
      plain(place, from, to, ascii) {
        if (check || place.record === 0) reading.plain(place, from, to, ascii)
        count(place.record, place.end, place.line + 1)
      },
      scanned(place, from, record) {
        if (check || place.record === 0) reading.scanned(place, from, record)
        count(place.record, place.end, place.line + record.lines)
      },
    },
    options,
  )

  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of bytes) {
    plan.bytes += chunk.length
    if (plan.utf8) plan.utf8 = decodes(decoder, chunk, true)
    walk.push(chunk)
  }
  if (plan.utf8) plan.utf8 = decodes(decoder, new Uint8Array(), false)
  walk.finish()
  if (range.records > 0 || plan.ranges.length === 0) plan.ranges.push({ ...range, end: plan.bytes })
  else for (const last of plan.ranges.slice(-1)) last.end = plan.bytes
  return plan
}

/** Whether the bytes go on being valid in the encoding of a fatal decoder. */
export const decodes = (decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, stream: boolean): boolean => {
  try {
    decoder.decode(bytes, { stream })
    return true
  } catch {
    return false
  }
}
