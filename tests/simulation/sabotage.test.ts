import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { patched, sourceOf } from './mutants.ts'
import { SWITCHES } from './sabotage.ts'
import type { Sabotage, Seen } from './sabotage-worker.ts'
import type { Schedule, Switch } from './switches/switch.ts'

/** Seeds tried after the known one, since any change of the code moves the schedules. */
const NEARBY = 100

const worker = new Worker(new URL('./sabotage-worker.ts', import.meta.url), { execArgv: [] })
afterAll(() => worker.terminate())

const failuresWithout = async ({ name, patches }: Switch, schedules: readonly Schedule[]): Promise<string[]> => {
  worker.postMessage({ name, patches, schedules } satisfies Sabotage)
  const [seen] = (await once(worker, 'message')) as [Seen]
  if ('error' in seen) throw new Error(seen.error)
  return seen.failures
}

const nearby = (schedule: Schedule): Schedule[] =>
  'seed' in schedule ? [schedule, ...Array.from({ length: NEARBY }, (_, after) => ({ seed: schedule.seed + after + 1 }))] : [schedule]

describe('a rule turned off', () => {
  it.each(SWITCHES)('$name has its place in the code', ({ patches }) => {
    for (const { file } of patches) expect(patched(file, sourceOf(file), patches)).not.toBe(sourceOf(file))
  })

  it.each(SWITCHES)('is seen: $rule ($name)', { timeout: 120_000 }, async (rule) => {
    expect(await failuresWithout(rule, nearby(rule.fails))).not.toEqual([])
  })
})
