/**
 * One switch per rule of architecture §§2 and 4: the rule is turned off by replacing its text, and a known schedule fails, so that the simulation
 * cannot go blind.
 */
import { COMPACTION_SWITCHES } from './switches/compaction.ts'
import { DEPOSITS_SWITCHES } from './switches/deposits.ts'
import { DERIVED_SWITCHES } from './switches/derived.ts'
import { LARGE_SWITCHES } from './switches/large.ts'
import { LEDGER_SWITCHES } from './switches/ledger.ts'
import { LISTS_SWITCHES } from './switches/lists.ts'
import { OPENING_SWITCHES } from './switches/opening.ts'
import { RUNS_SWITCHES } from './switches/runs.ts'
import { SWEEP_SWITCHES } from './switches/sweep.ts'
import type { Switch } from './switches/switch.ts'
import { VERDICTS_SWITCHES } from './switches/verdicts.ts'

export const SWITCHES: readonly Switch[] = [
  ...DERIVED_SWITCHES,
  ...LEDGER_SWITCHES,
  ...COMPACTION_SWITCHES,
  ...LARGE_SWITCHES,
  ...DEPOSITS_SWITCHES,
  ...RUNS_SWITCHES,
  ...VERDICTS_SWITCHES,
  ...OPENING_SWITCHES,
  ...LISTS_SWITCHES,
  ...SWEEP_SWITCHES,
]
