import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { batchMonth } from '../../localstack/sample/generate.ts'
import { type Artefact, ArtefactId } from '../../shared/domain/detection/artefact.ts'
import { cardOf } from '../../shared/domain/detection/card.ts'
import { datasetOf, rowsOf, type Split } from '../../shared/domain/detection/dataset.ts'
import { type Metrics, metricsOf } from '../../shared/domain/detection/evaluate.ts'
import { guardsOf } from '../../shared/domain/detection/guards.ts'
import { artefactFile, encodeArtefact, POINTER_NAME, type Pointer } from '../../shared/domain/detection/index.ts'
import { readyArtefact } from '../../shared/domain/detection/load.ts'
import { train } from '../../shared/domain/detection/train.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { type FeaturesChoice, withFeatures } from '../model-features.ts'
import { activeModel, MODELS, modelIds, readModel } from '../model-folder.ts'
import { print, table } from '../output.ts'

const HORIZON = 18

const positive = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('A positive integer is expected.')
  return Number(text)
}

type Common = { models: string; json?: boolean }
type Reading = Common & FeaturesChoice & { seed: number; to?: string }

const models = new Option('--models <dir>', 'folder of the artefacts and of the pointer to the active one').default(process.env['MODELS_ROOT'] ?? MODELS)

const reading = (command: Command): Command =>
  command
    .requiredOption('--features <AAMM>', 'batch whose Features are read')
    .option('--sample <n>', 'read those of n invented entreprises, not those of the platform', positive)
    .option('--sample-seed <n>', 'seed of the sample', positive, 1)
    .option('--to <AAAA-MM>', 'last month for which procedures are complete (default: the one before the batch)')
    .option('--stack <file>', 'file of the running stack')

/** `sf model`: trains, evaluates, shows and activates artefacts (detect §4.1). Training is never part of a function. */
export const modelCommand = (): Command => {
  const model = new Command('model').description('train, evaluate, show and activate detection models')
  reading(model.command('train').description('learn an artefact from Features'))
    .addOption(new Option('--algo <algo>', 'kind of model').choices(['logistic', 'forest']).default('logistic'))
    .option('--id <id>', 'name of the artefact (default: kind, batch and seed)')
    .option('--seed <n>', 'of the split and of the model', positive, 42)
    .option('--trees <n>', 'trees of a forest', positive, 100)
    .option('--depth <n>', 'depth of its trees', positive, 9)
    .option('--bins <n>', 'bins by input, 255 at most', positive, 64)
    .option('--min-leaf <n>', 'least weight of a leaf', positive, 20)
    .requiredOption('-o, --output <dir>', 'where to write the artefact and its card')
    .option('--json', 'one JSON value')
    .action(trainAction)
  reading(model.command('evaluate').description('metrics of an artefact on Features'))
    .requiredOption('--model <file|id>', 'artefact')
    .addOption(new Option('--split <split>', 'rows').choices(['test', 'validation', 'train']).default('test'))
    .addOption(new Option('--strong <what>', 'companies already in procedure').choices(['keep', 'drop']).default('drop'))
    .addOption(models)
    .option('--json', 'one JSON value')
    .action(evaluateAction)
  model.command('list').description('artefacts of the folder').addOption(models).option('--json', 'one JSON value').action(listAction)
  model
    .command('inspect')
    .alias('show')
    .description('what an artefact says of itself')
    .argument('<file|id>')
    .addOption(models)
    .option('--json', 'one JSON value')
    .action(inspectAction)
  model.command('check').description('every check made at load').argument('<file>').addOption(models).option('--json', 'one JSON value').action(checkAction)
  model
    .command('activate')
    .description('check, then make it the one that new lists take')
    .argument('<file|id>')
    .addOption(models)
    .option('--description <text>', 'what the lists will say of it')
    .option('--force', 'override the guards')
    .option('--json', 'one JSON value')
    .action(activateAction)
  return model
}

const settingsOf = ({ features, to }: FeaturesChoice & { to?: string }, splitSeed: number, seed: number) => {
  if (to !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(to)) throw new AppError('INPUT_INVALID', `« ${to} » n’est pas un mois (AAAA-MM attendu)`)
  const completeTo = to === undefined ? batchMonth(features) - 1 : Number(to.slice(0, 4)) * 12 + Number(to.slice(5)) - 1
  return { completeTo, horizon: HORIZON, splitSeed, seed }
}

