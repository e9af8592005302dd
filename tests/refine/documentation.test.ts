import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { VARIABLES, variablesMarkdown } from '../../shared/domain/variables/documentation.ts'
import { hasSamples, readSample } from '../conformance/refine-samples.ts'

test('docs/variables.md is the one that the families document', () => {
  expect(readFileSync(new URL('../../docs/variables.md', import.meta.url), 'utf8')).toBe(variablesMarkdown())
})

test.skipIf(!hasSamples)('every variable of the reference is documented, and nothing else but the additions', () => {
  const published = readSample<{ name: string }[]>('variables.json').map(({ name }) => name)
  // the table of the reference writes the lags of diane as one line
  const expected = published.flatMap((name) => (name.startsWith('<') ? [] : [name])).sort()
  const isDianeLag = ({ group, name }: { group: string; name: string }): boolean => group === 'diane' && name.endsWith('_past_N')
  const documented = VARIABLES.filter((variable) => !variable.addition && !isDianeLag(variable)).map(({ name }) => name)
  expect(documented.sort()).toEqual(expected)
})
