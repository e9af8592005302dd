/**
 * Directed schedules: who goes on, until which operation, and who is given up are written down, where chance would need too many seeds to meet
 * two or three conditions at once. The world, the monitor and the oracle are those of the random schedules.
 */
import { openBatch } from '../../shared/domain/spine/opening.ts'
import type { InventedFile } from '../spine/invented.ts'
import { createWorld, type Message, type World, type WorldOptions } from '../spine/world.ts'
import { failuresOf, faultsOfList } from './checks.ts'
import { type Monitor, monitorOf } from './monitor.ts'
import { declareFlux, isSameShard, type Result, stateOf } from './simulate.ts'
import { startWorker, type Worker } from './workers.ts'

/** What happens, in order. `sweeps: false`: the messages alone bring the platform to rest; a sweep would mend what the rule is for. */
export type Directed = { name: string; sweeps?: boolean; world?: WorldOptions; play(director: Director): Promise<void> }

/** Until a worker is about to make this operation (or one of these), for the `nth` time (the first) from now on. */
export type Until = { until?: string | readonly string[]; nth?: number }

export type Actor = {
  readonly name: string
  worker: Worker
  message: Message | undefined
  started: number
  isForced: boolean
  isGivenUp: boolean
  /** Tells the worker that its time is nearly used. */
  budget: AbortController
}

/** The schedule no longer meets its place in the code: that is a fault of the schedule, not of the platform. */
export class LostPlace extends Error {}

const SWEEP_LIMIT = 25
const STEP_LIMIT = 50_000

export class Director {
  readonly world: World
  readonly monitor: Monitor
  readonly people = { withdrawn: new Set<string>(), confirmed: new Set<string>(), flux: new Set<string>(), opened: new Set<string>() }
  readonly log: string[] = []
  operations = 0
  #actors: Actor[] = []
  #ids = 0

  constructor(options?: WorldOptions) {
    this.world = createWorld(options)
    this.monitor = monitorOf(this.world, (list) => faultsOfList(this.world, this.people, list))
  }

  /** Files arrive and are announced to import, in this order. */
  deposit(...files: readonly InventedFile[]): void {
    for (const file of files) {
      this.world.files.set(file.deposit, file)
      this.#announce(file.deposit)
    }
  }

  /** The flag is written before the answer to the person; the message follows. */
  async confirm(deposit: string): Promise<void> {
    this.people.confirmed.add(deposit)
    await this.world.spine().store.imports.set(deposit, 'confirmed')
    this.#announce(deposit)
  }

  async withdraw(deposit: string): Promise<void> {
    this.people.withdrawn.add(deposit)
    await this.world.spine().store.imports.set(deposit, 'withdrawn')
    this.#announce(deposit)
  }

  /** A person declares a source flux in a batch; the command then makes the consequences. */
  flux(batch: string, source: string, stop: Until = {}): Promise<Actor> {
    return this.#begin(`flux ${batch} ${source}`, (pause) => declareFlux(this.world.spine(pause), batch, source, this.people), stop)
  }

  /** A person opens a batch. */
  open(batch: string, stop: Until = {}): Promise<Actor> {
    this.people.opened.add(batch)
    return this.#begin(`open ${batch}`, async (pause) => void (await openBatch(this.world.spine(pause), batch)), stop, { isForced: true })
  }

  sweep(stop: Until = {}): Promise<Actor> {
    this.world.wait()
    return this.#begin('sweep', (pause) => this.world.sweep(pause), stop)
  }

  /** A worker receives the first message of `queue` whose body holds `part`, as JSON. */
  receive(queue: Message['queue'], part = '', stop: Until = {}): Promise<Actor> {
    const message = this.world.messages.find(
      (candidate) => candidate.queue === queue && this.#isFree(candidate) && JSON.stringify(candidate.body).includes(part),
    )
    if (message === undefined) throw new LostPlace(`no message of ${queue} with ${part}`)
    return this.#handle(message, stop)
  }

  /** A worker goes on. */
  async goOn(actor: Actor, { until, nth = 1 }: Until = {}): Promise<void> {
    let left = nth
    const isPlace = (operation = ''): boolean => (typeof until === 'object' ? until.includes(operation) : operation === until)
    for (let steps = 0; !actor.worker.done; steps++) {
      if (steps > STEP_LIMIT) throw new Error(`no rest: ${actor.name} never ends`)
      const operation = actor.worker.waitingAt ?? 'start'
      this.operations++
      await actor.worker.step()
      this.monitor.watch(operation, actor, this.operations)
      if (!actor.worker.done && isPlace(actor.worker.waitingAt) && --left === 0)
        return void this.log.push(`${actor.name} stops before ${actor.worker.waitingAt}`)
    }
    this.#actors = this.#actors.filter((other) => other !== actor)
    this.log.push(`${actor.name} ends`)
    if (actor.worker.failure !== undefined) throw actor.worker.failure
    if (until !== undefined) throw new LostPlace(`${actor.name} ended before ${until}`)
  }

