import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { functionNames, variablesOf } from './environment.ts'
import { MEANINGS } from './environment-meanings.ts'
import { generatedPages } from './generated-pages.ts'

const pages = await generatedPages()

describe('generated pages', () => {
  test.each(Object.keys(pages))('%s is what `npm run docs` writes', async (page) => {
    expect(await readFile(page, 'utf8').catch(() => '')).toBe(pages[page])
  })

  test('every variable of the environment has its sentence, and every sentence its variable', () => {
    const names = new Set(functionNames().flatMap((fn) => variablesOf(fn).map(({ name }) => name)))
    expect(Object.keys(MEANINGS).sort()).toEqual([...names].sort())
  })
})
