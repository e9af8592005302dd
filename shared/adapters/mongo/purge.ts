/** What an operator removes from the base (refine §2.8). Each document is replaced on the version that was read; a pass that conflicts reads it again. */
import { randomUUID } from 'node:crypto'
import type { Db } from 'mongodb'
import { purgeFrom } from '../../domain/compaction/compact.ts'
import type { RawValue } from '../../domain/entity.ts'
import { sirenOf } from '../../domain/siren.ts'
import type { RawDocument } from '../../domain/spine/documents.ts'
import { hasSiren } from '../../domain/spine/sirens.ts'
import { withMongoErrors } from './connect.ts'
import { withDoubles } from './decimals.ts'

type StoredRaw = Omit<RawDocument, 'key'> & { _id: string }

const PAGE = 500

/**
 * Removes the batches from `from` on of every RawData document, what was imported for them and where it came from. Documents left without batch stay, empty.
 * Returns the number of documents changed.
 */
export const purgeRawData = (db: Db, from: string): Promise<number> =>
  withMongoErrors(async () => {
    await db.collection('ImportedData').deleteMany({ batch: { $gte: from } })
    await db.collection('Provenance').deleteMany({ batch: { $gte: from } })
    const raw = db.collection<StoredRaw>('RawData')
    let changed = 0
    let again: string[] = []
    for (let after = ''; ; ) {
      const page = await raw
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(PAGE)
        .toArray()
      if (page.length === 0) break
      after = page.at(-1)?._id ?? ''
      for (const document of page) {
        const outcome = await purgeOne(raw, document, from)
        if (outcome === 'changed') changed++
        if (outcome === 'conflict') again.push(document._id)
      }
    }
    while (again.length > 0) {
      const left: string[] = []
      for (const document of await raw.find({ _id: { $in: again } }).toArray()) {
        const outcome = await purgeOne(raw, document, from)
        if (outcome === 'changed') changed++
        if (outcome === 'conflict') left.push(document._id)
      }
      again = left
    }
    return changed
  })

type Collection = ReturnType<typeof rawCollection>
const rawCollection = (db: Db) => db.collection<StoredRaw>('RawData')

const purgeOne = async (raw: Collection, { _id, ...document }: StoredRaw, from: string): Promise<'same' | 'changed' | 'conflict'> => {
  if (!speaksOf(document.value, from)) return 'same'
  const value = purgeFrom(document.value, from)
  const held = document.held.filter((item) => item.slice(0, item.indexOf(':')) < from)
  const { matchedCount } = await raw.replaceOne({ _id, version: document.version }, { ...document, value: withDoubles(value), held, version: randomUUID() })
  return matchedCount === 1 ? 'changed' : 'conflict'
}

const speaksOf = (value: RawValue, from: string): boolean =>
  [value.batch, value.runs, value.stock, value.repeated].some((byBatch) => Object.keys(byBatch ?? {}).some((batch) => batch >= from))

/** What `purgeRawData` would leave of the entities of a SIREN: nothing is written. */
export const purgedPreview = (db: Db, from: string, siren: string): Promise<{ key: string; value: RawValue }[]> =>
  withMongoErrors(async () => {
    const found = await rawCollection(db).find({ siren }).sort({ _id: 1 }).toArray()
    return found.map(({ _id, value }) => ({ key: _id, value: purgeFrom(value, from) }))
  })

/** Documents of RawData whose SIREN is not in `perimetre` (ascending): how many, and of which SIRENs. */
export const outsidePerimetre = (db: Db, perimetre: Uint32Array): Promise<{ count: number; sirens: string[] }> =>
  withMongoErrors(async () => {
    const sirens = new Set<string>()
    let count = 0
    for await (const { _id } of rawCollection(db).find({}, { projection: { _id: 1 } })) {
      const siren = sirenOf(_id)
      if (hasSiren(perimetre, siren)) continue
      count++
      sirens.add(siren)
    }
    return { count, sirens: [...sirens].sort() }
  })

/** Deletes what is known of these SIRENs, variables and scores included. What is published of them goes once they are touched. Returns the RawData documents deleted. */
export const deleteSirens = (db: Db, sirens: readonly string[]): Promise<number> =>
  withMongoErrors(async () => {
    let deleted = 0
    for (let at = 0; at < sirens.length; at += PAGE) {
      const filter = { siren: { $in: sirens.slice(at, at + PAGE) } }
      deleted += (await db.collection('RawData').deleteMany(filter)).deletedCount
      for (const name of ['ImportedData', 'Features', 'Scores', 'Provenance']) await db.collection(name).deleteMany(filter)
    }
    return deleted
  })
