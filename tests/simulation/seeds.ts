import { DIRECTED } from './directed.ts'
import { direct } from './director.ts'
import { randomScenario } from './random-scenario.ts'
import { FIXED } from './scenario.ts'
import { type Faults, type Result, simulate } from './simulate.ts'

/**
 * The schedule of a seed: most have faults; some have none and no sweep, since a sweep may mend what is lost but must not be needed otherwise;
 * in some, reads of many documents are interrupted; in some, refine takes most SIRENs piece by piece.
 */
export const simulateSeed = (seed: number, isVerbose = false): Promise<Result> => {
  const isSound = seed % 8 === 0
  const torn = seed % 8 === 1
  const large = seed % 8 === 2 ? { large: { budget: 1.5, piece: 1 } } : {}
  return simulate(randomScenario(seed), seed ^ 0x5eed, {
    faults: { kind: isSound ? 'none' : 'random' },
    order: 'random',
    sweeps: !isSound,
    world: { torn, ...large },
    isVerbose,
  })
}

/** A fixed scenario, one thing after the other, with one fault. */
export const simulateFault = (scenario: string, faults: Faults, isVerbose = false): Promise<Result> => {
  const found = FIXED.find(({ name }) => name === scenario)
  if (found === undefined) throw new RangeError(`no scenario is called ${scenario}`)
  return simulate(found, 1, { faults, order: 'ordered', sweeps: true, isVerbose })
}

/** A directed schedule, by its name. */
export const simulateDirected = (name: string): Promise<Result> => {
  const found = DIRECTED.find((directed) => directed.name === name)
  if (found === undefined) throw new RangeError(`no directed schedule is called ${name}`)
  return direct(found)
}
