/**
 * The real cores of the spine under a schedule: which worker goes on, which one crashes, which one is given up and wakes late, which message is
 * lost, doubled or delayed. Everything follows from the seed, so that a failure is its seed (architecture §12).
 */
import { openBatch } from '../../shared/domain/spine/opening.ts'
import { DEFAULT_SETTINGS } from '../../shared/domain/spine/spine.ts'
import { createWorld, type Message, type World, type WorldOptions } from '../spine/world.ts'
import { failuresOf, type Monitor, monitorOf } from './checks.ts'
import { digest } from './digest.ts'
import { createRandom, type Random } from './random.ts'
import type { Happening, Scenario } from './scenario.ts'
import { startWorker, type Worker } from './workers.ts'

/** One fault at the operation of this rank, or faults by chance. */
export type Faults = { kind: 'none' } | { kind: 'random' } | { kind: 'crash' | 'park'; at: number }

export type Options = { faults: Faults; world?: WorldOptions; sweeps?: boolean; limit?: number }
export type Result = { failures: string[]; operations: number; log: string[] }

type Running = { worker: Worker; message: Message | undefined; receives: number }

const MAX_RECEIVES = 3

export const simulate = async (scenario: Scenario, seed: number, options: Options): Promise<Result> => {
  const run = new Simulation(scenario, createRandom(seed), options)
  try {
    await run.play()
    return { failures: failuresOf(run.world, run.withdrawn, run.confirmed, run.monitor), operations: run.operations, log: run.log }
  } catch (error) {
    return { failures: [error instanceof Error ? (error.stack ?? error.message) : String(error)], operations: run.operations, log: run.log }
  }
}

class Simulation {
  readonly world: World
  readonly monitor: Monitor
  readonly withdrawn = new Set<string>()
  readonly confirmed = new Set<string>()
  readonly log: string[] = []
  operations = 0
  #live: Running[] = []
  #parked: Running[] = []
  #receives = new Map<number, number>()
  #happenings: Happening[]
  #isResting = false
  #isCalm = false
  readonly #random: Random
  readonly #options: Options

  constructor(scenario: Scenario, random: Random, options: Options) {
    this.#random = random
    this.#options = options
    this.#happenings = [...scenario.happenings]
    this.world = createWorld(options.world)
    this.monitor = monitorOf(this.world)
  }

