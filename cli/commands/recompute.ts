import { Command, Option } from 'commander'
import { recomputeFrom } from '../../shared/adapters/mongo/status.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { isSiren } from '../../shared/domain/siren.ts'
import type { Stage } from '../../shared/domain/spine/documents.ts'
import { allShards, ringShards } from '../../shared/domain/spine/ledger.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'

type Options = { from: Stage; shard?: string; siren?: string; json?: boolean; stack?: string }

/** `sf recompute`: touches the ledger, nothing else (architecture §2). */
export const recomputeCommand = (): Command =>
  new Command('recompute')
    .description('compute again from a stage: new model, new parameters, changed rule')
    .addOption(new Option('--from <stage>', 'first stage to do again').choices(['refine', 'detect', 'publish']).makeOptionMandatory())
    .option('--shard <number>', 'only this shard')
    .option('--siren <siren>', 'only this entreprise')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((options: Options) =>
      withPlatform(options, async ({ db, spine }) => {
        const { shards } = spine.settings
        const shard = options.shard === undefined ? undefined : Number(options.shard)
        if (shard !== undefined && !(Number.isInteger(shard) && shard >= 0 && shard < shards))
          throw new AppError('INPUT_INVALID', `--shard est un nombre de 0 à ${shards - 1}`)
        if (options.siren !== undefined && !isSiren(options.siren))
          throw new AppError('INPUT_INVALID', `« ${options.siren} » n’est pas un SIREN : 9 chiffres sont attendus.`)
        const touched = await recomputeFrom(db, options.from, {
          ...(shard === undefined ? {} : { shard }),
          ...(options.siren === undefined ? {} : { siren: options.siren }),
        })
        await ringShards(spine, options.from, shard === undefined ? allShards(shards) : [shard])
        print(options.json, { from: options.from, touched }, () => [`${touched} entreprise(s) remise(s) à ${options.from}`])
      }),
    )
