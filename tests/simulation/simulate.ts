/**
 * The real cores of the spine under a schedule: which worker goes on, which one crashes, which one is given up and wakes late, which message is
 * lost, doubled or delayed. Everything follows from the seed, so that a failure is its seed (architecture §12).
 */
import { editBatch } from '../../shared/domain/spine/editing.ts'
import { ringDeposit } from '../../shared/domain/spine/ledger.ts'
import { openBatch } from '../../shared/domain/spine/opening.ts'
import type { Spine } from '../../shared/domain/spine/spine.ts'
import { createWorld, finalState, type Message, type World, type WorldOptions } from '../spine/world.ts'
import { failuresOf, faultsOfList, type People } from './checks.ts'
import { type Monitor, monitorOf } from './monitor.ts'
import { createRandom, type Random } from './random.ts'
import type { Happening, Scenario } from './scenario.ts'
import { startWorker, type Worker } from './workers.ts'

/**
 * One fault at the operation of this rank, or faults by chance. `none` with `random` order: nothing fails, and then no sweep may be needed.
 * `crash`: the worker never goes on. `park`: it is given up, and goes on late. `throw`: the database or the queue does not answer.
 */
export type Faults = { kind: 'none' } | { kind: 'random' } | { kind: 'crash' | 'park' | 'throw'; at: number }

export type Options = { faults: Faults; order: 'ordered' | 'random'; sweeps: boolean; world?: WorldOptions; isVerbose?: boolean }
export type Result = { failures: string[]; operations: number; log: string[] }

type Running = { worker: Worker; message: Message | undefined; started: number; isForced: boolean; command: Command | undefined }

/** What a person asks for. Its process may die; until it is `made`, by its first write, the person gives it again. The rest is left to sweeps. */
type Command = { name: string; isForced: boolean; isMade(): boolean; run(spine: Spine): Promise<void> }

/** Receives before a message goes to the dead letters. */
const MAX_RECEIVES = 3
/** Steps after which a schedule is said never to end. The pieces of a read that is interrupted are one step. */
const STEP_LIMIT = 250_000
/** How the pieces of a read are called, after the first. */
const PIECE = '.next'
/** Sweeps after the faults have stopped: each mends something, or the platform is at rest. */
const SWEEP_LIMIT = 25

export const simulate = async (scenario: Scenario, seed: number, options: Options): Promise<Result> => {
  const run = new Simulation(scenario, createRandom(seed), options)
  try {
    await run.play()
    return { failures: failuresOf(run.world, run.people, run.monitor), operations: run.operations, log: run.log }
  } catch (error) {
    const failures = [error instanceof Error ? (error.stack ?? error.message) : String(error), ...run.monitor.faults]
    return { failures, operations: run.operations, log: run.log }
  }
}

class Simulation {
  readonly world: World
  readonly monitor: Monitor
  readonly people = { withdrawn: new Set<string>(), confirmed: new Set<string>(), flux: new Set<string>(), opened: new Set<string>() } satisfies People
  readonly log: string[] = []
  operations = 0
  #live: Running[] = []
  #parked: Running[] = []
  #receives = new Map<number, number>()
  #happenings: Happening[]
  #isResting = false
  #isCalm = false
  #steps = 0
  #pieces = 0
  #restedAt = ''
  #ids = 0
  readonly #random: Random
  readonly #options: Options

  constructor(scenario: Scenario, random: Random, options: Options) {
    this.#random = random
    this.#options = options
    this.#happenings = [...scenario.happenings]
    this.world = createWorld(options.world)
    this.monitor = monitorOf(this.world, (list) => faultsOfList(this.world, this.people, list))
  }

