import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDescription } from '../../localstack/description.ts'
import { functionNames, variablesOf } from '../../scripts/environment.ts'

const { functions } = await readDescription('serverless.yml')

describe('the environment of every function', () => {
  test('a folder of functions/ is described and has its configuration', () => {
    const folders = readdirSync('functions').sort()
    expect(functions.map(({ name }) => name).sort()).toEqual(folders)
    expect(functionNames().sort()).toEqual(folders)
  })

  test.each(functions)('$name gets from serverless.yml what its config.ts reads, no less and no more', ({ name, environment }) => {
    expect(Object.keys(environment).sort()).toEqual(
      variablesOf(name)
        .map((variable) => variable.name)
        .sort(),
    )
  })

  test.each(functions)('$name: a default written twice is the same in both places', ({ name, environment }) => {
    for (const { name: variable, default: known } of variablesOf(name)) {
      const described = environment[variable]
      if (known === undefined || described === undefined || !('text' in described) || described.text === '') continue
      if (['STAGE', 'STORAGE_ROOT', 'STORAGE_BUCKET'].includes(variable)) continue
      expect(described.text, variable).toBe(known)
    }
  })
})
