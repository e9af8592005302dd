import { setTimeout as delay } from 'node:timers/promises'
import { ComingEvent } from './coming-event.ts'
import { type Invocation, invokeAt } from './invoke.ts'

/** Where a function answers at the moment: a port that comes and goes with its processes. */
export type Address = {
  /** The port of the process that answers from now on; undefined: none does, until the next one. */
  move(port: number | undefined): void
  /** Resolves when a process answers. Throws once it was abandoned. */
  port(): Promise<number>
  /** Waits until a process answers, then calls the function. Never throws. */
  invoke(event: unknown): Promise<Invocation>
  /** Tells the port, now and whenever it changes. */
  follow(follower: (port: number | undefined) => void): void
  /** No process will answer any more: whoever waits for one is told. */
  abandon(why: string): void
}

/** `name` is that by which the invoke API knows the function. */
export const functionAddress = (name: string): Address => {
  let present = Promise.withResolvers<number>()
  let open: number | undefined
  const followers = new Set<(port: number | undefined) => void>()
  let abandoned: string | undefined
  return {
    move(port) {
      if (open !== undefined) present = Promise.withResolvers<number>()
      open = port
      if (port !== undefined) present.resolve(port)
      for (const follower of followers) follower(port)
    },
    port: () => present.promise,
    async invoke(event) {
      const serialised = event instanceof ComingEvent ? event : ComingEvent.whole(Buffer.from(JSON.stringify(event)))
      while (abandoned === undefined && !serialised.hasFailed) {
        const port = await present.promise.catch(() => undefined)
        if (port === undefined) break
        const result = await invokeAt(port, name, serialised)
        // The process has just ended and we have not heard of it yet: nothing was delivered.
        if (result.ok || result.why !== 'refused') return result
        await delay(20)
      }
      return { ok: false, why: 'refused', message: serialised.hasFailed ? 'the event did not come whole' : (abandoned ?? '') }
    },
    follow(follower) {
      followers.add(follower)
      follower(open)
    },
    abandon(why) {
      abandoned = why
      if (open !== undefined) present = Promise.withResolvers<number>()
      present.promise.catch(() => {})
      present.reject(new Error(why))
    },
  }
}
