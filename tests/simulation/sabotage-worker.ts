import { parentPort, workerData } from 'node:worker_threads'
import { loadMutant, type Patch } from './mutants.ts'
import type { Schedule } from './switches/switch.ts'

/** Runs schedules with a rule turned off, out of reach of the module runner of the tests, until one fails; says in what it failed. */
const { name, patches, schedules } = workerData as { name: string; patches: readonly Patch[]; schedules: readonly Schedule[] }
const { simulateDirected, simulateFault, simulateSeed } = await loadMutant(name, patches)

const run = (schedule: Schedule) => {
  if ('seed' in schedule) return simulateSeed(schedule.seed)
  return 'directed' in schedule ? simulateDirected(schedule.directed) : simulateFault(schedule.scenario, schedule.fault)
}

let failures: string[] = []
for (const schedule of schedules) {
  failures = (await run(schedule)).failures
  if (failures.length > 0) break
}
parentPort?.postMessage(failures)
