import { describe, expect, test } from 'vitest'
import { formatDay } from '../month.ts'
import { emptyBatch, mappingDeposits, ownFilter, perimetreDeposits, windowOf } from './batches.ts'
import type { BatchDocument, DepositPlan, ImportDocument } from './documents.ts'

const PLAN: DepositPlan = { header: [], records: 1, bytes: 1, ranges: [], needsMapping: false }
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
let minutes = 0

/** `id` is `<batch>-<source>` with anything after it; each is completed after the one before. */
const deposit = (id: string, changes: Partial<ImportDocument> = {}): ImportDocument => {
  const [batch = '', source = ''] = id.split('-')
  return {
    deposit: id,
    batch,
    source,
    owner: 'user1',
    filename: `${source}.csv`,
    completedAt: new Date(Date.UTC(2025, 0, 1) + minutes++ * 60_000),
    sha256: id,
    size: 1,
    replaces: [],
    confirmed: false,
    withdrawn: false,
    plan: PLAN,
    closedRun: 1,
    settledRun: 1,
    registeredAt: day('2025-01-01'),
    ...changes,
  }
}
const batch = (key: string, effective = false, changes: Partial<BatchDocument> = {}): BatchDocument => ({
  ...emptyBatch(key),
  verdicts: { effectif_ent: { effective, named: 1, holders: 1, kept: 1 } },
  ...changes,
})

describe('the perimeter of a batch', () => {
  const batches = [batch('2510', true), batch('2511'), batch('2511_01'), batch('2512', true)]

  test('is that of its headcounts once they are effective, else that of the latest earlier batch that has one', () => {
    const imports = [deposit('2510-effectif_ent'), deposit('2511-effectif_ent'), deposit('2512-effectif_ent')]
    const found = ['2509', '2510', '2511', '2511_01', '2512'].map((key) => perimetreDeposits(key, batches, imports))
    expect(found).toEqual([[], ['2510-effectif_ent'], ['2510-effectif_ent'], ['2510-effectif_ent'], ['2512-effectif_ent']])
  })
  test('an explicit filter comes first, for the batches after it too; of the headcounts it is the only one, in its own batch', () => {
    const imports = [deposit('2510-effectif_ent'), deposit('2511-filter'), deposit('2511-filter-2'), deposit('2511-effectif_ent')]
    expect(perimetreDeposits('2511', batches, imports)).toEqual(['2511-filter', '2511-filter-2'])
    expect(perimetreDeposits('2511_01', batches, imports)).toEqual(['2511-filter', '2511-filter-2'])
    expect([ownFilter('2511', imports), ownFilter('2511_01', imports)]).toEqual([['2511-filter', '2511-filter-2'], []])
  })
  test('a file that is withdrawn, refused, replaced, not planned or not closed makes none', () => {
    for (const changes of [{ withdrawn: true }, { failed: 'Non.' }, { plan: undefined }, { closedRun: 0 }] as Partial<ImportDocument>[]) {
      expect(perimetreDeposits('2512', batches, [deposit('2510-effectif_ent'), deposit('2512-effectif_ent', changes)])).toEqual(['2510-effectif_ent'])
    }
    expect(perimetreDeposits('2511', batches, [deposit('2511-filter'), deposit('2511-filter-2', { replaces: ['2511-filter'] })])).toEqual(['2511-filter-2'])
  })
  test('the same bytes sent again are one input', () => {
    const twice = [deposit('2511-filter', { sha256: 'x' }), deposit('2511-filter-2', { sha256: 'x' })]
    expect(perimetreDeposits('2511', batches, twice)).toEqual(['2511-filter'])
  })
  test('headcounts declared a partial delivery make none', () => {
    const partial = [batch('2510', true), batch('2512', true, { flux: ['effectif_ent'] })]
    expect(perimetreDeposits('2512', partial, [deposit('2510-effectif_ent'), deposit('2512-effectif_ent')])).toEqual(['2510-effectif_ent'])
  })
})

test('the mapping of a batch is its own, in the order of completion; a sub-batch without one uses that of its month, no batch that of another month', () => {
  const imports = [deposit('2511-admin_urssaf'), deposit('2511-admin_urssaf-2', { completedAt: day('2024-01-01') }), deposit('2512_01-admin_urssaf')]
  const found = ['2511', '2511_01', '2512', '2512_01'].map((key) => mappingDeposits(key, imports))
  expect(found).toEqual([['2511-admin_urssaf-2', '2511-admin_urssaf'], ['2511-admin_urssaf-2', '2511-admin_urssaf'], [], ['2512_01-admin_urssaf']])
})

describe('the window of a batch', () => {
  const headcounts = (key: string, month: string) => deposit(`${key}-effectif_ent`, { plan: { ...PLAN, dateFinEffectif: day(month) } })
  const shown = (key: string, batches: BatchDocument[], imports: ImportDocument[]): string[] => {
    const { dateDebut, dateFin, dateFinEffectif } = windowOf(key, batches, imports, day('2016-01-01'))
    return [dateDebut, dateFin, dateFinEffectif].map(formatDay)
  }
  test('ends before its month; the last month of headcounts is that of the latest effective file up to it', () => {
    const batches = [batch('2509', true), batch('2510'), batch('2511')]
    const imports = [headcounts('2509', '2025-06-01'), headcounts('2510', '2025-08-01')]
    expect(shown('2511', batches, imports)).toEqual(['2016-01-01', '2025-11-01', '2025-06-01'])
    expect(shown('2511', [batch('2509', true), batch('2510', true), batch('2511')], imports)).toEqual(['2016-01-01', '2025-11-01', '2025-08-01'])
  })
  test('before any headcount file, two months are late; a sub-batch has the window of its month', () => {
    expect(shown('2601', [], [])).toEqual(['2016-01-01', '2026-01-01', '2025-11-01'])
    expect(shown('2601_02', [], [])).toEqual(['2016-01-01', '2026-01-01', '2025-11-01'])
  })
  test('the dates that a person sets win, that of headcounts for the batches after it too', () => {
    const param = { date_debut: day('2018-01-01'), date_fin: day('2025-10-01'), date_fin_effectif: day('2025-03-01') }
    const batches = [batch('2509', true), batch('2510', false, { param }), batch('2511')]
    expect(shown('2510', batches, [headcounts('2509', '2025-06-01')])).toEqual(['2018-01-01', '2025-10-01', '2025-03-01'])
    expect(shown('2511', batches, [headcounts('2509', '2025-06-01')])).toEqual(['2016-01-01', '2025-11-01', '2025-03-01'])
  })
})
