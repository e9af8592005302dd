import type { Invocation } from './runner/invoke.ts'

export type TimerOptions = {
  name: string
  /** Period in production, in seconds. */
  everySeconds: number
  timeScale: number
  /** False: only `fire` runs the function. */
  automatic: boolean
  invoke: (event: unknown) => Promise<Invocation>
  onLine: (line: string) => void
}

export type Timer = {
  /** Runs the function now, out of its schedule, and waits for the end. */
  fire(): Promise<Invocation>
  stop(): Promise<void>
}

/** A shorter period would only keep the processors busy. */
const SHORTEST_MS = 2_000
/** `setInterval` counts in 32 bits. */
const LONGEST_MS = 2 ** 31 - 1

/** A schedule of EventBridge, its period multiplied by `timeScale`. A run that is not over when the next one is due makes that one wait. */
export const startTimer = ({ name, everySeconds, timeScale, automatic, invoke, onLine }: TimerOptions): Timer => {
  const period = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, everySeconds * 1000 * timeScale))
  let running: Promise<Invocation> | undefined
  const run = async (): Promise<Invocation> => {
    const result = await invoke({ source: 'aws.events', 'detail-type': 'Scheduled Event', time: new Date().toISOString(), detail: {} })
    if (!result.ok) onLine(`timer of ${name}: ${result.message}`)
    return result
  }
  const fire = (): Promise<Invocation> => {
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }
  const timer = automatic ? setInterval(() => void fire(), period) : undefined
  return {
    fire,
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