type TrainAction = Reading & { algo: 'logistic' | 'forest'; id?: string; trees: number; depth: number; bins: number; minLeaf: number; output: string }

const trainAction = async (options: TrainAction): Promise<void> => {
  const { algo, features, seed, output } = options
  if (options.bins > 255) throw new AppError('INPUT_INVALID', 'bins : 255 au plus')
  if (options.id !== undefined && !ArtefactId.safeParse(options.id).success)
    throw new AppError('INPUT_INVALID', `« ${options.id} » n’est pas un nom de modèle : 3 à 40 lettres minuscules, chiffres ou tirets sont attendus.`)
  await mkdir(output, { recursive: true })
  const dataset = settingsOf(options, seed, seed)
  const rows = await withFeatures(options, (entities) => datasetOf(entities, dataset))
  const trained = train(rows, {
    ...{ id: options.id ?? `${algo === 'logistic' ? 'logistique' : 'foret'}-${features}-${seed}`, algo, batch: features, seed, dataset },
    ...{ code: options.sample === undefined ? 'platform' : 'sample', node: `${process.versions.node.split('.')[0]}.x` },
    forest: { trees: options.trees, depth: options.depth, bins: options.bins, minLeaf: options.minLeaf },
    warn: (message) => process.stderr.write(`sf: ${message}\n`),
  })
  const { artefact } = trained.loaded
  const file = join(output, artefactFile(artefact.id))
  await writeFile(file, encodeArtefact(artefact))
  const origin = options.sample === undefined ? `Learnt from the Features of batch ${features}.` : sampleOrigin(options.sample, options.sampleSeed ?? 1)
  await writeFile(join(output, `${artefact.id}.md`), cardOf(artefact, trained.metrics, origin))
  const { id, sha256, trainedOn, thresholds, metrics } = artefact
  const result = { id, file, sha256, kind: artefact.model.type, trainedOn, thresholds: { F1: thresholds.F1, F2: thresholds.F2 }, metrics }
  print(options.json, result, () => [file, ...metricLines([['test', trained.metrics.test.drop]])])
}

const sampleOrigin = (companies: number, seed: number): string =>
  `Learnt from ${companies} invented entreprises (\`sf sample\`, seed ${seed}), with what their eight sources tell: contributions, debts, headcounts and procedures; neither accounts, nor partial activity, nor late payments. It shows the chain; it is no model for real entreprises.`

const evaluateAction = async (options: Reading & { model: string; split: Split; strong: 'keep' | 'drop' }): Promise<void> => {
  const { artefact } = (await readModel(options.models, options.model)).loaded
  const rows = await withFeatures(options, (entities) => datasetOf(entities, settingsOf(options, artefact.trainedOn.splitSeed, artefact.trainedOn.seed)))
  const metrics = metricsOf(rows, readyArtefact(artefact), rowsOf(rows, options.split, options.strong))
  print(options.json, { id: artefact.id, features: options.features, split: options.split, strong: options.strong, metrics }, () =>
    metricLines([[options.split, metrics]]),
  )
}

const metricLines = (sets: [string, Metrics][]): string[] =>
  table([
    ['rows', 'n', 'prior', 'AP', 'lift', 'AUC', 'red: F P R share', 'orange: F P R share'],
    ...sets.map(([name, m]) => {
      const at = ({ f, precision, recall, alertShare }: Metrics['red']): string => [f, precision, recall, alertShare].map((x) => x.toFixed(3)).join(' ')
      return [name, String(m.rows), m.prior.toFixed(4), m.ap.toFixed(3), m.lift.toFixed(2), m.auc.toFixed(3), at(m.red), at(m.orange)]
    }),
  ])

/** The test metrics that an artefact carries; absent for one made elsewhere. */
const testMetrics = ({ metrics }: Artefact): Partial<Metrics> => {
  const { test } = metrics as { test?: { drop?: Metrics } }
  return test?.drop ?? {}
}

const listAction = async ({ models: folder, json }: Common): Promise<void> => {
  const active = await activeModel(folder)
  const found: { id: string; active: boolean; kind: string; createdFrom: string; metrics: { test: Partial<Metrics> } }[] = []
  for (const id of await modelIds(folder)) {
    const { artefact } = (await readModel(folder, id)).loaded
    found.push({ id, active: active?.id === id, kind: artefact.model.type, createdFrom: artefact.trainedOn.batch, metrics: { test: testMetrics(artefact) } })
  }
  print(json, { models: found }, () =>
    table(
      found.map(({ id, active: is, kind, createdFrom, metrics: { test } }) => [
        is ? '*' : ' ',
        id,
        kind,
        createdFrom,
        `lift ${test.lift ?? '?'}`,
        `AUC ${test.auc ?? '?'}`,
      ]),
    ),
  )
}

