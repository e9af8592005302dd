import { Command, Option } from 'commander'
import { mongoLarge } from '../../shared/adapters/mongo/large.ts'
import { ledgerPage, ledgerRows, recomputeFrom } from '../../shared/adapters/mongo/status.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { withdrawList } from '../../shared/adapters/postgres/publication.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { operationEvent } from '../../shared/domain/journal/events.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { Recomputing, Stage } from '../../shared/domain/spine/documents.ts'
import { allShards, NEXT_STAGE, ringShards } from '../../shared/domain/spine/ledger.ts'
import { beginRecomputing, endRecomputing, recomputableList } from '../../shared/domain/spine/recomputing.ts'
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

const recomputeStage = (options: Options, from: Stage): Promise<void> =>
  withPlatform(options, async ({ db, spine }) => {
    const { shards } = spine.settings
    const shard = options.shard === undefined ? undefined : Number(options.shard)
    if (shard !== undefined && !(Number.isInteger(shard) && shard >= 0 && shard < shards))
      throw new AppError('INPUT_INVALID', `--shard est un nombre de 0 à ${shards - 1}`)
    if (options.siren !== undefined && !isSiren(options.siren))
      throw new AppError('INPUT_INVALID', `« ${options.siren} » n’est pas un SIREN : 9 chiffres sont attendus.`)
    const touched = await recomputeFrom(db, from, {
      ...(shard === undefined ? {} : { shard }),
      ...(options.siren === undefined ? {} : { siren: options.siren }),
    })
    await ringShards(spine, from, shard === undefined ? allShards(shards) : [shard])
    print(options.json, { from, touched }, () => [`${touched} entreprise(s) remise(s) à ${from}`])
  })

const recomputeList = (options: Options, key: string): Promise<void> =>
  withPlatform(options, async (platform) => {
    const { spine, stack } = platform
    const startDate = spine.clock()
    const postgres = connectPostgres(stack.postgres)
    try {
      const { as, scored, failed } = await recompute(platform, key, {
        ...{ models: options.models, rules: options.rules },
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

export type RecomputeList = { models: string; rules: Rules; hide: (at: Date) => Promise<void>; progress: (done: number) => void }

/**
 * The list of the current batch is scored by the functions, from Features that are those of its batch; a closed one here, as its Features are gone. What
 * may refuse is looked at before anything changes. Throws `LIST_UNKNOWN`, `STATE_CONFLICT`, `FILE_MISSING`.
 */
export const recompute = async (
  { db, spine }: Pick<Platform, 'db' | 'spine'>,
  key: string,
  { models, rules, hide, progress }: RecomputeList,
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
