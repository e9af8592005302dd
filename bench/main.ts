/** `npm run bench -- SUBJECT [--json]`: figures of one subject, as ratios to a baseline of the same run. */
import { Command } from 'commander'
import type { ImportOptions } from './import.bench.ts'
import { type Report, textOf } from './measure.ts'
import type { RefineOptions } from './refine.bench.ts'

const whole = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`whole number expected: ${text}`)
  return value
}

const program = new Command('bench')
  .description('Measures one subject; every figure stands beside a baseline of the same run')
  .option('--json', 'one JSON object on stdout')

const print = (report: Report): void => {
  process.stdout.write(program.opts<{ json?: boolean }>().json === true ? `${JSON.stringify(report)}\n` : `${textOf(report)}\n`)
}

program
  .command('chain')
  .description('the whole chain on the local stack, from the deposit to the list')
  .option('--companies <n>', 'entreprises of the sample', whole, 500)
  .option('--months <n>', 'consecutive months', whole, 2)
  .option('--seed <n>', 'seed of the sample', whole, 1)
  .option('--verbose', 'lines of the functions on stderr')
  .action(async ({ companies, months, seed, verbose }: { companies: number; months: number; seed: number; verbose?: boolean }) => {
    const { chain } = await import('./chain.bench.ts')
    print(await chain({ companies, months, seed, ...(verbose ? { onLine: (line: string) => void process.stderr.write(`${line}\n`) } : {}) }))
  })

program
  .command('upload')
  .description('one stream of pieces through the whole edge, beside the plain library')
  .option('--size <n>', 'MiB of a measured upload, or of the one that is killed', whole, 200)
  .option('--runs <n>', 'runs; the best counts', whole, 7)
  .option('--memory <sizes...>', 'MiB of the uploads after which the memory is read', ['10', '200', '2048'])
  .option('--kill', 'instead: kills the service at each of the twelve points of an upload, which the client ends')
  .action(async ({ size, runs, memory, kill }: { size: number; runs: number; memory: string[]; kill?: boolean }) => {
    if (kill) print(await (await import('./upload-kill.bench.ts')).uploadKilled({ size }))
    else print(await (await import('./upload.bench.ts')).upload({ size, runs, memory: memory.map(whole) }))
  })

program
  .command('refine')
  .description('compaction, variables and series beside a naive pass over the same documents, and a SIREN of many établissements')
  .option('--companies <n>', 'entreprises of the sample', whole, 20_000)
  .option('--mark <n>', 'SIRENs after which the memory is told too', whole, 5000)
  .option('--every <n>', 'of how many pages one is done naively as well', whole, 4)
  .option('--etablissements <n>', 'établissements of the large SIREN', whole, 10_000)
  .option('--seed <n>', 'seed of the sample', whole, 1)
  .option('--verbose', 'what is being done, on stderr')
  .action(async ({ verbose, ...options }: Omit<RefineOptions, 'onStep'> & { verbose?: boolean }) => {
    const { refine } = await import('./refine.bench.ts')
    print(await refine({ ...options, ...(verbose ? { onStep: (step: string) => void process.stderr.write(`${step}\n`) } : {}) }))
  })

program
  .command('import')
  .description('plan, parser and storage of a large file of each source')
  .option('--megabytes <n>', 'size of the generated files', whole, 300)
  .option('--small <n>', 'size of the second file, to compare the memory', whole, 40)
  .option('--store <n>', 'size of the file that goes to the database', whole, 20)
  .option('--rounds <n>', 'rounds of scan and parser, in turns; the best of each counts', whole, 3)
  .option('--sources <names...>', 'some of the sources')
  .action(async ({ sources = [], ...sizes }: Omit<ImportOptions, 'sources'> & { sources?: string[] }) => {
    const { importFiles } = await import('./import.bench.ts')
    print(await importFiles({ ...sizes, sources }))
  })

program
  .command('register')
  .description('import of a register of établissements, most of which are outside the perimeter')
  .option('--rows <n>', 'établissements of the file', whole, 2_000_000)
  .option('--sirens <n>', 'SIREN of the perimeter', whole, 30_000)
  .action(async (options: { rows: number; sirens: number }) => {
    const { importRegister } = await import('./import.bench.ts')
    print(await importRegister(options))
  })

await program.parseAsync()
