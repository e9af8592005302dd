import { describe, expect, test } from 'vitest'
import { compactDocuments, purgeDocuments } from '../../cli/commands/conformance.ts'
import { stateAt } from '../../shared/domain/compaction/compact.ts'
import { addedTypes, batchKeys, markerOf } from '../../shared/domain/compaction/state.ts'
import type { RawBatch, RawValue } from '../../shared/domain/entity.ts'
import { formatDay } from '../../shared/domain/month.ts'
import { firstDifference, hasSamples, type ImportedDocument, type RawDocument, readLines, readSample, type SampleBatch, sampleFiles } from './refine-samples.ts'

type Expected = RawDocument & {
  reporder_periods?: string[]
  reporder_kept?: Record<string, number>
}
type Step = {
  import?: ImportedDocument[]
  since?: string
  purge?: string
  expected: Expected[]
  states: Record<string, Record<string, Record<string, string[]>>>
}
type Scenario = {
  about: string
  batches: SampleBatch[]
  rawData?: RawDocument[]
  steps: Step[]
}

/** What refine §8.2 compares of a document: additions and deletions as sets, without `reporder` nor what is empty. */
const comparable = (value: RawValue) => ({
  key: value.key,
  scope: value.scope,
  index: value.index,
  batch: Object.fromEntries(
    batchKeys(value.batch)
      .map((key) => [key, comparableBatch(value.batch[key] ?? {})])
      .filter(([, batch]) => Object.keys(batch as object).length > 0),
  ),
})
const comparableBatch = (batch: RawBatch) => {
  const types = addedTypes(batch).filter((type) => type !== 'reporder' && Object.keys(batch[type] ?? {}).length > 0)
  const deletions = Object.entries(markerOf(batch)?.delete ?? {}).filter(([, hashes]) => hashes.length > 0)
  return {
    ...Object.fromEntries(types.map((type) => [type, batch[type]])),
    ...(deletions.length > 0
      ? {
          compact: Object.fromEntries(deletions.map(([type, hashes]) => [type, [...hashes].sort()])),
        }
      : {}),
  }
}
const holdsBatch = (document: RawDocument): boolean => Object.keys(comparable(document.value).batch).length > 0

const reporderOf = (value: RawValue): Map<string, number> => {
  const found = new Map<string, number>()
  for (const batch of Object.values(value.batch)) {
    for (const entry of Object.values(batch['reporder'] ?? {}) as {
      periode: Date
      random_order: number
    }[]) {
      expect(found.has(formatDay(entry.periode)), 'one entry per period').toBe(false)
      found.set(formatDay(entry.periode), entry.random_order)
    }
  }
  return found
}

describe('compaction gives what the samples expect', () => {
  test.each(sampleFiles('compact'))('%s', (path) => {
    const { batches, rawData, steps } = readSample<Scenario>(path)
    let documents: RawDocument[] = rawData ?? []
    for (const [i, step] of steps.entries()) {
      documents =
        step.purge === undefined
          ? compactDocuments({
              batches,
              importedData: step.import ?? [],
              rawData: documents,
            })
          : purgeDocuments({ since: step.purge, rawData: documents })
      const byId = new Map(documents.filter(holdsBatch).map((document) => [document._id, document]))
      const wanted = step.expected.filter(holdsBatch)
      expect([...byId.keys()].sort(), `step ${i}`).toEqual(wanted.map(({ _id }) => _id).sort())
      for (const expected of wanted) {
        const actual = byId.get(expected._id)!
        expect(firstDifference(comparable(actual.value), comparable(expected.value)), `step ${i} ${expected._id}`).toBeUndefined()
        if (expected.reporder_periods !== undefined) expect([...reporderOf(actual.value).keys()].sort(), `step ${i}`).toEqual(expected.reporder_periods)
        for (const [day, kept] of Object.entries(expected.reporder_kept ?? {})) expect(reporderOf(actual.value).get(day), `step ${i} ${day}`).toBe(kept)
      }
      for (const [key, byBatch] of Object.entries(step.states)) {
        for (const [batch, byType] of Object.entries(byBatch)) {
          const found = documents.find((document) => document._id === key)
          const state = found === undefined ? new Map<string, Map<string, unknown>>() : stateAt(found.value, batch)
          const hashes = [...state]
            .filter(([type, entries]) => type !== 'reporder' && entries.size > 0)
            .map(([type, entries]) => [type, [...entries.keys()].sort()])
          expect(Object.fromEntries(hashes), `step ${i} ${key} at ${batch}`).toEqual(byType)
        }
      }
    }
  })

  test.skipIf(!hasSamples)('synthetic: four batches imported one by one, in reverse order, and all at once', () => {
    const { batches } = readSynthetic()
    const imports = batches.map(({ key }) => readLines<ImportedDocument>(`synthetic/imported-${key}.ndjson`))
    const expected = new Map(readLines<RawDocument>('synthetic/rawdata.ndjson').map((document) => [document._id, document]))
    const oneByOne = imports.reduce<RawDocument[]>((rawData, importedData) => compactDocuments({ batches, importedData, rawData }), [])
    const backwards = [...imports].reverse().reduce<RawDocument[]>((rawData, importedData) => compactDocuments({ batches, importedData, rawData }), [])
    const atOnce = compactDocuments({
      batches,
      importedData: imports.flat(),
      rawData: [],
    })
    for (const documents of [oneByOne, backwards, atOnce]) {
      const held = documents.filter(holdsBatch)
      expect(held.length).toBe([...expected.values()].filter(holdsBatch).length)
      for (const { _id, value } of held) expect(firstDifference(comparable(value), comparable(expected.get(_id)!.value)), _id).toBeUndefined()
    }
    expect(firstDifference(backwards, oneByOne)).toBeUndefined()
    expect(firstDifference(atOnce, oneByOne)).toBeUndefined()
  })
})

type SyntheticBatch = {
  key: string
  complete_types: string[]
  date_debut: string
  date_fin: string
}

const readSynthetic = () => ({
  batches: readSample<SyntheticBatch[]>('synthetic/batches.json').map(({ key, complete_types, date_debut, date_fin }) => ({
    key,
    complete_types,
    param: { date_debut, date_fin },
  })),
})
