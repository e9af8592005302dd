import { parentPort, workerData } from 'node:worker_threads'
import { loadMutant, type Patch } from './mutants.ts'
import type { Schedule } from './sabotage.ts'

/** Runs one schedule with a rule turned off, out of reach of the module runner of the tests; says in what it failed. */
const { name, patches, schedules } = workerData as { name: string; patches: readonly Patch[]; schedules: readonly Schedule[] }
const { simulateFault, simulateSeed } = await loadMutant(name, patches)
let failures: string[] = []
for (const schedule of schedules) {
  const result = 'seed' in schedule ? await simulateSeed(schedule.seed) : await simulateFault(schedule.scenario, schedule.fault)
  failures = result.failures
  if (failures.length > 0) break
}
parentPort?.postMessage(failures)
