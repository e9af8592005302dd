import { Command, InvalidArgumentError } from 'commander'
import { generateSample, type Sample } from '../../localstack/sample/index.ts'

const positive = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('A positive integer is expected.')
  return Number(text)
}

const integer = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('An integer is expected.')
  return Number(text)
}

type Options = {
  companies: number
  seed: number
  batch: string
  batches: number
  directory: string
  form: '2023' | '2026'
  json?: true
}

/** `sf sample`: raw files of invented entreprises, in the partners' formats. */
export const sampleCommand = (): Command =>
  new Command('sample')
    .description('Write the raw files of one or several months for invented entreprises')
    .option('--companies <n>', 'entreprises of 10 employees or more', positive, 500)
    .option('--seed <n>', 'same seed, same bytes', integer, 1)
    .option('--batch <AAMM>', 'last batch', '2511')
    .option('--batches <n>', 'consecutive months that end with it', positive, 2)
    .option('--directory <dir>', 'where to write, one folder per batch', 'sample')
    .option('--form <year>', '2026: a column Siret in cotisation and debit, no admin_urssaf', '2023')
    .option('--json', 'print one JSON object')
    .action(async (options: Options, command: Command) => {
      if (options.form !== '2023' && options.form !== '2026') command.error('error: --form is 2023 or 2026', { exitCode: 2 })
      const { json, ...rest } = options
      const sample = await generateSample(rest)
      process.stdout.write(json ? `${JSON.stringify(sample)}\n` : tableOf(sample))
    })

const tableOf = ({ months, entreprises }: Sample): string => {
  const lines = months.flatMap(({ files }) => files.map(({ path, bytes, partner }) => `${String(bytes).padStart(12)}  ${partner}  ${path}`))
  return `${lines.join('\n')}\n${entreprises} entreprises in the perimeter\n`
}
