/** A function that runs until its next yield point, where it waits to be resumed, or is dropped (a crash: it never goes on). */
export type Worker = {
  readonly name: string
  /** Operation that it is about to make. */
  waitingAt: string | undefined
  done: boolean
  failure: unknown
  /** Goes on to the next yield point, or to the end. */
  step(): Promise<void>
}

export const startWorker = (name: string, run: (pause: (operation: string) => Promise<void>) => Promise<void>): Worker => {
  let goOn: (() => void) | undefined
  let arrived: (() => void) | undefined
  const worker: Worker = {
    name,
    waitingAt: undefined,
    done: false,
    failure: undefined,
    step() {
      const stopped = new Promise<void>((resolve) => {
        arrived = resolve
      })
      const resume = goOn
      goOn = undefined
      if (resume === undefined) begin()
      else resume()
      return stopped
    },
  }
  const stop = (): void => {
    const tell = arrived
    arrived = undefined
    tell?.()
  }
  const pause = (operation: string): Promise<void> =>
    new Promise((resolve) => {
      worker.waitingAt = operation
      goOn = resolve
      stop()
    })
  const begin = (): void => {
    run(pause).then(
      () => {
        worker.done = true
        stop()
      },
      (error: unknown) => {
        worker.done = true
        worker.failure = error
        stop()
      },
    )
  }
  return worker
}
