import { DERIVED_SCHEDULES } from './directed/derived.ts'
import type { Directed } from './director.ts'

/** Every directed schedule, by the rules that it is about. */
export const DIRECTED: readonly Directed[] = [...DERIVED_SCHEDULES]
