import { afterEach, describe, expect, test } from 'vitest'
import { compactDocuments, featureRows, publicDocuments, toExtendedJson } from '../../cli/commands/conformance.ts'
import { hasSamples, type ImportedDocument, type RawDocument, readLines, readSample, type SampleBatch, sampleFiles } from './refine-samples.ts'

const original = process.env['TZ']
afterEach(() => {
  if (original === undefined) delete process.env['TZ']
  else process.env['TZ'] = original
})

type Params = { batch: string; date_debut: string; date_fin: string; date_fin_effectif: string }

/** Everything that refine computes from the samples, as one text. */
const everything = async (): Promise<string> => {
  const lines: string[] = []
  const runs = sampleFiles('mini').map((path) => readSample<{ params: Params; rawData: RawDocument[] }>(path))
  const dates = readSample<(Params & { key: string })[]>('synthetic/batches.json').find(({ key }) => key === '2210_1')!
  runs.push({ params: { ...dates, batch: dates.key }, rawData: readLines('synthetic/rawdata.ndjson') })
  for (const { params, rawData } of runs) {
    for await (const row of featureRows({ params, rawData })) lines.push(toExtendedJson(row))
    lines.push(...publicDocuments({ params: { batch: params.batch, date_fin: params.date_fin }, rawData }).map(toExtendedJson))
  }
  for (const path of sampleFiles('compact')) {
    const { batches, rawData = [], steps } = readSample<{ batches: SampleBatch[]; rawData?: RawDocument[]; steps: { import?: ImportedDocument[] }[] }>(path)
    lines.push(...compactDocuments({ batches, rawData, importedData: steps.flatMap((step) => step.import ?? []) }).map(toExtendedJson))
  }
  return lines.join('\n')
}

describe.skipIf(!hasSamples)('the time zone of the machine changes nothing', () => {
  // the offset of January, which proves that the zone is in force
  test.each([
    ['America/New_York', 300],
    ['Pacific/Auckland', -780],
  ])('%s', async (zone, offset) => {
    process.env['TZ'] = 'UTC'
    const expected = await everything()
    process.env['TZ'] = zone
    expect(new Date(2020, 0, 15).getTimezoneOffset()).toBe(offset)
    expect((await everything()) === expected).toBe(true)
  })
})
