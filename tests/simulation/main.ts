import { Command } from 'commander'
import { randomScenario } from './scenario.ts'
import { simulate } from './simulate.ts'

/** `npm run simulate -- --seeds N`: the spine under N random schedules; prints the seed and the log of the first failure. */
const program = new Command('simulate')
  .description('the spine under random schedules and faults, compared with an oracle')
  .option('--seeds <count>', 'how many seeds', '1000')
  .option('--from <seed>', 'first seed', '1')
  .option('--log', 'print the whole schedule of a failure')
  .action(async (options: { seeds: string; from: string; log?: boolean }) => {
    const from = Number(options.from)
    const count = Number(options.seeds)
    let failed = 0
    let operations = 0
    for (let seed = from; seed < from + count; seed++) {
      const result = await simulate(randomScenario(seed), seed, { faults: { kind: 'random' } })
      operations += result.operations
      if (result.failures.length > 0) {
        failed++
        console.log(`seed ${seed}: ${result.failures.slice(0, 3).join('\n  ')}`)
        if (options.log) console.log(result.log.join('\n'))
        if (failed >= 10) break
      }
      if (process.stderr.isTTY && seed % 100 === 0) process.stderr.write(`\r${seed - from + 1} seeds`)
    }
    console.log(`${count} seeds, ${operations} operations, ${failed} failed`)
    process.exitCode = failed === 0 ? 0 : 1
  })

await program.parseAsync()
