import type { Artefact } from './artefact.ts'
import type { Evaluated } from './evaluate.ts'
import { type Level, levelOf } from './level.ts'

/** A guard at activation (detect §5.3): what was measured, and what it must be. `--force` overrides, and is recorded. */
export type Guard = { guard: string; value: number; limit: string; ok: boolean }

/** Scores of the last period with the new model, and the levels of the list in force for the same SIRENs (absent: not in it). */
export type LastPeriod = { scores: readonly number[]; before?: readonly (Level | undefined)[] }

const within = (guard: string, value: number, from: number, to: number): Guard => ({ guard, value, limit: `${from}…${to}`, ok: value >= from && value <= to })
const atLeast = (guard: string, value: number, limit: number): Guard => ({ guard, value, limit: `≥ ${limit}`, ok: value >= limit })
const atMost = (guard: string, value: number, limit: number): Guard => ({ guard, value, limit: `< ${limit}`, ok: value < limit })

export const guardsOf = (artefact: Pick<Artefact, 'thresholds'>, metrics: Pick<Evaluated, 'test' | 'validation' | 'stability'>, last?: LastPeriod): Guard[] => {
  const { test, validation } = metrics
  const guards = [
    atLeast('test_lift', test.drop.lift, 3),
    atLeast('test_auc', test.drop.auc, 0.7),
    atMost('red_f_gap', Math.abs(test.drop.red.f - validation.drop.red.f), 0.08),
    atMost('orange_f_gap', Math.abs(test.drop.orange.f - validation.drop.orange.f), 0.08),
    atMost('stability', Math.max(0, ...Object.values(metrics.stability)), 0.25),
  ]
  if (!last || last.scores.length === 0) return guards
  const levels = last.scores.map((score) => levelOf(score, artefact.thresholds))
  const share = (count: number, of: number): number => (of === 0 ? 0 : count / of)
  guards.push(within('red_share', share(levels.filter((level) => level === 2).length, levels.length), 0.005, 0.05))
  guards.push(within('alert_share', share(levels.filter((level) => level >= 1).length, levels.length), 0.04, 0.2))
  const compared = levels.flatMap((level, i) => (last.before?.[i] === undefined ? [] : [level !== last.before[i]]))
  if (compared.length > 0) guards.push(atMost('changed_level', share(compared.filter(Boolean).length, compared.length), 0.4))
  return guards
}
