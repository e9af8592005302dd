import { describe, expect, test } from 'vitest'
import { featureRows, hashes, publicDocuments } from '../../cli/commands/conformance.ts'
import type { Entry } from '../../shared/domain/entity.ts'
import { addMonths, formatDay, monthSeries, parseDay } from '../../shared/domain/month.ts'
import { firstDifference, hasSamples, type RawDocument, readLines, readSample, sampleFiles } from './refine-samples.ts'

type Params = { batch: string; date_debut: string; date_fin: string; date_fin_effectif: string }
/** A column is a list, one item per period, or the same value everywhere; `∅` is absent. */
type Column = unknown[] | { all: unknown }
type ExpectedColumns = { siret: string; columns: Record<string, Column> }
type PublicSample = { _id: string; value: Record<string, unknown> }
type Case = { about: string; params: Params; rawData: RawDocument[]; expected: { features: ExpectedColumns[]; public: PublicSample[] } }

const rowsBySiret = async (params: Params, rawData: RawDocument[]): Promise<Map<string, Map<string, Record<string, unknown>>>> => {
  const found = new Map<string, Map<string, Record<string, unknown>>>()
  for await (const { _id, value } of featureRows({ params, rawData })) {
    expect(_id.batch).toBe(params.batch)
    const rows = found.get(_id.siret) ?? new Map<string, Record<string, unknown>>()
    rows.set(formatDay(_id.periode), value)
    found.set(_id.siret, rows)
  }
  return found
}

const isAll = (column: Column): column is { all: unknown } => !Array.isArray(column)
const expectedRow = (siret: string, periode: Date, columns: Record<string, Column>, place: number): Record<string, unknown> => {
  const cells = Object.entries(columns).map(([name, column]) => [name, isAll(column) ? column.all : column[place]] as const)
  return { siret, periode, ...Object.fromEntries(cells.filter(([, cell]) => cell !== '∅')) }
}

const checkFeatures = async (params: Params, rawData: RawDocument[], expected: ExpectedColumns[], months?: number): Promise<void> => {
  const found = await rowsBySiret(params, rawData)
  expect([...found.keys()].sort()).toEqual(expected.map(({ siret }) => siret).sort())
  const periodes = monthSeries(parseDay(params.date_debut)!, parseDay(params.date_fin)!)
  for (const { siret, columns } of expected) {
    expect(found.get(siret)!.size).toBe(periodes.length)
    for (const [place, periode] of periodes.slice(0, months).entries()) {
      const row = found.get(siret)!.get(formatDay(periode))
      expect(firstDifference(row, expectedRow(siret, periode, columns, place)), `${siret} ${formatDay(periode)}`).toBeUndefined()
    }
  }
}

const withoutPeriodes = ({ _id, value: { periodes: _periodes, compte, ...value } }: PublicSample) => ({
  _id,
  value: compte === undefined || Object.keys(compte as object).length === 0 ? value : { ...value, compte },
})
const checkPublic = (params: { batch: string; date_fin: string; date_debut?: string }, rawData: RawDocument[], expected: PublicSample[]): void => {
  const found = publicDocuments({ params, rawData }) as unknown as PublicSample[]
  const wanted = [...expected].sort((a, b) => (a._id < b._id ? -1 : 1))
  expect(found.map(({ _id }) => _id)).toEqual(wanted.map(({ _id }) => _id))
  for (const [i, document] of wanted.entries()) expect(firstDifference(withoutPeriodes(found[i]!), withoutPeriodes(document)), document._id).toBeUndefined()
}

describe('variables and public series give what the samples expect', () => {
  test.each(sampleFiles('mini'))('%s', async (path) => {
    const { params, rawData, expected } = readSample<Case>(path)
    const { date_debut: _ignored, ...withoutStart } = params
    await checkFeatures(params, rawData, expected.features)
    checkPublic(withoutStart, rawData, expected.public)
  })

  test.skipIf(!hasSamples).each(['2203', '2210_1'])('synthetic, batch %s: later batches are ignored', async (batch) => {
    const dates = readSample<(Params & { key: string })[]>('synthetic/batches.json').find(({ key }) => key === batch)!
    const rawData = readLines<RawDocument>('synthetic/rawdata.ndjson')
    const params = { batch, date_debut: dates.date_debut, date_fin: dates.date_fin, date_fin_effectif: dates.date_fin_effectif }
    await checkFeatures(params, rawData, readLines<ExpectedColumns>(`synthetic/features-${batch}.ndjson`))
    checkPublic({ batch, date_fin: dates.date_fin }, rawData, readLines<PublicSample>(`synthetic/public-${batch}.ndjson`))
  })

  test.skipIf(!hasSamples)('the documents of the reference: variables of 2014', async () => {
    const rawData = readLines<RawDocument>('reference/objects.rawdata.ndjson')
    const params = { batch: '1905', date_debut: '2014-01-01', date_fin: '2016-01-01', date_fin_effectif: '2016-03-01' }
    const found = await rowsBySiret(params, rawData)
    for (const { siret, columns } of readSample<ExpectedColumns[]>('reference/objects.features.2014.json')) {
      for (const [place, periode] of monthSeries(parseDay('2014-01-01')!, parseDay('2015-01-01')!).entries()) {
        const difference = firstDifference(found.get(siret)!.get(formatDay(periode)), expectedRow(siret, periode, columns, place))
        expect(difference, formatDay(periode)).toBeUndefined()
      }
    }
    const example = readSample<{ _id: { siret: string; periode: Date }; value: Record<string, unknown> }>('reference/features.row.example.json')
    expect(firstDifference(found.get(example._id.siret)!.get(formatDay(example._id.periode)), example.value)).toBeUndefined()
  })

  test.skipIf(!hasSamples)('the documents of the reference: public', () => {
    const rawData = readLines<RawDocument>('reference/objects.rawdata.ndjson')
    const expected = readLines<PublicSample>('reference/objects.public.ndjson')
    const batch = expected[0]!.value['batch'] as string
    const dates = expected.flatMap(({ value }) => (value['periodes'] as Date[] | undefined) ?? [])
    checkPublic({ batch, date_debut: formatDay(dates[0]!), date_fin: formatDay(addMonths(dates.at(-1)!, 1)) }, rawData, expected)
  })

  test.skipIf(!hasSamples)('hashes', () => {
    const { cases } = readSample<{ cases: { type: string; key: string; entry: Entry; hashed_but_not_stored?: Entry; hash: string }[] }>('unit/hashes.json')
    expect(hashes({ cases })).toEqual(cases.map(({ hash }) => ({ hash })))
  })
})
