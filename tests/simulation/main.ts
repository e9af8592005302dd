import { Command } from 'commander'
import { FIXED } from './scenario.ts'
import { simulateFault, simulateSeed } from './seeds.ts'
import type { Result } from './simulate.ts'

type Options = { seeds: string; from: string; log?: boolean; faults?: boolean; keepGoing?: boolean }

/** `npm run simulate -- --seeds N`: the spine under N random schedules; prints the seed and the log of the first failures. */
const program = new Command('simulate')
  .description('the spine under random schedules and faults, compared with an oracle')
  .option('--seeds <count>', 'how many seeds', '1000')
  .option('--from <seed>', 'first seed', '1')
  .option('--faults', 'instead of seeds: one fault at every operation of the fixed scenarios')
  .option('--log', 'print the whole schedule of a failure')
  .option('--keep-going', 'do not stop after ten failures')
  .action(async (options: Options) => {
    let failed = 0
    let operations = 0
    let count = 0
    const take = (name: string, result: Result): boolean => {
      count++
      operations += result.operations
      if (result.failures.length === 0) return true
      failed++
      console.log(`${name}: ${result.failures.slice(0, 3).join('\n  ')}`)
      if (options.log) console.log(result.log.join('\n'))
      return failed < 10 || options.keepGoing === true
    }
    if (options.faults) await everyFault(take)
    else await everySeed(Number(options.from), Number(options.seeds), options.log === true, take)
    console.log(`${count} schedules, ${operations} operations, ${failed} failed`)
    process.exitCode = failed === 0 ? 0 : 1
  })

const everySeed = async (from: number, seeds: number, isVerbose: boolean, take: (name: string, result: Result) => boolean): Promise<void> => {
  for (let seed = from; seed < from + seeds; seed++) if (!take(`seed ${seed}`, await simulateSeed(seed, isVerbose))) return
}

const everyFault = async (take: (name: string, result: Result) => boolean): Promise<void> => {
  for (const { name } of FIXED) {
    const { operations } = await simulateFault(name, { kind: 'none' })
    for (let at = 1; at <= operations; at++) {
      for (const kind of ['crash', 'park', 'throw'] as const) if (!take(`${name}, ${kind} at ${at}`, await simulateFault(name, { kind, at }))) return
    }
  }
}

await program.parseAsync()
