import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const PAGE = 'docs/invariants.md'

/** A file of a cell, and what is said to be in it up to the next file. */
const CITED = /\]\(([^)]+\.ts)\)([^\]]*)/g
const NAME = /« ([^»]+) »/g

type Row = { rule: string; cited: { file: string; names: string[] }[] }

const rows = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| rule |') && !line.startsWith('| invariant |'))
  .map((line): Row => {
    const [, rule = '', heldBy = ''] = line.split(' | ').length > 1 ? ['', ...line.slice(2).split(' | ')] : []
    const cited = [...heldBy.matchAll(CITED)].map(([, file = '', text = '']) => ({
      file: path.join(path.dirname(PAGE), file),
      names: [...text.matchAll(NAME)].map(([, name = '']) => name),
    }))
    return { rule, cited }
  })

describe('docs/invariants.md', () => {
  test('has the six invariants, and the rules of the ledger, of the import and of lists', () => {
    expect(rows.filter(({ rule }) => /^[1-6]\. /.test(rule))).toHaveLength(6)
    expect(rows.length).toBeGreaterThan(30)
  })

  test.each(rows)('$rule', ({ cited }) => {
    expect(cited.length).toBeGreaterThan(0)
    for (const { file, names } of cited) {
      expect(existsSync(file), file).toBe(true)
      expect(names.length, file).toBeGreaterThan(0)
      const text = readFileSync(file, 'utf8')
      for (const name of names) expect(text.includes(name), `${file}: ${name}`).toBe(true)
    }
  })
})
