import { Command } from 'commander'
import { ledgerCounts } from '../../shared/adapters/mongo/status.ts'
import { isBatchKey } from '../../shared/domain/batch-key.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { formatDay } from '../../shared/domain/month.ts'
import { perimetreDeposits, windowOf } from '../../shared/domain/spine/batches.ts'
import { openBatch } from '../../shared/domain/spine/opening.ts'
import { readStatus } from '../../shared/domain/spine/status.ts'
import { print, table } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'

type Options = { json?: boolean; stack?: string }

const statusOf = ({ spine, db }: Platform) => readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)

const common = (command: Command): Command => command.option('--json', 'one JSON value').option('--stack <file>', 'file of the running stack')

/** `sf batch list|show|open`: batches make themselves; these commands look at them, and open one by hand. */
export const batchCommand = (): Command => {
  const batch = new Command('batch').description('batches: list, show, open')
  common(batch.command('list').description('every batch and what it waits for')).action((options: Options) =>
    withPlatform(options, async (platform) => {
      const { batches } = await statusOf(platform)
      print(options.json, batches, () => batches.map(({ sentence }) => sentence))
    }),
  )
  common(batch.command('show').argument('<batch>', 'AAMM or AAMM_NN').description('one batch: files, effective sources, window')).action(
    (key: string, options: Options) =>
      withPlatform(options, async (platform) => {
        const { admin, imports } = platform.spine.store
        const found = await admin.batch(key)
        if (found === undefined) throw new AppError('BATCH_UNKNOWN', `Le lot ${key} n’existe pas.`)
        const status = await statusOf(platform)
        const all = await imports.all()
        const batches = await admin.batches()
        const window = windowOf(key, batches, all, platform.spine.settings.dateDebut)
        const deposits = status.deposits.filter((deposit) => deposit.batch === key)
        const files = Map.groupBy(deposits, ({ source }) => source)
        const shown = {
          _id: { key, type: 'batch' },
          ...status.batches.find((candidate) => candidate.key === key),
          files: Object.fromEntries([...files].map(([source, group]) => [source, group.map(({ deposit }) => deposit)])),
          complete_types: status.batches.find((candidate) => candidate.key === key)?.effective ?? [],
          perimetre: perimetreDeposits(key, batches, all),
          param: { date_debut: formatDay(window.dateDebut), date_fin: formatDay(window.dateFin), date_fin_effectif: formatDay(window.dateFinEffectif) },
          runs: found.runs,
          verdicts: found.verdicts,
        }
        print(options.json, shown, () => [
          shown.sentence ?? key,
          `fenêtre : ${shown.param.date_debut} à ${shown.param.date_fin} (exclu), effectifs jusqu’à ${shown.param.date_fin_effectif}`,
          `périmètre : ${shown.perimetre.join(', ') || 'aucun'}`,
          ...table(deposits.map(({ source, deposit, state, filename }) => [source, deposit, state, filename])),
        ])
      }),
  )
  common(batch.command('open').argument('<batch>', 'AAMM or AAMM_NN').description('make a batch current without waiting for the list before')).action(
    (key: string, options: Options) =>
      withPlatform(options, async ({ spine }) => {
        if (!isBatchKey(key)) throw new AppError('BATCH_INVALID', `« ${key} » n’est pas un lot : AAMM ou AAMM_NN est attendu.`)
        if ((await spine.store.admin.batch(key)) === undefined) throw new AppError('BATCH_UNKNOWN', `Le lot ${key} n’existe pas.`)
        if (!(await openBatch(spine, key))) throw new AppError('STATE_CONFLICT', `Le lot ${key} ne peut pas s’ouvrir : un lot aussi récent est déjà courant.`)
        print(options.json, { opened: key }, () => [`le lot ${key} est ouvert`])
      }),
  )
  return batch
}
