import { beforeAll, describe, expect, test } from 'vitest'
import { type Dataset, datasetOf, rowsOf, splitOf, type TrainingEntity } from '../../shared/domain/detection/dataset.ts'
import { entityFeatures } from '../../shared/domain/detection/entity-features.ts'
import { guardsOf } from '../../shared/domain/detection/guards.ts'
import { encodeArtefact, loadArtefact, scoreSiren } from '../../shared/domain/detection/index.ts'
import { INPUTS } from '../../shared/domain/detection/inputs.ts'
import { averagePrecision, positivesOf } from '../../shared/domain/detection/metrics.ts'
import { rowOf } from '../../shared/domain/detection/row.ts'
import { positiveWeight, type Trained, type TrainOptions, train } from '../../shared/domain/detection/train.ts'
import { type SampleEntity, sampleFeatures } from './features.ts'
import { batchMonth } from './generate.ts'

const seed = 3
const batch = '2511'
const settings = { completeTo: batchMonth(batch) - 1, horizon: 18, splitSeed: 1, seed }
const options = (algo: TrainOptions['algo']): TrainOptions => ({
  id: `essai-${algo}`,
  algo,
  batch,
  seed,
  dataset: settings,
  code: 'test',
  node: '24.x',
  forest: { trees: 8, depth: 6 },
})

describe('training on a sample, through the parsers and the variables', () => {
  let entities: SampleEntity[]
  let dataset: Dataset
  let logistic: Trained

  beforeAll(async () => {
    entities = []
    for await (const entity of sampleFeatures({ companies: 700, seed, batch, origin: '2017-11' })) entities.push(entity)
    dataset = await datasetOf(entities, settings)
    logistic = train(dataset, options('logistic'))
  }, 60_000)

  test('no SIREN is in two splits, and the split stays when entreprises are added', () => {
    for (const split of ['train', 'validation', 'test'] as const) {
      for (const place of rowsOf(dataset, split, 'keep')) expect(splitOf(dataset.sirens[dataset.entity[place] as number] as string, 1)).toBe(split)
    }
  })

  test('labels stop eighteen months before the last complete one, and strong rows are never learnt from', () => {
    expect(Math.max(...dataset.month)).toBeLessThanOrEqual(settings.completeTo - 18)
    expect([...rowsOf(dataset, 'train', 'drop')].every((place) => dataset.strong[place] === 0)).toBe(true)
    expect(dataset.strong.some((strong) => strong === 1)).toBe(true)
  })

  test('positives weigh 35 %', () => {
    const labels = Uint8Array.from(rowsOf(dataset, 'train', 'drop'), (place) => dataset.label[place] as number)
    const positives = positivesOf(labels)
    const weight = positiveWeight(labels) * positives
    expect(Math.abs(weight / (weight + labels.length - positives) - 0.35)).toBeLessThan(1e-12)
  })

  test('the order in which entreprises come reaches no byte of the artefact; another seed does', async () => {
    const again = train(await datasetOf([...entities].reverse(), settings), options('logistic'))
    expect(encodeArtefact(again.loaded.artefact)).toEqual(encodeArtefact(logistic.loaded.artefact))
    const small = { ...options('forest'), forest: { trees: 2, depth: 4 } }
    const forest = train(dataset, small).loaded.artefact
    expect(encodeArtefact(train(dataset, small).loaded.artefact)).toEqual(encodeArtefact(forest))
    expect(train(dataset, { ...small, seed: seed + 1 }).loaded.artefact.sha256).not.toBe(forest.sha256)
  })

  test('the model finds those that will fail, and not better than what made the data', () => {
    const { drop, keep } = logistic.metrics.test
    expect(drop.lift).toBeGreaterThan(2)
    expect(drop.auc).toBeGreaterThan(0.62)
    expect(keep.lift).toBeGreaterThan(3)
    const hidden = new Map(entities.map((entity) => [entity.siren, entity.hidden]))
    const rows = rowsOf(dataset, 'test', 'drop')
    const ceiling = averagePrecision(
      Float64Array.from(
        rows,
        (place) => hidden.get(dataset.sirens[dataset.entity[place] as number] as string)?.[(dataset.month[place] as number) - (2017 * 12 + 10)] as number,
      ),
      Uint8Array.from(rows, (place) => dataset.label[place] as number),
    )
    expect(drop.ap).toBeLessThan(ceiling)
  })

  test('shuffled labels teach nothing', async () => {
    const labels = Uint8Array.from(dataset.label, (_, place) => dataset.label[(place * 7_919 + 13) % dataset.label.length] as number)
    const { drop } = train({ ...dataset, label: labels, strong: new Uint8Array(labels.length) }, options('logistic')).metrics.test
    expect(drop.lift).toBeGreaterThan(0.6)
    expect(drop.lift).toBeLessThan(1.5)
  })

  test('what is not in the data contributes nothing', () => {
    const { contributions } = loadArtefact(encodeArtefact(logistic.loaded.artefact))
    const phi = contributions(Float64Array.from(dataset.columns, (column) => column[0] as number))
    INPUTS.forEach(({ theme }, i) => {
      if (theme === 'sante_financiere' || theme === 'retards_paiement' || theme === 'activite_partielle') expect(Math.abs(phi[i] as number)).toBe(0)
    })
  })

  test('every entreprise of the perimeter gets a score in [0, 1], an alert for a few', () => {
    const results = entities.map(({ siren, features }) => scoreSiren(logistic.loaded, { siren, list: batch, features }))
    const scores = results.flatMap((result) => ('score' in result ? [result.score] : []))
    expect(scores.length).toBeGreaterThan(entities.length * 0.95)
    expect(scores.every(({ score }) => score >= 0 && score <= 1)).toBe(true)
    const alerts = scores.filter(({ level }) => level >= 1).length / scores.length
    expect(alerts).toBeGreaterThan(0.02)
    expect(alerts).toBeLessThan(0.35)
  })

  test('data after a month change nothing of its inputs, but for headcounts that are carried over', () => {
    const carried = new Set(['effectif', 'effectif_var12m', 'dette_par_effectif', 'dette_par_effectif_diff3m'])
    const month = batchMonth(batch) - 20
    for (const { features } of entities.slice(0, 60)) {
      const whole = rowOf(entityFeatures(features), month)
      const cut = features.map((document) => {
        const count = month - (Number(document.start.slice(0, 4)) * 12 + Number(document.start.slice(5)) - 1) + 1
        return { ...document, count, columns: Object.fromEntries(Object.entries(document.columns).map(([name, column]) => [name, column.slice(0, count)])) }
      })
      const known = rowOf(entityFeatures(cut), month)
      INPUTS.forEach(({ name }, i) => {
        if (!carried.has(name)) expect(known[i], name).toBe(whole[i])
      })
    }
  })

  test('guards tell a model that would flag everybody', () => {
    const { artefact } = logistic.loaded
    const guards = guardsOf(artefact, logistic.metrics, { scores: new Array<number>(100).fill(0.99), before: new Array<0>(100).fill(0) })
    const failed = guards.filter(({ ok }) => !ok).map(({ guard }) => guard)
    expect(failed).toEqual(expect.arrayContaining(['red_share', 'alert_share', 'changed_level']))
  })
})

test('a sample without failures is refused, with a sentence', async () => {
  const none: TrainingEntity[] = []
  const dataset = await datasetOf(none, settings)
  expect(() => train(dataset, options('logistic'))).toThrow('Données d’apprentissage insuffisantes')
})
