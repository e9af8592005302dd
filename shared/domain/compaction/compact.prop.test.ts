import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entries, Entry, ImportedValue, RawValue } from '../entity.ts'
import { AppError } from '../errors.ts'
import { formatDay, monthSeries } from '../month.ts'
import { type BatchReading, compactEntity, purgeFrom, stateAt } from './compact.ts'
import { addedIn, addedTypes, deletedIn } from './state.ts'

const KEY = '01234567800012'
const BATCHES = ['1901', '1901_02', '1902', '1903'] as const
const TYPES = ['apconso', 'ccsf', 'effectif'] as const
const HASHES = ['a', 'b', 'c', 'd', 'e'] as const
const WINDOW = { dateDebut: new Date('2018-01-01T00:00:00Z'), dateFin: new Date('2018-07-01T00:00:00Z') }

type Import = { batch: string; type: string; hashes: string[]; run: number; isNull: boolean }
/** Per batch: the types that are effective as stock, and those of which the second run is closed. */
type Verdict = { complete: string[]; closed: string[] }

const entryOf = (type: string, hash: string, isNull: boolean): Entry => ({ name: `${type}-${hash}`, effectif: isNull ? null : 0 })
const documentOf = ({ batch, type, hashes, run, isNull }: Import): ImportedValue => ({
  key: KEY,
  scope: 'etablissement',
  batch: { [batch]: { [type]: Object.fromEntries(hashes.map((hash) => [hash, entryOf(type, hash, isNull)])) } },
  run,
})

/** What the pipeline says: an entity is touched wherever a type is effective (refine §2.2). */
const readingsOf = (verdicts: readonly Verdict[]): BatchReading[] =>
  BATCHES.map((key, i) => {
    const { complete, closed } = verdicts[i] ?? { complete: [], closed: [] }
    return { key, complete, touched: complete.length > 0, closedRuns: Object.fromEntries(closed.map((type) => [type, 2])), window: WINDOW }
  })

const compact = (old: RawValue | undefined, news: ImportedValue[], verdicts: readonly Verdict[]): { value: RawValue; changed: boolean } =>
  compactEntity({ key: KEY, scope: 'etablissement', old, news, batches: readingsOf(verdicts) })

/** The definition of refine §2.1, on hashes alone, written without the algorithm. */
const modelStates = (imports: readonly Import[], verdicts: readonly Verdict[]): Record<string, Record<string, string[]>> => {
  const states: Record<string, Record<string, string[]>> = {}
  let before: Record<string, string[]> = {}
  for (const [i, batch] of BATCHES.entries()) {
    const state: Record<string, string[]> = {}
    for (const type of TYPES) {
      const mine = imports.filter((item) => item.batch === batch && item.type === type)
      const run = Math.max(verdicts[i]?.closed.includes(type) ? 2 : 1, ...mine.map((item) => item.run))
      const imported = mine.filter((item) => item.run === run).flatMap(({ hashes }) => hashes)
      const isStock = verdicts[i]?.complete.includes(type) ?? false
      const all = new Set(isStock ? imported : [...(before[type] ?? []), ...imported])
      if (all.size > 0) state[type] = [...all].sort()
    }
    states[batch] = state
    before = state
  }
  return states
}

const statesOf = (value: RawValue): Record<string, Record<string, string[]>> =>
  Object.fromEntries(
    BATCHES.map((batch) => {
      const held = [...stateAt(value, batch)].filter(([type, entries]) => type !== 'reporder' && entries.size > 0)
      return [batch, Object.fromEntries(held.map(([type, entries]) => [type, [...entries.keys()].sort()]))]
    }),
  )

/** Runs say where entries come from, not what they are: they depend on the order of arrival. */
const withoutRuns = ({ runs: _runs, ...value }: RawValue) => value

