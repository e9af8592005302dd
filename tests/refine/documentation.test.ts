import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { VARIABLES, variablesMarkdown } from '../../shared/domain/variables/documentation.ts'
import { hasSamples, readSample } from '../conformance/refine-samples.ts'

test('docs/variables.md is the one that the families document', () => {
  expect(readFileSync(new URL('../../docs/variables.md', import.meta.url), 'utf8')).toBe(variablesMarkdown())
})

type Published = { group: string; name: string; type: string; unit: string; null: string; past?: number[] }
const publishedVariables = () => readSample<Published[]>('variables.json')

test.skipIf(!hasSamples)('the family, type, unit, condition of null and lags of a variable are those of the reference', () => {
  const documented = new Map(VARIABLES.map((variable) => [variable.name, variable]))
  for (const { group, name, type, unit, null: nullWhen, past } of publishedVariables().filter((variable) => !variable.name.startsWith('<'))) {
    const found = documented.get(name)
    expect([found?.group, found?.type, found?.unit, found?.null, found?.lags], name).toEqual([group, type, unit, nullWhen, past])
  }
})

test.skipIf(!hasSamples)('every variable of the reference is documented, and nothing else but the additions', () => {
  const published = publishedVariables().map(({ name }) => name)
  // the table of the reference writes the lags of diane as one line
  const expected = published.flatMap((name) => (name.startsWith('<') ? [] : [name])).sort()
  const isDianeLag = ({ group, name }: { group: string; name: string }): boolean => group === 'diane' && name.endsWith('_past_N')
  const documented = VARIABLES.filter((variable) => !variable.addition && !isDianeLag(variable)).map(({ name }) => name)
  expect(documented.sort()).toEqual(expected)
})
