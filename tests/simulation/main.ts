import { Command } from 'commander'
import { DIRECTED } from './directed.ts'
import { loadMutant } from './mutants.ts'
import { SWITCHES } from './sabotage.ts'
import { FIXED } from './scenario.ts'
import * as sound from './seeds.ts'
import type { Result } from './simulate.ts'

type Schedules = typeof sound
type Options = { seeds: string; from: string; log?: boolean; faults?: boolean; directed?: string | boolean; without?: string; keepGoing?: boolean }

/** `npm run simulate -- --seeds N`: the spine under N random schedules; prints the seed and the log of the first failures. */
const program = new Command('simulate')
  .description('the spine under random schedules and faults, compared with an oracle')
  .option('--seeds <count>', 'how many seeds', '1000')
  .option('--from <seed>', 'first seed', '1')
  .option('--faults', 'instead of seeds: one fault at every operation of the fixed scenarios')
  .option('--directed [name]', 'instead of seeds: the directed schedules, or those whose name holds this text')
  .option('--without <switch>', 'turn a rule off')
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
    const schedules = options.without === undefined ? sound : await without(options.without)
    if (options.faults) await everyFault(schedules, take)
    else if (options.directed !== undefined) await everyDirected(schedules, options.directed, take)
    else await everySeed(schedules, Number(options.from), Number(options.seeds), options.log === true, take)
    console.log(`${count} schedules, ${operations} operations, ${failed} failed`)
    process.exitCode = failed === 0 ? 0 : 1
  })

/** Whether to go on, after one schedule. */
type Take = (name: string, result: Result) => boolean

const without = (name: string): Promise<Schedules> => {
  const rule = SWITCHES.find((candidate) => candidate.name === name)
  if (rule === undefined) throw new RangeError(`no switch is called ${name}`)
  return loadMutant(name, rule.patches)
}

const everySeed = async ({ simulateSeed }: Schedules, from: number, seeds: number, isVerbose: boolean, take: Take): Promise<void> => {
  for (let seed = from; seed < from + seeds; seed++) if (!take(`seed ${seed}`, await simulateSeed(seed, isVerbose))) return
}

const everyDirected = async ({ simulateDirected }: Schedules, part: string | boolean, take: Take): Promise<void> => {
  for (const { name } of DIRECTED) if ((part === true || name.includes(String(part))) && !take(name, await simulateDirected(name))) return
}

const everyFault = async ({ simulateFault }: Schedules, take: Take): Promise<void> => {
  for (const { name } of FIXED) {
    const { operations } = await simulateFault(name, { kind: 'none' })
    for (let at = 1; at <= operations; at++) {
      for (const kind of ['crash', 'park', 'throw'] as const) if (!take(`${name}, ${kind} at ${at}`, await simulateFault(name, { kind, at }))) return
    }
  }
}

await program.parseAsync()
