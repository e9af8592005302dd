import type { EntityFeatures } from './entity-features.ts'
import { THEMES } from './inputs.ts'
import type { Level } from './level.ts'

/**
 * Expert rules (detect §7): signals read in the features and in the macro explanation move the level by one step at most. None is in use by default.
 * A signal is true, false, or null when it could not be evaluated; only true counts.
 */
export type Signals = Record<string, boolean | null>

/** Months relative to the list's last period (0, −3…) or absolute (`AAAA-MM`). */
export type When = number | string
type Window = { from: When; to: When }

/**
 * D(x): employee and employer debts of the company in month x; C: mean monthly contribution over 12 months.
 * - `ratioChange`: (D(to) − D(from)) / (`times`·C) > `above`
 * - `minOverMax`: max D over `old` > 0 and min D over `recent` / that max < `below`
 * - `maxRatio`: max over `window` of D / C, divided by `over`, > `above`
 * - `themePrevails`: the macro value of the theme is at least that of every other theme
 * - `threshold`: a variable of the entreprise above or below a value
 * - `unavailable`: nothing here can tell
 */
export type Expression =
  | { op: 'ratioChange'; from: When; to: When; times: number; above: number }
  | { op: 'minOverMax'; old: Window; recent: Window; below: number }
  | { op: 'maxRatio'; window: Window; over: number; above: number }
  | { op: 'themePrevails'; theme: string }
  | { op: 'threshold'; variable: string; above?: number; below?: number }
  | { op: 'unavailable' }

/** `when`: signals that must all be true, `unless`: none may be. Effects are summed, clipped to one step, the level to 0…2. */
export type Rule = { when: string[]; unless?: string[]; effect: 1 | -1 }
export type RuleSet = { id: string; signals: Record<string, Expression>; rules: Rule[]; count?: { of: string[]; effects: number[] } }

export const NO_RULES: RuleSet = { id: 'none', signals: {}, rules: [] }

export const signalsOf = (ruleset: RuleSet, features: EntityFeatures, month: number, macro: Readonly<Record<string, number>>): Signals =>
  Object.fromEntries(Object.entries(ruleset.signals).map(([name, expression]) => [name, evaluated(expression, features, month, macro)]))

export const withRules = (ruleset: RuleSet, level: Level, signals: Signals): Level => {
  let sum = 0
  for (const { when, unless = [], effect } of ruleset.rules) {
    if (when.every((name) => signals[name] === true) && !unless.some((name) => signals[name] === true)) sum += effect
  }
  if (ruleset.count) sum += ruleset.count.effects[ruleset.count.of.filter((name) => signals[name] === true).length] ?? 0
  const delta = Math.max(-1, Math.min(1, sum))
  return Math.max(0, Math.min(2, level + delta)) as Level
}

const debtAt = (features: EntityFeatures, month: number): number | undefined => {
  const employee = features.sum('montant_part_ouvriere', month)
  const employer = features.sum('montant_part_patronale', month)
  return employee === undefined && employer === undefined ? undefined : (employee ?? 0) + (employer ?? 0)
}

const monthAt = (when: When, month: number): number => (typeof when === 'number' ? month + when : Number(when.slice(0, 4)) * 12 + Number(when.slice(5, 7)) - 1)

const over = (window: Window, month: number, read: (at: number) => number | undefined): number[] => {
  const values: number[] = []
  for (let at = monthAt(window.from, month); at <= monthAt(window.to, month); at++) {
    const value = read(at)
    if (value !== undefined) values.push(value)
  }
  return values
}

const evaluated = (expression: Expression, features: EntityFeatures, month: number, macro: Readonly<Record<string, number>>): boolean | null => {
  switch (expression.op) {
    case 'ratioChange': {
      const to = debtAt(features, monthAt(expression.to, month))
      const from = debtAt(features, monthAt(expression.from, month))
      const mean = features.sum('cotisation_moy12m', month)
      if (to === undefined || mean === undefined) return null
      // Missing debt of the earlier month is no debt; a zero contribution says nothing (detect trap 19).
      return mean === 0 ? null : (to - (from ?? 0)) / (expression.times * mean) > expression.above
    }
    case 'minOverMax': {
      const old = over(expression.old, month, (at) => debtAt(features, at))
      const recent = over(expression.recent, month, (at) => debtAt(features, at))
      if (old.length === 0 || recent.length === 0) return null
      const most = Math.max(...old)
      return most > 0 && Math.min(...recent) / most < expression.below
    }
    case 'maxRatio': {
      const ratios = over(expression.window, month, (at) => {
        const mean = features.sum('cotisation_moy12m', at)
        const debt = debtAt(features, at)
        return mean && debt !== undefined ? debt / mean : undefined
      })
      return ratios.length === 0 ? null : Math.max(...ratios) / expression.over > expression.above
    }
    case 'themePrevails':
      return THEMES.every((theme) => (macro[expression.theme] ?? 0) >= (macro[theme] ?? 0))
    case 'threshold': {
      const value = features.number(expression.variable, month)
      if (value === undefined) return null
      return (expression.above === undefined || value > expression.above) && (expression.below === undefined || value < expression.below)
    }
    case 'unavailable':
      return null
  }
}
