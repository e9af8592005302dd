import type { LargeStore, SurveyDocument } from '../../shared/domain/spine/large-store.ts'
import type { MemoryData } from './memory-data.ts'
import type { Pause } from './memory-store.ts'

export type MemoryLargeOptions = { pause?: Pause | undefined; torn?: boolean }

/** What refine needs of a SIREN piece by piece, over the same documents as `memoryStore`. `surveys` outlives the store, as a collection does. */
export const memoryLarge = (
  data: MemoryData,
  surveys: Map<string, SurveyDocument>,
  { pause = async () => {}, torn = false }: MemoryLargeOptions = {},
): LargeStore => {
  /** In the order of their keys; with `torn`, what is read may change between two of them. */
  const readMany = async <Document>(name: string, map: ReadonlyMap<string, Document>, wanted: (document: Document) => boolean): Promise<Document[]> => {
    await pause(name)
    const keys = [...map.keys()].filter((key) => wanted(map.get(key) as Document)).sort()
    const found: Document[] = []
    for (const [at, key] of keys.entries()) {
      if (torn && at > 0) await pause(`${name}.next`)
      const document = map.get(key)
      if (document !== undefined && wanted(document)) found.push(document)
    }
    return found
  }
  const count = (documents: Iterable<{ siren: string }>, siren: string): number => [...documents].filter((document) => document.siren === siren).length
  return {
    async volumes(sirens) {
      await pause('large.volumes')
      return new Map(sirens.map((siren) => [siren, { raws: count(data.raws.values(), siren), imported: count(data.imported.values(), siren) }]))
    },
    async rawHeads(siren) {
      const found = await readMany('large.rawHeads', data.raws, (document) => document.siren === siren)
      return found.map(({ key, seq, version, value }) => ({ key, seq, version, algo2: value.index.algo2 }))
    },
    async importedCounts(siren) {
      const found = await readMany('large.importedCounts', data.imported, (document) => document.siren === siren)
      return new Map([...Map.groupBy(found, ({ key }) => key)].map(([key, documents]) => [key, documents.length]))
    },
    importedOf: (siren, keys) => readMany('large.importedOf', data.imported, (document) => document.siren === siren && keys.includes(document.key)),
    rawsOf: (keys) => readMany('large.rawsOf', data.raws, ({ key }) => keys.includes(key)),
    async raiseRawSeqOf(keys, seq) {
      for (const key of keys) {
        await pause('large.raiseRawSeqOf')
        const document = data.raws.get(key)
        if (document !== undefined && document.seq < seq) data.raws.set(key, Object.freeze({ ...document, seq }))
      }
    },
    async survey(siren) {
      await pause('large.survey')
      return surveys.get(siren)
    },
    async putSurvey(document) {
      await pause('large.putSurvey')
      surveys.set(document.siren, structuredClone(document))
    },
    async deleteSurvey(siren) {
      await pause('large.deleteSurvey')
      surveys.delete(siren)
    },
  }
}
