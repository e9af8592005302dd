/** A function that runs until its next yield point, where it waits to be resumed, to fail, or is dropped (a crash: it never goes on). */
export type Worker = {
  readonly name: string
  /** Operation that it is about to make; nothing before it began. */
  waitingAt: string | undefined
  done: boolean
  failure: unknown
  /** Goes on to the next yield point, or to the end. */
  step(): Promise<void>
  /** Its environment fails at the operation that it was about to make. */
  fail(error: Error): Promise<void>
}

export const startWorker = (name: string, run: (pause: (operation: string) => Promise<void>) => Promise<void>): Worker => {
  let goOn: (() => void) | undefined
  let giveUp: ((error: Error) => void) | undefined
  let arrived: (() => void) | undefined
  const next = (move: () => void): Promise<void> => {
    const stopped = new Promise<void>((resolve) => {
      arrived = resolve
    })
    move()
    return stopped
  }
  const stop = (): void => {
    const tell = arrived
    arrived = undefined
    tell?.()
  }
  const end = (failure?: unknown): void => {
    worker.done = true
    worker.failure = failure
    stop()
  }
  const pause = (operation: string): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.waitingAt = operation
      goOn = resolve
      giveUp = reject
      stop()
    })
  const begin = (): void => {
    run(pause).then(() => end(), end)
  }
  const worker: Worker = {
    name,
    waitingAt: undefined,
    done: false,
    failure: undefined,
    step: () => next(goOn ?? begin),
    fail: (error) => (giveUp === undefined ? Promise.resolve(end(error)) : next(() => giveUp?.(error))),
  }
  return worker
}
