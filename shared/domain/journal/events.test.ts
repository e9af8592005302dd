import { describe, expect, test } from 'vitest'
import type { ImportDocument, RangeResult } from '../spine/documents.ts'
import { importEvent, operationEvent, refusalEvent } from './events.ts'

const document: ImportDocument = {
  deposit: 'd1',
  batch: '2511',
  source: 'procol',
  owner: 'user1',
  filename: 'sigfaible_pcoll.csv',
  completedAt: new Date('2025-11-20T08:00:00Z'),
  sha256: 'a'.repeat(64),
  size: 10,
  replaces: [],
  confirmed: false,
  withdrawn: false,
  closedRun: 1,
  settledRun: 0,
  registeredAt: new Date('2025-11-20T08:01:00Z'),
}
const DATE = new Date('2025-11-20T08:02:00Z')

const result = (range: number, counts: Partial<RangeResult['counts']>, lines: readonly number[] = []): RangeResult => ({
  deposit: 'd1',
  run: 1,
  range,
  counts: { imported: 0, filtered: 0, rejected: 0, ignored: 0, ...counts },
  rejected: lines.map((line) => ({ line, record: line - 1, reason: 'Une date est attendue.', column: 'dt_effet', value: 'x' })),
  named: new Uint32Array(),
})

describe('the Journal', () => {
  test('has for each closed file the report of the reference: the sum of its ranges, the first rejected records in order', () => {
    const results = [result(1, { imported: 3, ignored: 2 }, [9]), result(0, { imported: 4, filtered: 1, rejected: 2 }, [3, 5])]
    const { event, ...rest } = importEvent(document, 1, results, DATE)
    expect(event).toEqual({
      batchKey: '2511',
      headFatal: [],
      headRejected: ['Line 2: Une date est attendue.', 'Line 4: Une date est attendue.', 'Line 8: Une date est attendue.'],
      isFatal: false,
      linesParsed: 10,
      linesRejected: 2,
      linesSkipped: 1,
      linesValid: 7,
      summary: 'sigfaible_pcoll.csv: intégration terminée, 10 lignes traitées, 0 erreurs fatales, 2 lignes rejetées, 1 lignes filtrées, 7 lignes valides',
    })
    expect(rest).toMatchObject({
      id: 'import:d1:1',
      date: DATE,
      startDate: document.registeredAt,
      priority: 'info',
      parserCode: 'procol',
      reportType: 'ImportBatch',
      counts: { read: 12, imported: 7, filtered: 1, rejected: 2, ignored: 2 },
    })
  })
  test('keeps 200 rejected records', () => {
    const lines = Array.from({ length: 150 }, (_, rank) => rank + 2)
    expect(importEvent(document, 1, [result(0, {}, lines), result(1, {}, lines)], DATE).rejected).toHaveLength(200)
  })
  test('repeats what was remarked upon in the file', () => {
    const plan = { header: [], records: 0, bytes: 0, ranges: [], needsMapping: false, remarks: ['Lu en Windows-1252.'] }
    expect(importEvent({ ...document, plan }, 1, [], DATE).event?.warnings).toEqual(['Lu en Windows-1252.'])
    expect(importEvent(document, 1, [], DATE).event).not.toHaveProperty('warnings')
  })
  test('has a fatal report for a file that is refused', () => {
    const { id, reportType, event } = refusalEvent(document, 'Le fichier est vide.', DATE)
    expect([id, reportType, event?.headFatal, event?.isFatal, event?.linesParsed]).toEqual([
      'import:d1:refused',
      'ImportBatch',
      ['Fatal: Le fichier est vide.'],
      true,
      0,
    ])
    expect(event?.summary).toMatch(/ 0 lignes traitées, 1 erreurs fatales, /)
  })
  test('tells an unknown type of file by an event of its own', () => {
    const unknown = { ...document, source: '' }
    const named = refusalEvent(unknown, 'Le type est inconnu.', DATE, 'reporder')
    expect([named.reportType, named.parserCode, named.event?.batchKey]).toEqual(['ImportBatch_error', 'reporder', '2511'])
    expect(named.event?.summary).toBe('Type de fichier non reconnu: reporder')
    const unnamed = refusalEvent(unknown, 'Le nom est inconnu.', DATE, '')
    expect([unnamed.parserCode, unnamed.event?.summary]).toEqual(['unknown', 'Type de fichier non reconnu: unknown'])
  })
  test('ends an operation without any report', () => {
    expect(operationEvent('x', 'ValidateDataEntries', document.registeredAt, DATE)).toEqual({
      id: 'x',
      date: DATE,
      startDate: document.registeredAt,
      priority: 'info',
      parserCode: 'unknown',
      reportType: 'ValidateDataEntries',
    })
  })
})
