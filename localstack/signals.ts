/** What to do when the person or the system asks the program to end. A second request does not wait for the first. */
export const onTermination = (end: (signal: NodeJS.Signals) => Promise<void>): void => {
  let ending = false
  const handle = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(exitCodeOf(signal))
    ending = true
    void end(signal).finally(() => process.exit(exitCodeOf(signal)))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle)
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

/** By convention of shells: 128 plus the number of the signal. Ctrl-C on a stack that was asked to keep running is its normal end. */
const exitCodeOf = (signal: NodeJS.Signals): number => (signal === 'SIGINT' ? 0 : 128 + (NUMBERS[signal as keyof typeof NUMBERS] ?? 0))