  /** Faults may strike until every happening took place; then they stop, those that were given up wake, and the platform comes to rest. */
  async play(): Promise<void> {
    const limit = this.#options.limit ?? 60_000
    let steps = 0
    while (this.#happenings.length > 0 || this.#isResting) {
      if (++steps > limit) throw new Error('no rest: the happenings never came to an end')
      await this.#step()
    }
    for (let extra = 0; extra < 200 && this.#options.faults.kind === 'random'; extra++) await this.#step()
    this.#isCalm = true
    await this.#comeToRest(limit)
  }

  async #comeToRest(limit: number): Promise<void> {
    let before = ''
    for (let steps = 0; ; ) {
      while (this.#live.length + this.#parked.length + this.world.messages.length > 0) {
        if (++steps > limit) throw new Error('no rest: messages never come to an end')
        await this.#step()
      }
      const now = digest([this.monitor.visible(), [...this.world.data.ledger.values()].map(({ at: _, ...row }) => row), [...this.world.data.imports.values()]])
      if (now === before) return
      before = now
      if (this.#options.sweeps !== false) await this.world.sweep()
    }
  }

  async #step(): Promise<void> {
    if (this.#isResting && this.#live.length + this.world.messages.length === 0) return this.#rest()
    const choice = this.#random.next()
    const mayFault = this.#options.faults.kind === 'random' && !this.#isCalm && !this.#isResting
    const isOrdered = this.#options.faults.kind !== 'random'
    if (mayFault && choice < 0.02) return this.#fault()
    if (mayFault && choice < 0.03 && this.#live.length < 4) return this.#startSweep()
    if (this.#parked.length > 0 && (this.#isCalm || choice < 0.05)) return this.#resume(this.#random.pick(this.#parked))
    const startable = this.world.messages.filter((message) => !this.#isLocked(message))
    const mayHappen = this.#happenings.length > 0 && !this.#isResting && (isOrdered || choice > 0.9 || (this.#live.length === 0 && startable.length === 0))
    if (mayHappen && (!isOrdered || this.#live.length === 0)) {
      if (await this.#happen()) return
    }
    if (this.#live.length > 0 && (startable.length === 0 || isOrdered || this.#live.length >= 3 || choice < 0.75))
      return this.#resume(isOrdered ? (this.#live[0] as Running) : this.#random.pick(this.#live))
    const next = isOrdered ? startable[0] : startable.length > 0 ? this.#random.pick(startable) : undefined
    if (next !== undefined) return this.#start(next)
    if (this.#parked.length > 0) return this.#resume(this.#random.pick(this.#parked))
    if (this.#happenings.length > 0 && !this.#isResting && !(await this.#happen())) await this.world.sweep()
  }

  #isLocked(message: Message): boolean {
    return message.group !== undefined && this.#live.some((running) => running.message?.group === message.group)
  }

  #start(message: Message): void {
    this.world.messages.splice(this.world.messages.indexOf(message), 1)
    const receives = (this.#receives.get(message.id) ?? 0) + 1
    this.#receives.set(message.id, receives)
    const worker = startWorker(`${message.queue} ${JSON.stringify(message.body)}`, (pause) => this.world.handle(message, pause))
    this.#live.push({ worker, message, receives })
    this.log.push(`start ${worker.name}`)
  }

  #startSweep(): void {
    this.#live.push({ worker: startWorker('sweep', (pause) => this.world.sweep(pause)), message: undefined, receives: 0 })
    this.log.push('start sweep')
  }

  async #resume(running: Running): Promise<void> {
    const { worker } = running
    this.operations++
    const { faults } = this.#options
    if ('at' in faults && faults.at === this.operations && this.#live.includes(running)) {
      this.log.push(`${faults.kind} ${worker.name} at ${worker.waitingAt ?? 'start'}`)
      this.#giveUp(running, faults.kind === 'park')
      return
    }
    await worker.step()
    this.monitor.watch()
    if (!worker.done) return
    this.#live = this.#live.filter((other) => other !== running)
    this.#parked = this.#parked.filter((other) => other !== running)
    this.log.push(`end ${worker.name}${worker.failure === undefined ? '' : ` with ${String(worker.failure)}`}`)
    if (worker.failure !== undefined && running.message !== undefined) this.#deliverAgain(running.message)
    else if (worker.failure !== undefined && !(running.message === undefined)) throw worker.failure
  }

  #fault(): void {
    const choice = this.#random.next()
    if (choice < 0.6 && this.#live.length > 0) {
      const running = this.#random.pick(this.#live)
      const park = choice < 0.3
      this.log.push(`${park ? 'park' : 'crash'} ${running.worker.name} at ${running.worker.waitingAt ?? 'start'}`)
      this.#giveUp(running, park)
      return
    }
    if (this.world.messages.length === 0) return
    const message = this.#random.pick(this.world.messages)
    if (choice < 0.8) {
      this.log.push(`lose ${message.queue} ${JSON.stringify(message.body)}`)
      this.world.messages.splice(this.world.messages.indexOf(message), 1)
    } else {
      this.log.push(`double ${message.queue} ${JSON.stringify(message.body)}`)
      this.world.messages.push({ ...message })
    }
  }

  /** The queue shows the message again; a parked worker may still wake and write. */
  #giveUp(running: Running, park: boolean): void {
    this.#live = this.#live.filter((other) => other !== running)
    if (park) this.#parked.push(running)
    if (running.message !== undefined) this.#deliverAgain(running.message)
  }

  #deliverAgain(message: Message): void {
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
        this.world.messages.push({ id: -this.world.files.size, queue: 'import', body: { v: 1, deposit: happening.file.deposit } })
        return true
      case 'withdraw':
      case 'confirm': {
        const { deposit, kind } = happening
        const set = kind === 'withdraw' ? this.withdrawn : this.confirmed
        set.add(deposit)
        await this.world.spine().store.imports.set(deposit, kind === 'withdraw' ? 'withdrawn' : 'confirmed')
        this.world.messages.push({ id: -1000 - this.log.length, queue: 'import', body: { v: 1, deposit } })
        return true
      }
      case 'open': {
        if (!data.batches.has(happening.batch)) return true
        const { batch } = happening
        this.#live.push({
          worker: startWorker(`open ${batch}`, async (pause) => void (await openBatch(this.world.spine(pause), batch))),
          message: undefined,
          receives: 0,
        })
        return true
      }
      case 'rest':
        this.#isResting = true
        return true
    }
  }

  async #rest(): Promise<void> {
    const before = digest(this.monitor.visible())
    await this.world.sweep()
    if (this.world.messages.length === 0 || digest(this.monitor.visible()) === before) {
      while (this.world.messages.length > 0) {
        const [message] = this.world.messages.splice(0, 1)
        if (message !== undefined) await this.world.handle(message)
      }
      this.#isResting = digest(this.monitor.visible()) !== before
    }
  }
}

export const GUARD_SHARE = DEFAULT_SETTINGS.guardShare
