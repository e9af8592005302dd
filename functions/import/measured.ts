import type { RecordCounts } from '../../shared/domain/spine/documents.ts'
import type { Metrics } from '../../shared/ports.ts'
import type { DepositReader } from './core.ts'

const NAMES = { imported: 'RowsImported', filtered: 'RowsFiltered', rejected: 'RowsRejected', ignored: 'RowsIgnored' } as const satisfies Record<
  keyof RecordCounts,
  string
>

/** Counts the records read, by what became of them. A range that is read twice counts twice: it measures work, the report of the deposit measures data. */
export const measuredReader = (metrics: Metrics, reader: DepositReader): DepositReader => ({
  ...reader,
  async *rows(document, run, range) {
    const counts: RecordCounts = { imported: 0, filtered: 0, rejected: 0, ignored: 0 }
    const started = performance.now()
    for await (const records of reader.rows(document, run, range)) {
      for (const { status, count = 1 } of records) counts[status] += count
      yield records
    }
    for (const name of ['imported', 'filtered', 'rejected', 'ignored'] as const) metrics.count(NAMES[name], counts[name])
    metrics.count('RowsRead', counts.imported + counts.filtered + counts.rejected + counts.ignored)
    metrics.milliseconds('RangeTime', performance.now() - started)
  },
})