  /** Its time is nearly used: it takes no other page. */
  runOut(actor: Actor): void {
    this.log.push(`${actor.name} has no time left`)
    actor.budget.abort()
  }

  /** Its message is shown again; it may go on later. */
  giveUp(actor: Actor): void {
    this.log.push(`${actor.name} is given up`)
    actor.isGivenUp = true
    if (actor.message !== undefined) this.world.messages.push(actor.message)
  }

  /** It never goes on, and its message is shown again. */
  crash(actor: Actor): void {
    this.giveUp(actor)
    this.#actors = this.#actors.filter((other) => other !== actor)
  }

  /** It never goes on, and its message is lost: three crashes in a row, or a command whose process died. */
  kill(actor: Actor): void {
    this.log.push(`${actor.name} is killed`)
    this.#actors = this.#actors.filter((other) => other !== actor)
  }

  /** Messages of `queue` whose body holds `part` are lost. */
  lose(queue: Message['queue'], part = ''): void {
    const lost = this.world.messages.filter(({ queue: own, body }) => own === queue && JSON.stringify(body).includes(part))
    if (lost.length === 0) throw new LostPlace(`no message of ${queue} with ${part} to lose`)
    for (const message of lost) this.world.messages.splice(this.world.messages.indexOf(message), 1)
    this.log.push(`${lost.length} lost of ${queue} ${part}`)
  }

  /** Every message is handled, in order, until none is left that is not locked by a worker on its way. No sweep. */
  async drain(): Promise<void> {
    for (let steps = 0; ; steps++) {
      if (steps > STEP_LIMIT) throw new Error('no rest: messages never come to an end')
      const message = this.world.messages.find((candidate) => this.#isFree(candidate))
      if (message === undefined) return
      await this.#handle(message, {})
    }
  }

  /** Messages, then sweeps, until nothing moves. */
  async rest(): Promise<void> {
    let before = ''
    for (let sweeps = 0; ; sweeps++) {
      await this.drain()
      const now = stateOf(this.world)
      if (now === before) return
      if (sweeps > SWEEP_LIMIT) throw new Error('no rest: sweeps never come to an end')
      before = now
      await this.sweep()
    }
  }

  /** Those that were left half-way go on, oldest first; then everything comes to rest. */
  async end(sweeps: boolean): Promise<void> {
    for (const actor of [...this.#actors]) await this.goOn(actor)
    await (sweeps ? this.rest() : this.drain())
  }

  #announce(deposit: string): void {
    this.world.messages.push({ id: -++this.#ids, queue: 'import', body: { v: 1, deposit } })
  }

  #isFree({ group }: Message): boolean {
    return group === undefined || !this.#actors.some(({ message, isGivenUp }) => !isGivenUp && message?.group === group)
  }

  #handle(message: Message, stop: Until): Promise<Actor> {
    this.world.messages.splice(this.world.messages.indexOf(message), 1)
    const name = `${message.queue} ${JSON.stringify(message.body)}`
    if (this.#actors.some((other) => !other.isGivenUp && isSameShard(other.message, message))) this.monitor.faults.add(`two workers: ${name}`)
    return this.#begin(name, (pause, signal) => this.world.handle(message, pause, signal), stop, { message })
  }

  async #begin(
    name: string,
    run: (pause: (operation: string) => Promise<void>, signal: AbortSignal) => Promise<void>,
    stop: Until,
    { message, isForced = false }: { message?: Message; isForced?: boolean } = {},
  ): Promise<Actor> {
    const label = `#${++this.#ids} ${name}`
    const budget = new AbortController()
    const worker = startWorker(label, (pause) => run(pause, budget.signal))
    const actor: Actor = { name: label, worker, message, started: this.operations, isForced, isGivenUp: false, budget }
    this.#actors.push(actor)
    this.log.push(`${label} starts`)
    await this.goOn(actor, stop)
    return actor
  }
}

/** Plays a directed schedule and compares what it gives with the oracle. Throws `LostPlace` when the code has moved away from it. */
export const direct = async ({ play, sweeps = true, world }: Directed): Promise<Result> => {
  const director = new Director(world)
  const { log } = director
  try {
    await play(director)
    await director.end(sweeps)
    return { failures: failuresOf(director.world, director.people, director.monitor), operations: director.operations, log }
  } catch (error) {
    if (error instanceof LostPlace) throw error
    const failures = [error instanceof Error ? (error.stack ?? error.message) : String(error), ...director.monitor.faults]
    return { failures, operations: director.operations, log }
  }
}
