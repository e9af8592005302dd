import { DERIVED_SCHEDULES } from './directed/derived.ts'
import { INPUT_SCHEDULES } from './directed/inputs.ts'
import { LARGE_SCHEDULES } from './directed/large.ts'
import { OPENING_SCHEDULES } from './directed/openings.ts'
import { SWEEPING_SCHEDULES } from './directed/sweeping.ts'
import { VERDICT_SCHEDULES } from './directed/verdicts.ts'
import type { Directed } from './director.ts'

/** Every directed schedule, by the rules that it is about. */
export const DIRECTED: readonly Directed[] = [
  ...DERIVED_SCHEDULES,
  ...INPUT_SCHEDULES,
  ...VERDICT_SCHEDULES,
  ...OPENING_SCHEDULES,
  ...SWEEPING_SCHEDULES,
  ...LARGE_SCHEDULES,
]
