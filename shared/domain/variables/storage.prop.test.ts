import * as fc from 'fast-check'
import { BSON } from 'mongodb'
import { describe, expect, test } from 'vitest'
import type { FeatureColumns, FeatureValue } from '../features.ts'
import { encodeColumns, parseFeatures } from './storage.ts'

const value: fc.Arbitrary<FeatureValue> = fc.oneof(
  { weight: 3, arbitrary: fc.double({ noDefaultInfinity: false }) },
  { weight: 2, arbitrary: fc.constant(undefined) },
  fc.constantFrom<FeatureValue>(null, 0, true, false, '', 'in_bonis', Number.NaN, Number.POSITIVE_INFINITY, 157.67),
  fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2100-01-01') }),
)
const column = fc.oneof(
  fc.array(value, { minLength: 6, maxLength: 6 }),
  value.map((same) => new Array<FeatureValue>(6).fill(same)),
)
const features: fc.Arbitrary<FeatureColumns> = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), column, { maxKeys: 6 }).map((columns) => ({
  siret: '01234567800012',
  siren: '012345678',
  start: '2018-01',
  count: 6,
  columns,
}))

const present = ({ columns, ...identity }: FeatureColumns) => ({
  ...identity,
  columns: Object.fromEntries(Object.entries(columns).filter(([, values]) => values.some((cell) => cell !== undefined))),
})

describe('columns as a stored document', () => {
  test('absent, null, 0, NaN and the infinities come back from BSON as they were', () => {
    return fc.assert(
      fc.property(features, (original) => {
        const stored = BSON.deserialize(BSON.serialize(encodeColumns(original)))
        expect(parseFeatures(stored)).toEqual(present(original))
      }),
      { numRuns: 300 },
    )
  })

  test('a column that is the same everywhere takes one value, absent ends take none', () => {
    const columns = { code: ['a', 'a', 'a'], due: [undefined, 3, undefined], never: [undefined, undefined, undefined], hole: [1, undefined, null] }
    const { columns: encoded } = encodeColumns({ siret: '', siren: '', start: '2018-01', count: 3, columns })
    expect(encoded).toEqual({ code: { all: 'a' }, due: { from: 1, list: [3] }, hole: { from: 0, list: [1, null, null], absent: [1] } })
  })
})
