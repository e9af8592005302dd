import { Condensed, LARGEST, SUMMED } from '../../shared/domain/detection/condense.ts'
import { byRules } from '../../shared/domain/rules-error.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { FeaturesDocument } from '../../shared/domain/spine/documents.ts'
import type { LargeFeatures } from '../../shared/domain/spine/large-store.ts'
import { piecesOf } from '../../shared/domain/spine/volume.ts'
import { encodeColumns, parseFeatures } from '../../shared/domain/variables/storage.ts'

/** The entreprise, and its établissements as one: they are read `piece` at a time, with the columns that scoring reads. */
export const condensedFeatures =
  (store: LargeFeatures, piece: number) =>
  async (siren: string): Promise<FeaturesDocument[]> => {
    const keys = await store.keys(siren)
    const documents = await store.featuresOf(keys.filter(isSiren))
    const condensed = new Condensed()
    let last: FeaturesDocument | undefined
    for (const some of piecesOf(
      keys.filter((key) => !isSiren(key)),
      piece,
    )) {
      for (const document of await store.featuresOf(some, [...SUMMED, ...LARGEST])) {
        if (document.columns === undefined) continue
        const { columns } = document
        byRules(() => condensed.add(parseFeatures(columns)))
        last = document
      }
    }
    const columns = byRules(() => condensed.columns())
    return last === undefined || columns === undefined ? documents : [...documents, { ...last, siret: columns.siret, columns: encodeColumns(columns) }]
  }
