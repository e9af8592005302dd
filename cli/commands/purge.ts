import { Command } from 'commander'
import { purgedPreview, purgeRawData } from '../../shared/adapters/mongo/purge.ts'
import { recomputeFrom } from '../../shared/adapters/mongo/status.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { operationEvent } from '../../shared/domain/journal/events.ts'
import { settleSource } from '../../shared/domain/spine/closing.ts'
import { allShards, ringShards } from '../../shared/domain/spine/ledger.ts'
import { checkedBatch, checkedSiren } from '../arguments.ts'
import { print } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'

type Options = { from: string; yes?: boolean; preview?: string; json?: boolean; stack?: string }

/** `sf purge --from BATCH`: takes back everything that the batches from this one on said (refine §2.8). */
export const purgeCommand = (): Command =>
  new Command('purge')
    .description('withdraw every deposit of the batches from this one on, and remove them from RawData')
    .requiredOption('--from <batch>', 'first batch to purge: AAMM or AAMM_NN')
    .option('--yes', 'do it: there is no way back but to deposit the files again')
    .option('--preview <siren>', 'print what would be left of this entreprise, and change nothing')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((options: Options) => {
      const from = checkedBatch(options.from)
      const preview = options.preview === undefined ? undefined : checkedSiren(options.preview)
      if (preview === undefined && !options.yes)
        throw new AppError('INPUT_INVALID', `Rien n’est fait sans --yes : les dépôts des lots à partir de ${from} seraient retirés.`)
      return withPlatform(options, async (platform) => {
        if ((await platform.spine.store.admin.batch(from)) === undefined) throw new AppError('BATCH_UNKNOWN', `Le lot ${from} n’existe pas.`)
        if (preview !== undefined) {
          const left = await purgedPreview(platform.db, from, preview)
          print(options.json, left, () => left.map((document) => JSON.stringify(document)))
          return
        }
        const purged = await purge(platform, from)
        print(options.json, { from, ...purged }, () => [
          `${purged.withdrawn} dépôt(s) retiré(s), ${purged.documents} document(s) purgé(s) à partir de ${from}, ${purged.touched} entreprise(s) remise(s) en calcul`,
        ])
      })
    })

/**
 * Withdraws the deposits first: were they still to count, the next compaction would read the batch as a delivery that names nobody. Then removes what RawData
 * holds, which comes to the same for what the platform imported and is the only way for what another writer did. Done again after a crash, it goes on.
 */
export const purge = async (
  { db, spine }: Pick<Platform, 'db' | 'spine'>,
  from: string,
): Promise<{ withdrawn: number; documents: number; touched: number }> => {
  const startDate = new Date()
  const { imports } = spine.store
  const concerned = (await imports.all()).filter(({ batch, withdrawn, failed }) => batch >= from && !withdrawn && failed === undefined)
  for (const { deposit } of concerned) await imports.set(deposit, 'withdrawn')
  for (const [batch, source] of pairsOf(concerned)) await settleSource(spine, batch, source)
  const documents = await purgeRawData(db, from)
  const touched = await recomputeFrom(db, 'refine', {})
  await ringShards(spine, 'refine', allShards(spine.settings.shards))
  await spine.journal?.write(operationEvent(`purge:${from}:${startDate.toISOString()}`, 'PurgeBatch', startDate, new Date()))
  return { withdrawn: concerned.length, documents, touched }
}

const pairsOf = (deposits: readonly { batch: string; source: string }[]): [string, string][] => {
  const pairs = new Map(deposits.map(({ batch, source }) => [`${batch}:${source}`, [batch, source] as [string, string]]))
  return [...pairs.values()]
}
