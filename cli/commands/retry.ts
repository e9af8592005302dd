import { Command } from 'commander'
import { retryFailed } from '../../shared/adapters/mongo/status.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { allShards, ringShards } from '../../shared/domain/spine/ledger.ts'
import { checkedSiren } from '../arguments.ts'
import { checkKnown } from '../known-siren.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'

type Options = { siren?: string; json?: boolean; stack?: string }

/** `sf retry`: puts SIRENs that were set aside back to work. */
export const retryCommand = (): Command =>
  new Command('retry')
    .description('put the entreprises that failed back to work')
    .option('--siren <siren>', 'only this one')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((options: Options) => {
      const siren = options.siren === undefined ? undefined : checkedSiren(options.siren)
      return withPlatform(options, async ({ db, spine }) => {
        if (siren !== undefined && (await checkKnown(db, siren)).stage !== 'failed')
          throw new AppError('STATE_CONFLICT', `${siren} n’est pas en échec : « sf recompute --siren » remet au calcul une entreprise qui ne l’est pas.`)
        const retried = await retryFailed(db, siren)
        await ringShards(spine, 'refine', allShards(spine.settings.shards))
        print(options.json, { retried }, () => [`${retried} entreprise(s) remise(s) en calcul`])
      })
    })
