import { expect, test } from 'vitest'
import { DEFAULT_RULES, isRules, RULES_2023, RULES_2026, rulesOf } from './rules.ts'

test('rules are named by a set, then by those that differ from it', () => {
  expect(rulesOf('2023')).toEqual(RULES_2023)
  expect(rulesOf('default')).toEqual(DEFAULT_RULES)
  expect(rulesOf('default,apart=2026')).toEqual(RULES_2026)
  expect(rulesOf('2023,debits=2026,regions=2026')).toEqual({ ...RULES_2023, debits: '2026', regions: '2026' })
})

test.each([
  '',
  '2025',
  'default,',
  'default,apart',
  'default,apart=2025',
  'default,invented=2026',
  'apart=2026',
  'default,apart=2026=2023',
  'default, apart=2026',
])('« %s » names no rules', (text) => {
  expect(isRules(text)).toBe(false)
  expect(() => rulesOf(text)).toThrow(RangeError)
})