  /** Faults may strike until every happening took place, and a while after; then they stop, those that were given up wake, and sweeps run until nothing moves. */
  async play(): Promise<void> {
    while (this.#happenings.length > 0 || this.#isResting) await this.#step()
    for (let extra = 0; extra < 300 && this.#options.faults.kind === 'random' && this.#isBusy; extra++) await this.#step()
    this.#isCalm = true
    await this.#comeToRest()
  }

  get #isBusy(): boolean {
    return this.#live.length + this.#parked.length + this.world.messages.length > 0
  }

  async #comeToRest(): Promise<void> {
    let before = ''
    for (let sweeps = 0; ; sweeps++) {
      while (this.#isBusy) await this.#step()
      const now = stateOf(this.world)
      if (now === before || !this.#options.sweeps) return
      if (sweeps > SWEEP_LIMIT) throw new Error('no rest: sweeps never come to an end')
      before = now
      await this.#sweepAlone()
    }
  }

  async #sweepAlone(): Promise<void> {
    this.world.wait()
    this.log.push('sweep')
    const running = this.#launch('sweep', (pause) => this.world.sweep(pause))
    while (this.#live.includes(running)) await this.#resume(running)
  }

  async #step(): Promise<void> {
    if (++this.#steps - this.#pieces > STEP_LIMIT) throw new Error('no rest: messages never come to an end')
    if (this.#isResting && this.#live.length + this.world.messages.length === 0) return this.#rest()
    const choice = this.#random.next()
    const isOrdered = this.#options.order === 'ordered'
    const mayFault = this.#options.faults.kind === 'random' && !this.#isCalm && !this.#isResting
    if (mayFault && choice < 0.02) return this.#fault()
    if (mayFault && choice < 0.03 && this.#live.length + this.#parked.length < 4) return void this.#launch('sweep', (pause) => this.world.sweep(pause))
    if (this.#parked.length > 0 && !isOrdered && (this.#isCalm || choice < 0.05)) return this.#resume(this.#random.pick(this.#parked))
    const startable = this.#startable()
    const mayHappen =
      this.#happenings.length > 0 && !this.#isResting && (isOrdered ? this.#live.length === 0 : choice > 0.9 || this.#live.length + startable.length === 0)
    if (mayHappen && (await this.#happen())) return this.monitor.notice(this.#steps + this.operations)
    if (this.#live.length > 0 && (startable.length === 0 || isOrdered || this.#live.length >= 3 || choice < 0.75)) {
      return this.#resume(isOrdered ? (this.#live[0] as Running) : this.#random.pick(this.#live))
    }
    const next = isOrdered ? startable[0] : startable.length > 0 ? this.#random.pick(startable) : undefined
    if (next !== undefined) return this.#start(next)
    if (this.#parked.length > 0) return this.#resume(this.#random.pick(this.#parked))
    if (this.#happenings.length > 0 && !this.#isResting) await this.#unblock()
  }

  /** What is to happen waits for something that a fault took away: a sweep gives it back. */
  async #unblock(): Promise<void> {
    if (this.#options.sweeps) await this.#sweepAlone()
    else throw new Error(`no rest: ${JSON.stringify(this.#happenings[0])} cannot take place`)
  }

  /** Messages whose group no worker holds. */
  #startable(): Message[] {
    const held = new Set(this.#live.map(({ message }) => message?.group))
    return this.world.messages.filter(({ group }) => group === undefined || !held.has(group))
  }

  #start(message: Message): void {
    this.world.messages.splice(this.world.messages.indexOf(message), 1)
    if (this.#live.some(({ message: other }) => isSameShard(other, message))) this.monitor.faults.add(`two workers of ${shardOf(message)}`)
    this.#receives.set(message.id, (this.#receives.get(message.id) ?? 0) + 1)
    this.#launch(`${message.queue} ${JSON.stringify(message.body)}`, (pause) => this.world.handle(message, pause), message)
  }

  #launch(name: string, run: (pause: (operation: string) => Promise<void>) => Promise<void>, message?: Message, command?: Command): Running {
    const worker = startWorker(`#${++this.#ids} ${name}`, run)
    const running: Running = { worker, message, started: this.#steps + this.operations, isForced: command?.isForced === true, command }
    this.#live.push(running)
    this.log.push(`start ${running.worker.name}`)
    return running
  }

  #give(command: Command): void {
    this.#launch(command.name, (pause) => command.run(this.world.spine(pause)), undefined, command)
  }

  async #resume(running: Running): Promise<void> {
    const { worker } = running
    this.operations++
    const { faults } = this.#options
    if ('at' in faults && faults.at === this.operations && this.#live.includes(running)) {
      this.log.push(`${faults.kind} ${worker.name} at ${worker.waitingAt ?? 'start'}`)
      return faults.kind === 'throw' ? this.#throw(running) : this.#giveUp(running, faults.kind === 'park')
    }
    const operation = worker.waitingAt ?? 'start'
    if (operation.endsWith(PIECE)) this.#pieces++
    await worker.step()
    if (this.#options.isVerbose) this.log.push(`  ${worker.name.split(' ', 2).join(' ')} ${operation}`)
    this.monitor.watch(operation, running, this.#steps + this.operations)
    if (worker.done) this.#end(running)
  }

  #end(running: Running): void {
    const { worker } = running
    this.#live = this.#live.filter((other) => other !== running)
    const wasParked = this.#parked.includes(running)
    this.#parked = this.#parked.filter((other) => other !== running)
    this.log.push(`end ${worker.name}${worker.failure === undefined ? '' : ` with ${String(worker.failure)}`}`)
    if (worker.failure !== undefined && !isOfTheEnvironment(worker.failure)) throw worker.failure
    // who was given up has lost its message: it came back to the queue at that time
    if (worker.failure !== undefined && !wasParked) this.#askAgain(running)
  }

  #fault(): void | Promise<void> {
    const choice = this.#random.next()
    if (choice < 0.7 && this.#live.length > 0) {
      const running = this.#random.pick(this.#live)
      const kind = choice < 0.3 ? 'park' : choice < 0.55 ? 'crash' : 'throw'
      this.log.push(`${kind} ${running.worker.name} at ${running.worker.waitingAt ?? 'start'}`)
      return kind === 'throw' ? this.#throw(running) : this.#giveUp(running, kind === 'park')
    }
    if (this.world.messages.length === 0) return
    const message = this.#random.pick(this.world.messages)
    if (choice < 0.85) {
      this.log.push(`lose ${message.queue} ${JSON.stringify(message.body)}`)
      this.world.messages.splice(this.world.messages.indexOf(message), 1)
    } else {
      this.log.push(`double ${message.queue} ${JSON.stringify(message.body)}`)
      this.world.messages.push({ ...message })
    }
  }

  async #throw(running: Running): Promise<void> {
    await running.worker.fail(new EnvironmentFault('the environment does not answer'))
    if (running.worker.done) this.#end(running)
  }

  /** The queue shows the message again; a parked worker may still wake and write. */
  #giveUp(running: Running, park: boolean): void {
    this.#live = this.#live.filter((other) => other !== running)
    if (park) this.#parked.push(running)
    this.#askAgain(running)
  }

  #askAgain({ message, command }: Running): void {
    if (command !== undefined && !command.isMade()) this.#give(command)
    if (message === undefined) return
    if ((this.#receives.get(message.id) ?? 0) < MAX_RECEIVES) this.world.messages.push(message)
    else this.log.push(`dead letter ${message.queue} ${JSON.stringify(message.body)}`)
  }

  /** False when it cannot take place yet: nobody withdraws a deposit that was never announced. */
  async #happen(): Promise<boolean> {
    const [happening] = this.#happenings
    if (happening === undefined) return false
    const { data } = this.world
    if ((happening.kind === 'withdraw' || happening.kind === 'confirm') && !data.imports.has(happening.deposit)) return false
    this.#happenings.shift()
    this.log.push(`happens ${JSON.stringify(happening)}`)
    switch (happening.kind) {
      case 'deposit':
        this.world.files.set(happening.file.deposit, happening.file)
        this.#announce(happening.file.deposit)
        return true
      case 'withdraw':
      case 'confirm':
      case 'flux':
        this.#give(commandOf(happening, this.people))
        return true
      case 'open':
        if (!data.batches.has(happening.batch)) return true
        this.people.opened.add(happening.batch)
        this.#give({
          name: `open ${happening.batch}`,
          isForced: true,
          isMade: () => (data.current?.batch ?? '') >= happening.batch,
          run: async (spine) => void (await openBatch(spine, happening.batch)),
        })
        return true
      case 'rest':
        this.#isResting = true
        return true
    }
  }

  #announce(deposit: string): void {
    this.world.messages.push({ id: -++this.#ids, queue: 'import', body: { v: 1, deposit } })
  }

  /** Nothing runs any more, but for those that were given up: sweeps until nothing moves. */
  async #rest(): Promise<void> {
    if (!this.#options.sweeps) {
      this.#isResting = false
      return
    }
    const now = stateOf(this.world)
    this.#isResting = now !== this.#restedAt
    this.#restedAt = now
    if (this.#isResting) await this.#sweepAlone()
  }
}

/** Stage and shard of a bell: one worker at a time, whatever groups the queue knows. */
const shardOf = ({ queue, body }: Message): string | undefined => ('shard' in body ? `${queue} ${body.shard}` : undefined)
export const isSameShard = (one: Message | undefined, other: Message): boolean =>
  one !== undefined && shardOf(other) !== undefined && shardOf(one) === shardOf(other)

/** Everything but versions, which an evaluation raises without changing anything, and times. */
export const stateOf = (world: World): string => {
  const { ledger, imports, batches } = world.data
  const rows = [...ledger.values()].map(({ at: _, ...row }) => row)
  return JSON.stringify([
    finalState(world),
    rows,
    [...imports.values()],
    [...batches.values()].map(({ version: _, owed, ...batch }) => [batch, Object.keys(owed)]),
  ])
}

type Said = { withdrawn: Set<string>; confirmed: Set<string>; flux: Set<string> }

/** `said` learns what the person said when it is written, not before: until then nobody can know it. */
const commandOf = (happening: Exclude<Happening, { kind: 'deposit' | 'open' | 'rest' }>, said: Said): Command => {
  if (happening.kind === 'flux') {
    const { batch, source } = happening
    const isMade = (): boolean => said.flux.has(`${batch} ${source}`)
    return { name: `flux ${batch} ${source}`, isForced: false, isMade, run: (spine) => declareFlux(spine, batch, source, said) }
  }
  const { kind, deposit } = happening
  const flag = kind === 'withdraw' ? 'withdrawn' : 'confirmed'
  const run = async (spine: Spine): Promise<void> => {
    await spine.store.imports.set(deposit, flag)
    said[flag].add(deposit)
    await ringDeposit(spine, deposit)
  }
  return { name: `${kind} ${deposit}`, isForced: false, isMade: () => said[flag].has(deposit), run }
}

/** A person declares a source flux in a batch, which exists or is created for that. */
export const declareFlux = async (spine: Spine, key: string, source: string, { flux }: Pick<Said, 'flux'>): Promise<void> => {
  const { admin } = spine.store
  await admin.ensureBatch(key)
  const updateBatch: typeof admin.updateBatch = async (batch) => {
    const isWritten = await admin.updateBatch(batch)
    if (isWritten && batch.key === key && batch.flux.includes(source)) flux.add(`${key} ${source}`)
    return isWritten
  }
  await editBatch({ ...spine, store: { ...spine.store, admin: { ...admin, updateBatch } } }, key, { flux: { [source]: true } })
}

/** A fault that the schedule made, as opposed to an error of the code. */
class EnvironmentFault extends Error {}

/** A sweep tells what each of its parts failed with, all together. */
const isOfTheEnvironment = (failure: unknown): boolean =>
  failure instanceof AggregateError
    ? failure.errors.every(isOfTheEnvironment)
    : failure instanceof EnvironmentFault || (failure instanceof Error && failure.cause instanceof Error && isOfTheEnvironment(failure.cause))
