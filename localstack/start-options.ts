import { Command, InvalidArgumentError, Option } from 'commander'
import { monthOfToday } from './today.ts'

export type StartOptions = {
  companies: number
  seed: number
  /** Last batch of the sample, `AAMM`. */
  batch: string
  batches: number
  once: boolean
  json: boolean
  web: boolean
  sample: boolean
  mongodb: 'download' | undefined
  postgres: string | undefined
  dataDir: string | undefined
  readyFile: string | undefined
  port: number | undefined
  verbose: boolean
  /** For work on a part of the platform: starts without the functions that have no handler. */
  allowMissing: boolean
}

const wholeNumber =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) throw new InvalidArgumentError(`a whole number from ${minimum} to ${maximum} is expected`)
    return value
  }

const batchKey = (text: string): string => {
  if (!/^\d{2}(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('AAMM is expected, as 2511')
  return text
}

/** Reads the options after `npm start --`. Prints the help and throws a `CommanderError` when one is unknown or wrong, or help was asked for. */
export const parseOptions = (argv: readonly string[], now: Date): StartOptions => {
  const command = new Command('npm start --')
    .description('Start the whole platform on this machine, with a generated sample')
    .option('--companies <n>', 'entreprises in the sample', wholeNumber(1, 1_000_000), 500)
    .option('--seed <n>', 'seed of the sample: the same one gives the same files', wholeNumber(0, 2 ** 31), 1)
    .option('--batch <AAMM>', 'last month of the sample', batchKey, monthOfToday(now))
    .option('--batches <n>', 'consecutive months in the sample', wholeNumber(1, 24), 2)
    .option('--once', 'stop when the pipeline is idle; not 0 when something failed or waits', false)
    .option('--json', 'one JSON object on the standard output at the end, progress on the standard error', false)
    .option('--no-web', 'do not build nor serve the pages')
    .option('--no-sample', 'start empty')
    .addOption(new Option('--mongodb <how>', 'download: fetch the official server once').choices(['download']))
    .option('--postgres <url>', 'a PostgreSQL that runs already (default: the embedded one)')
    .option('--data-dir <dir>', 'keep the state between runs')
    .option('--ready-file <file>', 'write the addresses there once everything answers')
    .option('--port <n>', 'port of the platform (default: a free one)', wholeNumber(1, 65_535))
    .addOption(new Option('--allow-missing', 'start without the functions that have no handler').default(false).hideHelp())
    .option('--verbose', 'print what the functions log', false)
    .allowExcessArguments(false)
    .showHelpAfterError()
    .exitOverride()
  command.parse(argv as string[], { from: 'user' })
  const found = command.opts<
    Partial<StartOptions> & Pick<StartOptions, 'companies' | 'seed' | 'batch' | 'batches' | 'once' | 'json' | 'web' | 'sample' | 'verbose' | 'allowMissing'>
  >()
  return { ...found, mongodb: found.mongodb, postgres: found.postgres, dataDir: found.dataDir, readyFile: found.readyFile, port: found.port }
}
