import { parentPort } from 'node:worker_threads'
import { loadMutant, type Patch } from './mutants.ts'
import type { Schedule } from './switches/switch.ts'

/** A rule to turn off, and the schedules to try until one fails. */
export type Sabotage = { name: string; patches: readonly Patch[]; schedules: readonly Schedule[] }
/** In what the first schedule that failed did; none failed: empty. */
export type Seen = { failures: string[] } | { error: string }

const failuresWithout = async ({ name, patches, schedules }: Sabotage): Promise<string[]> => {
  const { simulateDirected, simulateFault, simulateSeed } = await loadMutant(name, patches)
  for (const schedule of schedules) {
    const result =
      'seed' in schedule
        ? simulateSeed(schedule.seed)
        : 'directed' in schedule
          ? simulateDirected(schedule.directed)
          : simulateFault(schedule.scenario, schedule.fault)
    const { failures } = await result
    if (failures.length > 0) return failures
  }
  return []
}

/** Out of reach of the module runner of the tests, which would load the code without its patches. One rule at a time. */
parentPort?.on('message', async (sabotage: Sabotage) => {
  const seen: Seen = await failuresWithout(sabotage).then(
    (failures) => ({ failures }),
    (error) => ({ error: String(error) }),
  )
  parentPort?.postMessage(seen)
})
