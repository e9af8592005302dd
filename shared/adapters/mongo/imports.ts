import { Binary, type Db } from 'mongodb'
import type { ImportDocument, RangeResult } from '../../domain/spine/documents.ts'
import type { ImportStore } from '../../domain/spine/store.ts'
import { writeBulk } from './bulk.ts'
import { withMongoErrors } from './connect.ts'

type StoredImport = Omit<ImportDocument, 'deposit'> & { _id: string }
type StoredResult = Omit<RangeResult, 'named'> & { _id: string; named: Binary }
type StoredPerimetre = { _id: string; sirens: Binary }

const importOf = ({ _id, ...rest }: StoredImport): ImportDocument => ({ deposit: _id, ...rest })

/** Ascending 32-bit integers, little-endian, as bytes. */
export const packed = (sirens: Uint32Array): Binary => new Binary(Buffer.from(sirens.buffer, sirens.byteOffset, sirens.byteLength))

export const unpacked = (binary: Binary): Uint32Array => {
  const bytes = Uint8Array.from(binary.value())
  return new Uint32Array(bytes.buffer)
}

/** Perimeters kept in memory: those of the current batch and of the one being collected. They never change once written. */
const KEPT = 4

/** Collections `Imports`, `ImportResults` and `Perimetres`. */
export const mongoImports = (db: Db): ImportStore => {
  const imports = db.collection<StoredImport>('Imports')
  const results = db.collection<StoredResult>('ImportResults')
  const perimetres = db.collection<StoredPerimetre>('Perimetres')
  const kept = new Map<string, Uint32Array>()
  const set = (deposit: string, fields: Partial<StoredImport>): Promise<void> =>
    withMongoErrors(async () => void (await imports.updateOne({ _id: deposit }, { $set: fields })))

  return {
    register: ({ deposit, ...rest }) =>
      withMongoErrors(async () => void (await writeBulk(imports, [{ updateOne: { filter: { _id: deposit }, update: { $setOnInsert: rest }, upsert: true } }]))),
    find: (deposit) =>
      withMongoErrors(async () => {
        const found = await imports.findOne({ _id: deposit })
        return found === null ? undefined : importOf(found)
      }),
    ofBatch: (batch) => withMongoErrors(async () => (await imports.find({ batch }).sort({ _id: 1 }).toArray()).map(importOf)),
    all: () => withMongoErrors(async () => (await imports.find({}).sort({ _id: 1 }).toArray()).map(importOf)),
    setPlan: (deposit, plan, perimetre) =>
      withMongoErrors(async () => {
        if (perimetre !== undefined) await perimetres.replaceOne({ _id: deposit }, { sirens: packed(perimetre) }, { upsert: true })
        await set(deposit, { plan })
      }),
    perimetre: (deposit) =>
      withMongoErrors(async () => {
        const known = kept.get(deposit)
        if (known !== undefined) return known
        const found = await perimetres.findOne({ _id: deposit })
        if (found === null) return new Uint32Array()
        const sirens = unpacked(found.sirens)
        const oldest = kept.keys().next().value
        if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest)
        kept.set(deposit, sirens)
        return sirens
      }),
    fail: (deposit, sentence) => set(deposit, { failed: sentence }),
    park: (deposit, waiting) =>
      withMongoErrors(async () => void (await imports.updateOne({ _id: deposit }, waiting === null ? { $unset: { waiting: '' } } : { $set: { waiting } }))),
    raise: (deposit, field, run) => withMongoErrors(async () => void (await imports.updateOne({ _id: deposit }, { $max: { [field]: run } }))),
    set: (deposit, flag) => set(deposit, { [flag]: true }),

    putResult: ({ named, ...rest }) =>
      withMongoErrors(
        async () => void (await results.replaceOne({ _id: `${rest.deposit}:${rest.run}:${rest.range}` }, { ...rest, named: packed(named) }, { upsert: true })),
      ),
    results: (deposit, run) =>
      withMongoErrors(async () => {
        const found = await results.find({ deposit, run }).sort({ range: 1 }).toArray()
        return found.map(({ _id, named, ...rest }) => ({ ...rest, named: unpacked(named) }))
      }),
    resultRanges: (deposit, run) =>
      withMongoErrors(async () => (await results.find({ deposit, run }, { projection: { range: 1 } }).toArray()).map(({ range }) => range)),
    deleteResults: (deposit, belowRun) => withMongoErrors(async () => void (await results.deleteMany({ deposit, run: { $lt: belowRun } }))),
  }
}
