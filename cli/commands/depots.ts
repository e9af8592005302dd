import { Command } from 'commander'
import { ledgerCounts } from '../../shared/adapters/mongo/status.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { ringDeposit } from '../../shared/domain/spine/ledger.ts'
import { type DepositStatus, readStatus } from '../../shared/domain/spine/status.ts'
import { print, table } from '../output.ts'
import { type Platform, withPlatform } from '../platform.ts'

type Options = { json?: boolean; stack?: string }

const common = (command: Command): Command => command.option('--json', 'one JSON value').option('--stack <file>', 'file of the running stack')

const depositsOf = async ({ spine, db }: Platform): Promise<DepositStatus[]> =>
  (await readStatus(spine.store, () => ledgerCounts(db), spine.sources, spine.settings)).deposits

const depositOf = async (platform: Platform, id: string): Promise<DepositStatus> => {
  const found = (await depositsOf(platform)).find(({ deposit }) => deposit === id)
  if (found === undefined) throw new AppError('UPLOAD_UNKNOWN', `Aucun dépôt ${id} n’a été annoncé à l’import.`)
  return found
}

/** What became of a deposit, and why. Of a file that was refused at once, source and batch may be unknown. */
export const depositLines = ({ filename, source, batch, state, reason, waitingFor, report }: DepositStatus): string[] => [
  `${filename} (${source || 'type inconnu'}, lot ${batch || 'inconnu'}) : ${state}`,
  ...(reason === null ? [] : [reason]),
  ...(waitingFor.length > 0 ? [`attend ${waitingFor.join(' et ')}`] : []),
  ...(report === null
    ? []
    : [`${report.read} lus = ${report.imported} importés + ${report.filtered} filtrés + ${report.rejected} rejetés + ${report.ignored} ignorés`]),
  ...(report?.firstRejected ?? []).map(
    ({ line, column, value, reason: why }) => `ligne ${line}${column === undefined ? '' : `, ${column} = « ${value ?? ''} »`} : ${why}`,
  ),
]

/** `sf depots list|show|confirm|withdraw`: what was deposited and what became of it. */
export const depotsCommand = (): Command => {
  const depots = new Command('depots').description('deposits: list, show, confirm, withdraw')
  common(depots.command('list').description('every deposit and its state')).action((options: Options) =>
    withPlatform(options, async (platform) => {
      const deposits = await depositsOf(platform)
      print(options.json, deposits, () =>
        deposits.length === 0
          ? ['aucun dépôt']
          : table(deposits.map(({ deposit, owner, batch, source, state, filename }) => [deposit, owner, batch, source, state, filename])),
      )
    }),
  )
  common(depots.command('show').argument('<id>').description('one deposit: state, reason, counts, first rejected records')).action(
    (id: string, options: Options) =>
      withPlatform(options, async (platform) => {
        const found = await depositOf(platform, id)
        print(options.json, found, () => depositLines(found))
      }),
  )
  common(depots.command('confirm').argument('<id>').description('say that a stock file which the guard held back is complete')).action(
    (id: string, options: Options) => flag(id, 'confirmed', ['confirmation'], options),
  )
  common(depots.command('withdraw').argument('<id>').description('take back everything that a deposit said')).action((id: string, options: Options) =>
    flag(id, 'withdrawn', ['waiting', 'importing', 'confirmation', 'imported', 'replaced'], options),
  )
  return depots
}

const flag = (id: string, name: 'confirmed' | 'withdrawn', states: readonly string[], options: Options): Promise<void> =>
  withPlatform(options, async (platform) => {
    const { state } = await depositOf(platform, id)
    if (!states.includes(state))
      throw new AppError(
        'STATE_CONFLICT',
        `Le dépôt ${id} est « ${state} » : ${name === 'confirmed' ? 'il n’attend pas de confirmation' : 'il ne peut pas être retiré'}.`,
      )
    await platform.spine.store.imports.set(id, name)
    await ringDeposit(platform.spine, id)
    print(options.json, { deposit: id, [name]: true }, () => [`${id} : ${name === 'confirmed' ? 'confirmé complet' : 'retiré'}`])
  })
