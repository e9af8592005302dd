import { Command } from 'commander'
import { AppError } from '../../shared/domain/errors.ts'
import { importAgain } from '../../shared/domain/spine/editing.ts'
import { FILTER_SOURCE } from '../../shared/domain/spine/spine.ts'
import { isSourceName, sourceNames } from '../../shared/sources/index.ts'
import { checkedBatch } from '../arguments.ts'
import { print } from '../output.ts'
import { withPlatform } from '../platform.ts'

type Options = { json?: boolean; stack?: string }

/** A source of the registry, or the perimeter. Throws `SOURCE_UNKNOWN`. */
export const checkedSource = (name: string): string => {
  if (isSourceName(name) || name === FILTER_SOURCE) return name
  throw new AppError('SOURCE_UNKNOWN', `La source « ${name} » est inconnue : ${sourceNames.join(', ')}.`)
}

/** `sf import again`: imports the files of a source of a batch again, under a new run. */
export const importCommand = (): Command => {
  const command = new Command('import').description('import again what was imported: an upload is enough the first time')
  command
    .command('again')
    .argument('<batch>', 'AAMM or AAMM_NN')
    .argument('<source>')
    .description('import the files of a source of a batch again, under a new run')
    .option('--json', 'one JSON value')
    .option('--stack <file>', 'file of the running stack')
    .action((text: string, name: string, options: Options) => {
      const batch = checkedBatch(text)
      const source = checkedSource(name)
      return withPlatform(options, async ({ spine }) => {
        const run = await importAgain(spine, batch, source)
        print(options.json, { batch, source, run }, () => [`${source} du lot ${batch} : nouvel import, passage ${run}`])
      })
    })
  return command
}