const inspectAction = async (model: string, { models: folder, json }: Common): Promise<void> => {
  const { loaded, bytes } = await readModel(folder, model)
  const { artefact } = loaded
  const { id, featureSet, target, trainedOn, base, calibration, thresholds, maxSourceAgeMonths, metrics, sha256 } = artefact
  const trees = 'trees' in artefact.model ? artefact.model.trees : []
  const value = {
    ...{ id, active: (await activeModel(folder))?.id === id, kind: artefact.model.type, createdFrom: trainedOn.batch, featureSet, target, trainedOn },
    features: artefact.features.map(({ name, theme, parent }) => ({ name, theme, parent })),
    ...{ base, calibration, thresholds, maxSourceAgeMonths, metrics },
    size: { trees: trees.length, nodes: trees.reduce((sum, { f }) => sum + f.length, 0), bytes: bytes.length },
    sha256,
  }
  print(json, value, () => {
    const test = testMetrics(artefact)
    return table([
      ['id', id],
      ['actif', value.active ? 'oui' : 'non'],
      ['type', value.kind],
      [
        'appris sur',
        `lot ${trainedOn.batch}, ${trainedOn.rows} lignes de ${trainedOn.sirens} entreprises, ${trainedOn.from.slice(0, 7)} à ${trainedOn.to.slice(0, 7)}`,
      ],
      ['seuils', `F1 ${thresholds.F1.toFixed(4)}, F2 ${thresholds.F2.toFixed(4)}`],
      ['test', `précision moyenne ${test.ap ?? '?'} (${test.lift ?? '?'} fois la fréquence), AUC ${test.auc ?? '?'}`],
      ['taille', `${value.size.bytes} octets, ${value.size.trees} arbres, ${value.size.nodes} nœuds`],
      ['sha256', sha256],
    ])
  })
}

const checkAction = async (model: string, { models: folder, json }: Common): Promise<void> => {
  try {
    const { artefact } = (await readModel(folder, model)).loaded
    print(json, { id: artefact.id, ok: true, checks: [{ check: 'load', ok: true, detail: 'toutes les vérifications' }] }, () => [`${artefact.id} : accepté`])
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'ARTEFACT_INVALID') throw error
    print(json, { id: null, ok: false, checks: [{ check: error.details['check'], ok: false, detail: error.message }] }, () => [error.message])
    process.exitCode = 2
  }
}

const activateAction = async (model: string, options: Common & { description?: string; force?: boolean }): Promise<void> => {
  const { loaded, bytes } = await readModel(options.models, model)
  const { artefact } = loaded
  const previous = (await activeModel(options.models))?.id ?? null
  const guards = 'test' in artefact.metrics ? guardsOf(artefact, artefact.metrics as Parameters<typeof guardsOf>[1]) : []
  const failed = guards.filter(({ ok }) => !ok)
  if (failed.length > 0 && !options.force) {
    const told = failed.map(({ guard, value, limit }) => `${guard} ${value} (${limit} attendu)`).join(', ')
    throw new AppError('STATE_CONFLICT', `Modèle non activé : ${told}. --force passe outre.`)
  }
  const pointer: Pointer = {
    ...{ id: artefact.id, file: artefactFile(artefact.id), sha256: artefact.sha256 },
    ...(failed.length > 0 && { forced: true }),
    ...(options.description !== undefined && { description: options.description }),
  }
  await replace(join(options.models, pointer.file), bytes)
  await replace(join(options.models, POINTER_NAME), `${JSON.stringify(pointer, null, 2)}\n`)
  const result = { id: artefact.id, sha256: artefact.sha256, previous, guards, forced: pointer.forced ?? false, list: null, touched: 0 }
  print(options.json, result, () => [`${artefact.id} est le modèle des prochaines listes${previous === null ? '' : ` (avant : ${previous})`}`])
}

/** In one step: a reader sees the old file or the new one. */
const replace = async (path: string, content: string | Uint8Array): Promise<void> => {
  const partial = `${path}.partial`
  await writeFile(partial, content)
  await rename(partial, path)
}
