import { expect, test } from 'vitest'
import { Condensed } from '../../shared/domain/detection/condense.ts'
import { loadArtefactJson } from '../../shared/domain/detection/load.ts'
import { tinyArtefact } from '../../shared/domain/detection/tiny-artefact.ts'
import type { FeatureColumns, FeatureValue } from '../../shared/domain/features.ts'
import { RulesError } from '../../shared/domain/rules-error.ts'
import type { FeaturesDocument } from '../../shared/domain/spine/documents.ts'
import type { LargeFeatures } from '../../shared/domain/spine/large-store.ts'
import { encodeColumns } from '../../shared/domain/variables/storage.ts'
import { condensedFeatures } from './condensed.ts'
import { detectorOf } from './detector.ts'

const SIREN = '552100554'
const COUNT = 24
const START = '2023-11'
const window = { dateDebut: new Date('2023-11-01'), dateFin: new Date('2025-11-01'), dateFinEffectif: new Date('2025-09-01') }
const filled = (value: FeatureValue): FeatureValue[] => new Array<FeatureValue>(COUNT).fill(value)

const documentOf = (key: string, columns: FeatureColumns['columns'], entreprise?: FeatureColumns['entreprise']): FeaturesDocument => ({
  siret: key,
  siren: SIREN,
  seq: 1,
  batch: '2511',
  fingerprint: 'f',
  columns: encodeColumns({ siret: key, siren: SIREN, start: START, count: COUNT, columns, ...(entreprise === undefined ? {} : { entreprise }) }),
})

const documents: FeaturesDocument[] = [
  documentOf(
    SIREN,
    { effectif_ent: filled(120), effectif_ent_past_12: filled(150), paydex_nb_jours: filled(12), procol_etat: filled('in_bonis') },
    { procol_ouvertures: { liquidation: [], redressement: [], sauvegarde: [] }, exclu: null },
  ),
  ...Array.from({ length: 40 }, (_, number) =>
    documentOf(`${SIREN}${String(number).padStart(5, '0')}`, {
      effectif: filled(number % 3 === 0 ? null : number),
      cotisation: filled(100.1 * number),
      cotisation_moy12m: filled(99.7 * number),
      montant_part_ouvriere: filled(number % 2 === 0 ? 1000.3 * number : 0),
      montant_part_patronale: filled(17.01 * number),
      montant_part_patronale_past_3: filled(3.3 * number),
      delai_nb_jours_restants: filled(number === 7 ? 120 : undefined),
      ratio_dette: filled(0.5),
    }),
  ),
  { siret: `${SIREN}99999`, siren: SIREN, seq: 1, batch: '2511', fingerprint: 'f' },
]

const watch = { most: 0, columns: new Set<string>() }
const store: LargeFeatures = {
  counts: async () => new Map([[SIREN, documents.length]]),
  keys: async () => documents.map(({ siret }) => siret).sort(),
  featuresOf: async (keys, names) => {
    const found = documents.filter(({ siret }) => keys.includes(siret))
    watch.most = Math.max(watch.most, found.length)
    return found.map((document) => {
      if (names === undefined || document.columns === undefined) return document
      const { columns, ...identity } = document.columns as ReturnType<typeof encodeColumns>
      const kept = Object.entries(columns).filter(([name]) => names.includes(name))
      for (const [name] of kept) watch.columns.add(name)
      return { ...document, columns: { ...identity, columns: Object.fromEntries(kept) } }
    })
  },
}

test('a large SIREN is scored as if its établissements were read together, and a piece of them is read at a time', async () => {
  const condensed = await condensedFeatures(store, 6)(SIREN)
  expect(condensed).toHaveLength(2)
  expect(watch.most).toBe(6)
  expect(watch.columns).not.toContain('ratio_dette')
  for (const type of ['logistic', 'forest'] as const) {
    const detector = detectorOf(loadArtefactJson(tinyArtefact(type)))
    const together = detector.score({ siren: SIREN, list: '2511', window, features: documents })
    expect(together).toHaveProperty('content')
    expect(detector.score({ siren: SIREN, list: '2511', window, features: condensed })).toEqual(together)
  }
})

test('a SIREN whose documents are all tombstones has nothing to score', async () => {
  const gone = documents.slice(-1)
  const empty: LargeFeatures = {
    ...store,
    keys: async () => gone.map(({ siret }) => siret),
    featuresOf: async (keys) => gone.filter(({ siret }) => keys.includes(siret)),
  }
  expect(await condensedFeatures(empty, 6)(SIREN)).toEqual([])
  expect(new Condensed().columns()).toBeUndefined()
})

test('variables that cannot be read are the error of their SIREN', async () => {
  const broken: LargeFeatures = {
    ...store,
    featuresOf: async (keys) => keys.map((siret) => ({ ...documents[1], siret, columns: 'broken' }) as FeaturesDocument),
  }
  await expect(condensedFeatures(broken, 6)(SIREN)).rejects.toThrow(RulesError)
})
