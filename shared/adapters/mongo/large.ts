import { BSON, type Db } from 'mongodb'
import type { ImportedDocument, RawDocument } from '../../domain/spine/documents.ts'
import type { LargeStore, SurveyDocument, Volume } from '../../domain/spine/large-store.ts'
import { withMongoErrors } from './connect.ts'
import { withDoubles } from './decimals.ts'

type StoredImported = Omit<ImportedDocument, 'id'> & { _id: string }
type StoredRaw = Omit<RawDocument, 'key'> & { _id: string }
type StoredSurvey = Omit<SurveyDocument, 'siren'> & { _id: string }
type Head = { _id: string; seq: number; version: string; value?: { index?: { algo2?: boolean } } }

/**
 * The entities of one SIREN at a time, on the collections of `mongoEntities`, and `Surveys`, which is empty but for the SIRENs whose pass was cut.
 * Counting reads the index on `siren` alone.
 */
export const mongoLarge = (db: Db): LargeStore => {
  const imported = db.collection<StoredImported>('ImportedData')
  const raw = db.collection<StoredRaw>('RawData')
  const surveys = db.collection<StoredSurvey>('Surveys')
  const counted = async (collection: typeof imported | typeof raw, sirens: readonly string[]): Promise<{ _id: string; count: number }[]> =>
    collection
      .aggregate<{ _id: string; count: number }>([{ $match: { siren: { $in: [...sirens] } } }, { $group: { _id: '$siren', count: { $sum: 1 } } }])
      .toArray()
  return {
    volumes: (sirens) =>
      withMongoErrors(async () => {
        const volumes = new Map<string, Volume>()
        for (const { _id, count } of await counted(raw, sirens)) volumes.set(_id, { raws: count, imported: 0 })
        for (const { _id, count } of await counted(imported, sirens)) volumes.set(_id, { raws: volumes.get(_id)?.raws ?? 0, imported: count })
        return volumes
      }),
    rawHeads: (siren) =>
      withMongoErrors(async () => {
        const projection = { seq: 1, version: 1, 'value.index.algo2': 1 }
        const heads = await raw.find<Head>({ siren }, { projection }).toArray()
        return heads.map(({ _id, seq, version, value }) => ({ key: _id, seq, version, algo2: value?.index?.algo2 === true })).sort(byKey)
      }),
    importedCounts: (siren) =>
      withMongoErrors(async () => {
        const counts = new Map<string, number>()
        for await (const { key } of imported.find({ siren }, { projection: { key: 1 } })) counts.set(key, (counts.get(key) ?? 0) + 1)
        return counts
      }),
    importedOf: (siren, keys) =>
      withMongoErrors(async () => {
        const found = await imported.find({ siren, key: { $in: [...keys] } }).toArray()
        return found.map(({ _id, ...rest }) => ({ id: _id, ...rest })).sort((a, b) => (a.id < b.id ? -1 : 1))
      }),
    rawsOf: (keys) =>
      withMongoErrors(async () => {
        const found = await raw.find({ _id: { $in: [...keys] } }).toArray()
        return found.map(({ _id, ...rest }) => ({ key: _id, ...rest })).sort(byKey)
      }),
    raiseRawSeqOf: (keys, seq) => withMongoErrors(async () => void (await raw.updateMany({ _id: { $in: [...keys] }, seq: { $lt: seq } }, { $set: { seq } }))),
    survey: (siren) =>
      withMongoErrors(async () => {
        const found = await surveys.findOne({ _id: siren })
        if (found === null) return undefined
        const { _id, ...rest } = found
        return { siren: _id, ...rest }
      }),
    putSurvey: ({ siren, ...rest }) => withMongoErrors(async () => void (await surveys.replaceOne({ _id: siren }, rest, { upsert: true }))),
    deleteSurvey: (siren) => withMongoErrors(async () => void (await surveys.deleteOne({ _id: siren }))),
  }
}

/** Size of a document of RawData as MongoDB stores it. */
export const documentBytes = (document: RawDocument): number =>
  BSON.calculateObjectSize({ ...document, value: withDoubles(document.value) }, { ignoreUndefined: true })

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1)