const anImport = fc.record({
  batch: fc.constantFrom(...BATCHES),
  type: fc.constantFrom(...TYPES),
  hashes: fc.subarray([...HASHES], { minLength: 1 }),
  run: fc.constantFrom(1, 1, 2),
  isNull: fc.boolean(),
})
const oneRun = anImport.map((item) => ({ ...item, run: 1 }))
const aVerdict = fc.record({ complete: fc.subarray(['apconso', 'effectif']), closed: fc.subarray([...TYPES]) })
const verdictsWithoutRuns = fc.array(
  aVerdict.map(({ complete }) => ({ complete, closed: [] })),
  { minLength: 4, maxLength: 4 },
)
const verdictsWithRuns = fc.array(aVerdict, { minLength: 4, maxLength: 4 })
const imports = fc.array(oneRun, { maxLength: 10 })
const importsOfRuns = fc.array(
  anImport.map((item) => ({ ...item, isNull: false })),
  { maxLength: 10 },
)

/** Compactions one after the other, each with some of the imports and verdicts of its own; the last one knows all. */
const interleaved = (chunks: readonly { news: Import[]; verdicts: readonly Verdict[] }[], last: readonly Verdict[]): RawValue | undefined => {
  let old: RawValue | undefined
  for (const { news, verdicts } of [...chunks, { news: [], verdicts: last }]) {
    const { value, changed } = compact(old, news.map(documentOf), verdicts)
    if (changed) old = value
  }
  return old
}

const bare = (value: RawValue | undefined) => (value === undefined || Object.keys(value.batch).length === 0 ? undefined : withoutRuns(value))

