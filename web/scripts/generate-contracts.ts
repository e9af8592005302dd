import { fileURLToPath } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'

/**
 * Types of the API's answers from its own document: `node web/scripts/generate-contracts.ts http://localhost:PORT/api/openapi.json` (an address or a file).
 * They land in `src/contracts/generated`, where the hand-written shapes of `src/contracts` can be compared with them, then replaced by them.
 */
const input = process.argv[2]
if (input === undefined) {
  console.error('usage: node web/scripts/generate-contracts.ts ADDRESS-OR-FILE')
  process.exit(2)
}
await createClient({ input, output: fileURLToPath(new URL('../src/contracts/generated', import.meta.url)), plugins: ['@hey-api/typescript'] })
