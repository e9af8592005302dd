import { Command, Option } from 'commander'
import { mongoLarge } from '../../shared/adapters/mongo/large.ts'
import { ledgerPage, ledgerRows, recomputeFrom } from '../../shared/adapters/mongo/status.ts'
import { connectPostgres, withPostgresErrors } from '../../shared/adapters/postgres/connect.ts'
import { withdrawList } from '../../shared/adapters/postgres/publication.ts'
import { operationEvent } from '../../shared/domain/journal/events.ts'
import type { Recomputing, Stage } from '../../shared/domain/spine/documents.ts'
import { allShards, NEXT_STAGE, ringShards } from '../../shared/domain/spine/ledger.ts'
import { beginRecomputing, endRecomputing, recomputableList } from '../../shared/domain/spine/recomputing.ts'
import { MOST_SHARDS } from '../../shared/runtime/worker-variables.ts'
import { checkedNumber, checkedSiren } from '../arguments.ts'
import { checkKnown } from '../known-siren.ts'
import { MODELS, readModel } from '../model-folder.ts'
import { print } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'
import { listScorer, type RecomputeContext, type RescoredList, type Rules, rescoreList } from '../recompute-list.ts'
import { rulesOption } from '../rules-option.ts'
import { checkedMonth } from './list.ts'

type Options = { from?: Stage; list?: string; shard?: string; siren?: string; models: string; rules: Rules; json?: boolean; stack?: string }

/** `sf recompute`: with `--from`, touches the ledger and nothing else (architecture §2); with `--list`, a list that agents saw (architecture §4). */
export const recomputeCommand = (): Command =>
  new Command('recompute')
    .description('compute again from a stage, or a list that is published: new model, new parameters, changed rule')
    .addOption(new Option('--from <stage>', 'first stage to do again').choices(Object.keys(NEXT_STAGE)))
    .option('--shard <number>', 'only this shard')
    .option('--siren <siren>', 'only this entreprise')
    .addOption(new Option('--list <month>', 'score this list again, AAMM: agents do not see it meanwhile').conflicts(['from', 'shard', 'siren']))
    .addOption(new Option('--models <dir>', 'with --list: folder of the artefacts').default(process.env['MODELS_ROOT'] ?? MODELS))
    .addOption(rulesOption('with --list: rules of the variables, those of refine').env('RULES'))
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action(async (options: Options, command: Command) => {
      const { from, list } = options
      if (list !== undefined) return recomputeList(options, checkedMonth(list))
      if (from === undefined) return command.error("error: required option '--from <stage>' or '--list <month>' not specified", { exitCode: 2 })
      return recomputeStage(options, from)
    })

const recomputeStage = (options: Options, from: Stage): Promise<void> => {
  const siren = options.siren === undefined ? undefined : checkedSiren(options.siren)
  const shardBelow = (count: number) => (options.shard === undefined ? undefined : checkedNumber('--shard', options.shard, 0, count - 1))
  shardBelow(MOST_SHARDS)
  return withPlatform(options, async ({ db, spine }) => {
    const { shards } = spine.settings
    const shard = shardBelow(shards)
    if (siren !== undefined) await checkKnown(db, siren)
    const touched = await recomputeFrom(db, from, { ...(shard === undefined ? {} : { shard }), ...(siren === undefined ? {} : { siren }) })
    await ringShards(spine, from, shard === undefined ? allShards(shards) : [shard])
    print(options.json, { from, touched }, () => [`${touched} entreprise(s) remise(s) à ${from}`])
  })
}

const recomputeList = (options: Options, key: string): Promise<void> =>
  withPlatform(options, async (platform) => {
    const { spine, stack } = platform
    const startDate = spine.clock()
    const postgres = connectPostgres(stack.postgres)
    try {
      const { as, scored, failed } = await recompute(platform, key, {
        ...{ models: options.models, rules: options.rules },
        answers: async () => void (await withPostgresErrors(() => postgres.query('select 1'))),
        hide: (at) => withdrawList(postgres, key, at),
        progress: (done) => void (options.json || done % 10_000 > 0 || process.stderr.write(`${done} entreprises\n`)),
      })
      await spine.journal?.write(operationEvent(`recompute:${key}:${startDate.toISOString()}`, 'RecomputeList', startDate, spine.clock(), { key }))
      print(options.json, { list: key, as, touched: scored, failed }, () => [
        `liste ${key} : ${scored} entreprise(s) ${as === 'current' ? 'remise(s) à detect' : 'recalculée(s)'}, les agents ne la voient plus`,
        ...failed.map(({ siren, error }) => `${siren} garde son ancien score : ${error}`),
        'elle redevient visible quand plus aucune entreprise n’est en cours de calcul : voir « sf status »',
      ])
    } finally {
      await postgres.end()
    }
  })

/** `answers` throws when the base that agents read is away: the list could not be hidden, and would say for nothing that it is being computed. */
export type RecomputeList = { answers: () => Promise<void>; models: string; rules: Rules; hide: (at: Date) => Promise<void>; progress: (done: number) => void }

/**
 * The list of the current batch is scored by the functions, from Features that are those of its batch; a closed one here, as its Features are gone. What
 * may refuse is looked at before anything changes. Throws `LIST_UNKNOWN`, `STATE_CONFLICT`, `FILE_MISSING`.
 */
export const recompute = async (
  { db, spine }: Pick<Platform, 'db' | 'spine'>,
  key: string,
  { models, rules, answers, hide, progress }: RecomputeList,
): Promise<RescoredList & Pick<Recomputing, 'as'>> => {
  const context: RecomputeContext = {
    spine,
    rules,
    large: mongoLarge(db),
    page: (after, limit) => ledgerPage(db, after, limit),
    rows: (sirens) => ledgerRows(db, sirens),
    publishAgain: (sirens) => recomputeFrom(db, 'publish', { sirens }),
    modelOf: async (id) => (await readModel(models, id)).loaded,
  }
  const { list, as } = await recomputableList(spine, key)
  const scorer = as === 'closed' ? await listScorer(context, list) : undefined
  await answers()
  const { recomputing } = await beginRecomputing(spine, key, as)
  await hide(recomputing.at)
  if (scorer === undefined) {
    const scored = await recomputeFrom(db, 'detect', {})
    await ringShards(spine, 'detect', allShards(spine.settings.shards))
    await endRecomputing(spine, key, recomputing)
    return { as, scored, failed: [] }
  }
  await spine.store.lists.updateList(key, { dataDates: scorer.dataDates, reason: undefined })
  const rescored = await rescoreList(context, key, scorer, progress)
  await endRecomputing(spine, key, recomputing)
  return { as, ...rescored }
}
