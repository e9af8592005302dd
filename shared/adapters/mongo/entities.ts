import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb'
import type { FeaturesDocument, ImportedDocument, RawDocument, ScoresDocument } from '../../domain/spine/documents.ts'
import type { EntityStore, FeaturesStore, ScoresStore } from '../../domain/spine/store.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'
import { withDoubles } from './decimals.ts'

type StoredImported = Omit<ImportedDocument, 'id'> & { _id: string }
type StoredRaw = Omit<RawDocument, 'key'> & { _id: string }
type StoredFeatures = Omit<FeaturesDocument, 'siret'> & { _id: string }
type StoredScores = ScoresDocument & { _id: string }
type Seqs = readonly { siren: string; seq: number }[]

/** Collections `ImportedData` and `RawData` (refine §§1.1, 1.2). */
export const mongoEntities = (db: Db): EntityStore => {
  const imported = db.collection<StoredImported>('ImportedData')
  const raw = db.collection<StoredRaw>('RawData')
  return {
    async putImported(documents) {
      await writeBulk(
        imported,
        documents.map(({ id, value, ...rest }): AnyBulkWriteOperation<StoredImported> => {
          return { replaceOne: { filter: { _id: id }, replacement: { ...rest, value: withDoubles(value) }, upsert: true } }
        }),
      )
    },
    imported: (sirens) =>
      withMongoErrors(async () => {
        const found = await imported.find({ siren: { $in: [...sirens] } }).toArray()
        return found.map(({ _id, ...rest }) => ({ id: _id, ...rest })).sort((a, b) => (a.id < b.id ? -1 : 1))
      }),
    deleteImported: (ids) =>
      withMongoErrors(async () => {
        for (let at = 0; at < ids.length; at += 1000) await imported.deleteMany({ _id: { $in: ids.slice(at, at + 1000) } })
      }),
    importedBelowRun: (batch, source, run, after, limit) =>
      withMongoErrors(async () => {
        const filter = { batch, source, run: { $lt: run }, ...(after === undefined ? {} : { siren: { $gt: after } }) }
        return distinctSirens(
          await imported
            .find(filter, { projection: { siren: 1 } })
            .sort({ siren: 1 })
            .limit(limit)
            .toArray(),
        )
      }),
    rawBelowRun: (batch, type, run, after, limit) =>
      withMongoErrors(async () => {
        const lower = Array.from({ length: run - 1 }, (_, before) => `${batch}:${type}:${before + 1}`)
        const filter = { held: { $in: lower }, ...(after === undefined ? {} : { siren: { $gt: after } }) }
        return distinctSirens(
          await raw
            .find(filter, { projection: { siren: 1 } })
            .sort({ siren: 1 })
            .limit(limit)
            .toArray(),
        )
      }),
    raws: (sirens) =>
      withMongoErrors(async () => {
        const found = await raw.find({ siren: { $in: [...sirens] } }).toArray()
        return found.map(({ _id, ...rest }) => ({ key: _id, ...rest })).sort((a, b) => (a.key < b.key ? -1 : 1))
      }),
    putRaws: (documents) =>
      withMongoErrors(async () => {
        const operations = documents.map(({ document: { key, value, ...rest }, read }): AnyBulkWriteOperation<StoredRaw> => {
          const stored = { ...rest, value: withDoubles(value) }
          if (read === undefined) return { insertOne: { document: { _id: key, ...stored } } }
          return { replaceOne: { filter: { _id: key, version: read, seq: { $lte: rest.seq } }, replacement: stored } }
        })
        const counts = await writeBulk(raw, operations)
        if (counts.matched + counts.inserted === documents.length) return new Set<string>()
        const stored = await raw.find({ _id: { $in: documents.map(({ document }) => document.key) } }, { projection: { version: 1 } }).toArray()
        const versions = new Map(stored.map(({ _id, version }) => [_id, version]))
        return new Set(documents.filter(({ document }) => versions.get(document.key) !== document.version).map(({ document }) => document.key))
      }),
    raiseRawSeq: (seqs) => raiseSeq(raw, seqs),
  }
}

/** Collection `Features`: one document per établissement. */
export const mongoFeatures = (db: Db): FeaturesStore => {
  const features = db.collection<StoredFeatures>('Features')
  const named = ({ _id, ...rest }: StoredFeatures): FeaturesDocument => ({ siret: _id, ...rest })
  return {
    heads: (sirens) =>
      withMongoErrors(async () => {
        const projection = { siren: 1, seq: 1, batch: 1, fingerprint: 1 }
        return (await features.find({ siren: { $in: [...sirens] } }, { projection }).toArray()).map(named)
      }),
    features: (sirens) =>
      withMongoErrors(async () => (await features.find({ siren: { $in: [...sirens] } }).toArray()).map(named).sort((a, b) => (a.siret < b.siret ? -1 : 1))),
    putFeatures: (documents) =>
      putGuarded(
        features,
        documents.map(({ siret, ...rest }) => ({ _id: siret, ...rest })),
      ),
    raiseFeaturesSeq: (seqs) => raiseSeq(features, seqs),
  }
}

/** Collection `Scores` (detect §8.1). */
export const mongoScores = (db: Db): ScoresStore => {
  const scores = db.collection<StoredScores>('Scores')
  return {
    scores: (sirens) =>
      withMongoErrors(async () =>
        (
          await scores
            .find({ siren: { $in: [...sirens] } })
            .sort({ _id: 1 })
            .toArray()
        ).map(({ _id, ...rest }) => rest),
      ),
    putScores: (documents) =>
      putGuarded(
        scores,
        documents.map((document) => ({ _id: `${document.list}:${document.siren}`, ...document })),
      ),
    raiseScoresSeq: (seqs) => raiseSeq(scores, seqs),
  }
}

/** What the guarded writes look at, whatever else a collection stores. */
type Guarded = { _id: string; siren: string; seq: number }

/** Replaces each document whole unless the stored seq is greater: the upsert then meets a duplicate key, which `writeBulk` takes for a refusal. */
const putGuarded = async <Stored extends Guarded>(collection: Collection<Stored>, documents: readonly Stored[]): Promise<void> => {
  const guarded = collection as unknown as Collection<Guarded>
  await writeBulk<Guarded>(
    guarded,
    documents.map(({ _id, ...rest }: Guarded) => ({ replaceOne: { filter: { _id, seq: { $lte: rest.seq } }, replacement: rest, upsert: true } })),
  )
}

const raiseSeq = async <Stored extends Guarded>(collection: Collection<Stored>, seqs: Seqs): Promise<void> => {
  const guarded = collection as unknown as Collection<Guarded>
  await writeBulk<Guarded>(
    guarded,
    seqs.map(({ siren, seq }) => ({ updateMany: { filter: { siren, seq: { $lt: seq } }, update: { $set: { seq } } } })),
  )
}

const distinctSirens = (documents: readonly { siren: string }[]): string[] => [...new Set(documents.map(({ siren }) => siren))]
