import { Command } from 'commander'
import { retryFailed } from '../../shared/adapters/mongo/status.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import { allShards, ringShards } from '../../shared/domain/spine/ledger.ts'
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
    .action((options: Options) =>
      withPlatform(options, async ({ db, spine }) => {
        if (options.siren !== undefined && !isSiren(options.siren))
          throw new AppError('INPUT_INVALID', `« ${options.siren} » n’est pas un SIREN : 9 chiffres sont attendus.`)
        const retried = await retryFailed(db, options.siren)
        await ringShards(spine, 'refine', allShards(spine.settings.shards))
        print(options.json, { retried }, () => [`${retried} entreprise(s) remise(s) en calcul`])
      }),
    )
