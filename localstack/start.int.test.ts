import { expect, test } from 'vitest'
import { startProgram } from '../tests/support/start-program.ts'

// what a whole run says is in tests/e2e/chain.test.ts
test('npm start refuses an unknown option with the help and exit 2', async () => {
  const { code, out, err } = await startProgram('--nothing').ended
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('Usage: npm start --')
})
