import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowOutcome } from './parser.ts'
import { addOutcome, countsOf, eventOf, fatalReport, HEAD, mergeReports, newReport, type Report } from './report.ts'

const outcome = (record: number, errors: number, skipped: boolean): RowOutcome => ({
  tuples: [],
  errors: Array.from({ length: errors }, (_, i) => ({ record, line: record + 1, message: `m${i}`, reason: 'r' })),
  skipped,
  records: 1,
  status: skipped ? 'filtered' : errors > 0 ? 'rejected' : 'imported',
})
const reportOf = (outcomes: readonly RowOutcome[]): Report => {
  const report = newReport()
  for (const one of outcomes) addOutcome(report, one)
  return report
}
const outcomes = fc
  .array(fc.record({ errors: fc.nat({ max: 3 }), skipped: fc.boolean() }), { maxLength: 600 })
  .map((list) => list.map(({ errors, skipped }, i) => outcome(i + 1, errors, skipped)))

test('the report of ranges is that of the whole, in whatever order they come', () => {
  fc.assert(
    fc.property(outcomes, fc.nat(), fc.nat(), (all, a, b) => {
      const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y)
      const [first, second, third] = [all.slice(0, from), all.slice(from, to), all.slice(to)].map(reportOf)
      const whole = reportOf(all)
      expect(mergeReports(mergeReports(first!, second!), third!)).toEqual(whole)
      expect(mergeReports(third!, mergeReports(second!, first!))).toEqual(whole)
    }),
  )
})

test('the four counts are disjoint and add up; both rejected and skipped is filtered, and lost twice by linesValid', () => {
  const report = reportOf([
    outcome(1, 0, false),
    outcome(2, 1, false),
    outcome(3, 0, true),
    outcome(4, 2, true),
    { ...outcome(5, 0, false), status: 'ignored' },
  ])
  expect(countsOf(report)).toEqual({ read: 5, imported: 1, filtered: 2, rejected: 1, ignored: 1 })
  expect(eventOf(report, { batchKey: '1802', path: '/1802/x.csv' })).toEqual({
    batchKey: '1802',
    headFatal: [],
    headRejected: ['Line 2: m0', 'Line 4: m0', 'Line 4: m1'],
    isFatal: false,
    linesParsed: 4,
    linesRejected: 2,
    linesSkipped: 2,
    linesValid: 0,
    summary: '/1802/x.csv: intégration terminée, 4 lignes traitées, 0 erreurs fatales, 2 lignes rejetées, 2 lignes filtrées, 0 lignes valides',
  })
  fc.assert(
    fc.property(outcomes, (all) => {
      const { read, imported, filtered, rejected, ignored } = countsOf(reportOf(all))
      expect(imported + filtered + rejected + ignored).toBe(read)
      expect(read).toBe(all.length)
    }),
  )
})

test('the first 200 errors are kept, and the first 200 rejected records with one error each', () => {
  const report = reportOf(Array.from({ length: 300 }, (_, i) => outcome(i + 1, 2, false)))
  expect([report.headRejected.length, report.firstRejected.length]).toEqual([HEAD, HEAD])
  expect(report.headRejected.at(-1)).toEqual({ record: 100, message: 'm1' })
  expect(report.firstRejected.at(-1)?.record).toBe(200)
})

test('a fatal error gives zeros everywhere', () => {
  const event = eventOf(fatalReport('EOF'), { batchKey: '', path: 'x' })
  expect(event).toMatchObject({
    isFatal: true,
    headFatal: ['Fatal: EOF'],
    linesParsed: 0,
    summary: 'x: intégration terminée, 0 lignes traitées, 1 erreurs fatales, 0 lignes rejetées, 0 lignes filtrées, 0 lignes valides',
  })
  expect(mergeReports(newReport(), fatalReport('EOF')).fatal).toBe('EOF')
})
