import { describe, expect, test } from 'vitest'
import { runSource } from '../../../tests/samples/run-source.ts'
import { MONTHS, sampleMapping, sampleOf } from '../../../tests/samples/samples.ts'
import { sources } from '../../sources/index.ts'
import { defaultSwitches, productionSwitches } from '../../sources/switches.ts'
import { invalidEntriesIn, invalidTypesIn, SCHEMAS } from './schemas.ts'

const mapping = await sampleMapping()

describe('validation', () => {
  test.each(sources.filter(({ tupleType }) => SCHEMAS[tupleType] !== undefined).map((source) => [source.name, source] as const))(
    '%s: no field of what is imported is unknown to its schema',
    async (name, source) => {
      const { bytes, name: file } = sampleOf(name)
      for (const switches of [defaultSwitches, productionSwitches]) {
        const { tuples } = await runSource(source, bytes, { name: file, mapping, months: MONTHS, switches })
        const entries = Object.fromEntries(tuples.map(({ key, hash, value }) => [`${key}${hash}`, value]))
        const batches = { '1804': { [source.tupleType]: entries } }
        expect(invalidTypesIn('id', batches)).toEqual([])
        const invalid = invalidEntriesIn('id', batches)
        const problems = invalid.flatMap((one) => one.problems)
        expect(problems.filter((problem) => /nrecognized/.test(problem))).toEqual([])
        expect(invalid.length).toBeLessThan(Object.keys(entries).length)
      }
    },
  )

  test('a number is an integer, a long, a double or a decimal, and never null (as MongoDB reads them)', () => {
    const date = new Date('2020-01-01T00:00:00Z')
    const driver = (_bsontype: string, text: string) => ({ _bsontype, toString: () => text })
    const [long, decimal] = [driver('Long', '9007199254740993'), driver('Decimal128', '2.50')]
    const entries = { a: 3, b: 2.5, c: long, d: decimal, e: null, f: '3', g: {} }
    const paydex = Object.fromEntries(Object.entries(entries).map(([hash, nb_jours]) => [hash, { date_valeur: date, nb_jours }]))
    expect(invalidEntriesIn('301000001', { '2001': { paydex } }).map(({ dataHash }) => dataHash)).toEqual(['e', 'f', 'g'])
    const delai = { a: 1, b: driver('Long', '0') }
    const problems = invalidEntriesIn('1', {
      '2001': { delai: Object.fromEntries(Object.entries(delai).map(([hash, duree_delai]) => [hash, { duree_delai }])) },
    })
    expect(problems.map((one) => one.problems.filter((problem) => problem.startsWith('duree_delai')).length)).toEqual([0, 1])
  })

  test('types that are no objects are told apart; a property too many, a null and a label that nobody knows are told; types without schema are not checked', () => {
    const date = new Date('2020-01-01T00:00:00Z')
    const batches = {
      '2001': {
        paydex: { a: { date_valeur: date, nb_jours: 3 }, b: { date_valeur: date, nb_jours: null }, c: { date_valeur: date, nb_jours: 1, x: 1 } },
        procol: { d: { date_effet: date, action_procol: '', stade_procol: 'ouverture' } },
        delai: ['x'],
        reporder: 3,
        compact: { delete: {} },
      },
    }
    expect(invalidTypesIn('30100000100011', batches)).toEqual([{ _id: '30100000100011', batchKey: '2001', dataType: 'delai', dataPerHash: ['x'] }])
    expect(invalidEntriesIn('30100000100011', batches).map(({ dataType, dataHash }) => [dataType, dataHash])).toEqual([
      ['paydex', 'b'],
      ['paydex', 'c'],
      ['procol', 'd'],
    ])
  })
})
