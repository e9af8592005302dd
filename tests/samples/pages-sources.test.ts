import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { sourceNames } from '../../shared/sources/index.ts'
import { libelleSource, SOURCES, sourceDuNom } from '../../web/src/features/depots/sources.ts'

/** The périmètre of an operator: a kind of file that import reads and that is no source. */
const PERIMETER = 'filter'

describe('the deposit page, which has a list of its own,', () => {
  test('offers every source, and nothing that import does not read', () => {
    expect(Object.keys(SOURCES).sort()).toEqual([...sourceNames, PERIMETER].sort())
  })

  test.each(sourceNames)('names %s in French words', (name) => {
    expect(libelleSource(name)).toMatch(/^\p{Lu}\p{Ll}/u)
  })

  test.each(sourceNames)('recognises the sample of %s by its name, as the service does', (name) => {
    const file = readdirSync(path.join(import.meta.dirname, name)).find((entry) => entry !== 'expected.json')
    expect(sourceDuNom(file ?? '', name === 'bdf' ? 'bdf' : null)).toBe(name)
  })
})
