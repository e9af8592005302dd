import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'

const Package = z.object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })

test('every dependency says in docs/dependencies.md why it is there, and nothing else does', () => {
  const { dependencies, devDependencies } = Package.parse(JSON.parse(readFileSync('package.json', 'utf8')))
  const page = readFileSync('docs/dependencies.md', 'utf8')
  const listed = [...page.matchAll(/^\| `([^`]+)`.* \| \d+\.\d+/gm)].map(([, name]) => name)
  expect(listed.sort()).toEqual([...Object.keys(dependencies), ...Object.keys(devDependencies)].sort())
})
