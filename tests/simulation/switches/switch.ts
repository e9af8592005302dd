import type { Patch } from '../mutants.ts'
import type { Faults } from '../simulate.ts'

/** A random seed, a fault in a fixed scenario, or a directed schedule by its name. */
export type Schedule = { seed: number } | { scenario: string; fault: Faults } | { directed: string }

/** A rule of architecture §§2 and 4, the text that turns it off, and a schedule that then fails. A seed is followed by its neighbours: any change of the code moves the schedules. */
export type Switch = { name: string; rule: string; patches: readonly Patch[]; fails: Schedule }
