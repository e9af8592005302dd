import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FeatureColumns, FeatureValue } from '../features.ts'
import { Condensed, LARGEST, SUMMED } from './condense.ts'
import { type EntityFeatures, entityFeatures } from './entity-features.ts'
import { rowOf } from './row.ts'

const SIREN = '552100554'
const value: fc.Arbitrary<FeatureValue> = fc.oneof(
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.constantFrom<FeatureValue>(undefined, null, 0, Number.NaN, Number.POSITIVE_INFINITY),
)
const columns = fc
  .uniqueArray(fc.constantFrom(...SUMMED, ...LARGEST, 'ratio_dette'), { maxLength: 6 })
  .chain((names) =>
    fc
      .tuple(...names.map(() => fc.array(value, { minLength: 4, maxLength: 4 })))
      .map((lists) => Object.fromEntries(names.map((name, at) => [name, lists[at] ?? []]))),
  )
const establishments = fc.array(fc.record({ start: fc.constantFrom('2024-11', '2025-01'), columns }), { minLength: 1, maxLength: 6 }).map((all) =>
  all.map(
    ({ start, columns: own }, number): FeatureColumns => ({
      siret: `${SIREN}${String(number).padStart(5, '0')}`,
      siren: SIREN,
      start,
      count: 4,
      columns: own,
    }),
  ),
)

test('one condensed établissement says what all of them say, to the last bit', () => {
  return fc.assert(
    fc.property(establishments, (all) => {
      const condensed = new Condensed()
      for (const one of all) condensed.add(one)
      const [before, after] = [entityFeatures(all), entityFeatures([condensed.columns() as FeatureColumns])]
      expect([after.from, after.to]).toEqual([before.from, before.to])
      for (let month = before.from; month < before.to; month++) {
        for (const name of SUMMED) expect(after.sum(name, month)).toBe(before.sum(name, month))
        for (const name of LARGEST) expect(after.max(name, month)).toBe(before.max(name, month))
      }
    }),
  )
})

test('a model reads no other variable of the établissements', () => {
  const read = { summed: new Set<string>(), largest: new Set<string>() }
  const features: EntityFeatures = {
    sum: (name) => void read.summed.add(name),
    max: (name) => void read.largest.add(name),
    number: () => undefined,
    text: () => undefined,
    from: 0,
    to: 1,
    exclu: undefined,
    ouvertures: [],
  }
  rowOf(features, 0)
  expect([...read.summed].sort()).toEqual([...SUMMED].sort())
  expect([...read.largest]).toEqual(LARGEST)
})

test('of no établissement there is nothing', () => expect(new Condensed().columns()).toBeUndefined())