describe('compaction of one entity', () => {
  test('state: at every batch it is the one of the model, runs included', () => {
    return fc.assert(
      fc.property(importsOfRuns, verdictsWithRuns, (items, verdicts) => {
        const { value } = compact(undefined, items.map(documentOf), verdicts)
        expect(statesOf(value)).toEqual(modelStates(items, verdicts))
      }),
      { numRuns: 300 },
    )
  })

  test('idempotence: no import, or the same imports again, changes nothing', () => {
    return fc.assert(
      fc.property(imports, verdictsWithoutRuns, fc.nat(), (items, verdicts, at) => {
        const { value } = compact(undefined, items.map(documentOf), verdicts)
        expect(compact(value, [], verdicts)).toEqual({ value, changed: false })
        const again = items.filter((_, i) => i % 2 === at % 2).map(documentOf)
        expect(compact(value, again, verdicts)).toEqual({ value, changed: false })
      }),
      { numRuns: 200 },
    )
  })

  test('order inside a batch: permuting, repeating or splitting the documents gives the same text', () => {
    const shuffled = imports.chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray([...items, ...items], { minLength: items.length * 2 })))
    return fc.assert(
      fc.property(shuffled, verdictsWithoutRuns, ([items, others], verdicts) => {
        const split = others.flatMap((item) => item.hashes.map((hash) => documentOf({ ...item, hashes: [hash] })))
        expect(JSON.stringify(compact(undefined, split, verdicts).value)).toBe(JSON.stringify(compact(undefined, items.map(documentOf), verdicts).value))
      }),
      { numRuns: 200 },
    )
  })

  test('order of batches: one by one in any order, whenever types became effective, equals all at once', () => {
    const chunks = fc.array(fc.record({ news: fc.array(oneRun, { maxLength: 4 }), verdicts: verdictsWithoutRuns }), { maxLength: 5 })
    return fc.assert(
      fc.property(chunks, verdictsWithoutRuns, (steps, last) => {
        const atOnce = compact(
          undefined,
          steps.flatMap(({ news }) => news.map(documentOf)),
          last,
        ).value
        expect(bare(interleaved(steps, last))).toEqual(bare(atOnce))
      }),
      { numRuns: 500 },
    )
  })

  test('runs: a re-import under a higher run equals a first import of what remains, whatever the interleaving', () => {
    const chunks = fc.array(
      fc.record({
        news: fc.array(
          anImport.map((item) => ({ ...item, isNull: false })),
          { maxLength: 4 },
        ),
        verdicts: verdictsWithoutRuns,
      }),
      {
        maxLength: 5,
      },
    )
    return fc.assert(
      fc.property(chunks, verdictsWithRuns, fc.nat(5), (steps, last, closing) => {
        // from `closing` on the runs of the end are closed: a run is closed once and stays so
        const known = steps.map(({ news, verdicts }, i) => ({
          news,
          verdicts: verdicts.map((verdict, b) => ({ ...verdict, closed: i >= closing ? (last[b]?.closed ?? []) : [] })),
        }))
        const all = steps.flatMap(({ news }) => news)
        const remaining = all.filter((item) => {
          const closed = last[BATCHES.indexOf(item.batch as (typeof BATCHES)[number])]?.closed.includes(item.type) ? 2 : 1
          const newest = Math.max(closed, ...all.filter((other) => other.batch === item.batch && other.type === item.type).map(({ run }) => run))
          return item.run === newest
        })
        const first = compact(
          undefined,
          remaining.map((item) => documentOf({ ...item, run: 1 })),
          last.map(({ complete }) => ({ complete, closed: [] })),
        ).value
        expect(bare(interleaved(known, last))).toEqual(bare(first))
      }),
      { numRuns: 500 },
    )
  })

  test('minimality: nothing added is already there, nothing deleted is absent, nothing is both, nothing is empty', () => {
    return fc.assert(
      fc.property(imports, verdictsWithoutRuns, (items, verdicts) => {
        const { value } = compact(undefined, items.map(documentOf), verdicts)
        const states = statesOf(value)
        for (const [i, key] of BATCHES.entries()) {
          const batch = value.batch[key]
          if (batch === undefined) continue
          const before = states[BATCHES[i - 1] ?? ''] ?? {}
          const types = addedTypes(batch).filter((type) => type !== 'reporder')
          expect(types.length + Object.keys(deletedIn(batch)).length + (batch['reporder'] === undefined ? 0 : 1)).toBeGreaterThan(0)
          for (const type of types) {
            const added = Object.keys(addedIn(batch, type) ?? {})
            expect(added.length).toBeGreaterThan(0)
            expect(added).toEqual([...added].sort())
            expect(added.filter((hash) => before[type]?.includes(hash))).toEqual([])
          }
          for (const [type, hashes] of Object.entries(deletedIn(batch))) {
            expect(hashes.length).toBeGreaterThan(0)
            expect(hashes.filter((hash) => !before[type]?.includes(hash))).toEqual([])
            expect(hashes.filter((hash) => Object.hasOwn(addedIn(batch, type) ?? {}, hash))).toEqual([])
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('stock: after a batch that gives a type as stock, its state is exactly what was imported for it', () => {
    return fc.assert(
      fc.property(imports, verdictsWithoutRuns, (items, verdicts) => {
        const states = statesOf(compact(undefined, items.map(documentOf), verdicts).value)
        for (const [i, batch] of BATCHES.entries()) {
          for (const type of verdicts[i]?.complete ?? []) {
            const imported = items.filter((item) => item.batch === batch && item.type === type).flatMap(({ hashes }) => hashes)
            expect(states[batch]?.[type] ?? []).toEqual([...new Set(imported)].sort())
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('flux: without stock types nothing is ever deleted', () => {
    return fc.assert(
      fc.property(imports, (items) => {
        const { value } = compact(undefined, items.map(documentOf), [])
        expect(Object.values(value.batch).filter((batch) => batch.compact !== undefined)).toEqual([])
      }),
    )
  })

  test('purge, then the same imports again, equals never purged; earlier batches keep their state', () => {
    return fc.assert(
      fc.property(imports, verdictsWithoutRuns, fc.constantFrom(...BATCHES), (items, verdicts, from) => {
        const { value } = compact(undefined, items.map(documentOf), verdicts)
        const purged = purgeFrom(value, from)
        for (const batch of BATCHES.filter((key) => key < from)) expect(statesOf(purged)[batch]).toEqual(statesOf(value)[batch])
        expect(Object.keys(purged.batch).filter((key) => key >= from)).toEqual([])
        expect(compact(purged, items.map(documentOf), verdicts).value).toEqual(value)
      }),
      { numRuns: 200 },
    )
  })

  test('conservation: nothing given is modified, and each hash keeps the entry whose canonical text is smallest', () => {
    return fc.assert(
      fc.property(imports, verdictsWithoutRuns, (items, verdicts) => {
        const documents = items.map(documentOf)
        const before = structuredClone(documents)
        const { value } = compact(undefined, documents, verdicts)
        const text = JSON.stringify(value)
        compact(value, documents, verdicts)
        expect(documents).toEqual(before)
        expect(JSON.stringify(value)).toBe(text)
        for (const batch of Object.values(value.batch)) {
          for (const type of TYPES) {
            for (const [hash, entry] of Object.entries(addedIn(batch, type) ?? {})) {
              // `0` comes before `null` in byte order
              const isNull = items.filter((item) => item.type === type && item.hashes.some((known) => known === hash)).every((item) => item.isNull)
              expect(entry).toEqual(entryOf(type, hash, isNull))
            }
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('reporder: one entry per month of the window, with a value that never changes', () => {
    return fc.assert(
      fc.property(imports, verdictsWithoutRuns, verdictsWithoutRuns, (items, verdicts, others) => {
        const first = compact(undefined, items.map(documentOf), verdicts).value
        if (Object.keys(first.batch).length === 0) return
        const again = compact(first, [], others).value
        for (const value of [first, again].filter(({ batch }) => Object.keys(batch).length > 0)) {
          const entries = Object.values(value.batch).flatMap((batch) => Object.values(addedIn(batch, 'reporder') ?? {}))
          expect(entries.map(({ periode }) => formatDay(periode as Date)).sort()).toEqual(monthSeries(WINDOW.dateDebut, WINDOW.dateFin).map(formatDay))
        }
        const valuesOf = (value: RawValue) => new Map(Object.values(value.batch).flatMap((batch) => Object.entries(addedIn(batch, 'reporder') ?? {})))
        for (const [key, entry] of valuesOf(again)) expect(entry).toEqual(valuesOf(first).get(key))
      }),
    )
  })
})

describe('compaction of documents of another writer', () => {
  const foreign = (batch: RawValue['batch']): RawValue => ({ key: KEY, scope: 'etablissement', index: { algo2: false }, batch })
  const entries = (...hashes: string[]): Entries => Object.fromEntries(hashes.map((hash) => [hash, entryOf('apconso', hash, false)]))
  const stockFrom1902: Verdict[] = [1, 2, 3, 4].map((i) => ({ complete: i > 2 ? ['apconso'] : [], closed: [] }))
  const reread = (old: RawValue, news: Import[]) =>
    compactEntity({
      key: KEY,
      scope: 'etablissement',
      old,
      news: news.map(documentOf),
      batches: readingsOf(stockFrom1902).map((reading) => ({ ...reading, touched: false })),
      reporder: false,
    }).value

  test('the difference of a stock batch is not taken for its whole stock (D1)', () => {
    const old = foreign({ '1901': { apconso: entries('a', 'b') }, '1902': { apconso: entries('c'), compact: { delete: { apconso: ['a'] } } } })
    const value = reread(old, [{ batch: '1902', type: 'apconso', hashes: ['b', 'c'], run: 1, isNull: false }])
    expect(statesOf(value)['1902']).toEqual({ apconso: ['b', 'c'] })
  })

  test('a stock batch that disappeared because nothing changed still holds back a late earlier import', () => {
    const first = reread(foreign({ '1901': { apconso: entries('a') } }), [{ batch: '1902', type: 'apconso', hashes: ['a'], run: 1, isNull: false }])
    expect(Object.keys(first.batch)).toEqual(['1901'])
    const value = reread(first, [{ batch: '1901', type: 'apconso', hashes: ['e'], run: 1, isNull: false }])
    expect(statesOf(value)['1901']).toEqual({ apconso: ['a', 'e'] })
    expect(statesOf(value)['1902']).toEqual({ apconso: ['a'] })
  })

  test('a batch that nobody knows is refused, with its name', () => {
    const old = foreign({ '1712': { apconso: entries('a') } })
    expect(() => reread(old, [])).toThrow(AppError)
    expect(() => reread(old, [])).toThrow(/1712/)
  })

  test('a drawn number of another writer stays where it is', () => {
    const periode = new Date('2018-02-01T00:00:00Z')
    const old = foreign({ '1901': { reporder: { '0123': { periode, random_order: 0.25, siret: KEY } } }, '1902': { apconso: entries('a') } })
    const { value } = compact(old, [], stockFrom1902)
    expect(addedIn(value.batch['1901'], 'reporder')).toEqual({ '0123': { periode, random_order: 0.25, siret: KEY } })
    expect(Object.keys(addedIn(value.batch['1902'], 'reporder') ?? {})).not.toContain('2018-02-01')
  })
})
