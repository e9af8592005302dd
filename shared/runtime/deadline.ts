/** What a Lambda's context says of the time left. */
export type TimeLeft = { getRemainingTimeInMillis(): number }

/**
 * Runs `work` with a signal that aborts `reserveMs` before the function would be stopped, so that a worker stops taking
 * work, puts things in order and rings again by itself (architecture §2 "Late workers").
 */
export const withDeadline = async <Result>(context: TimeLeft, reserveMs: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), Math.max(0, context.getRemainingTimeInMillis() - reserveMs))
  try {
    return await work(stop.signal)
  } finally {
    clearTimeout(timer)
  }
}
