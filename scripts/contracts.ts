import path from 'node:path'
import { createClient } from '@hey-api/openapi-ts'

const root = path.resolve(import.meta.dirname, '..')

/** The document of the API, as `npm run docs` writes it, and the folder of the types that the pages are checked against. */
export const DOCUMENT = path.join(root, 'docs/openapi.json')
export const CONTRACTS = path.join(root, 'web/src/contracts/generated')

/** Writes the types of the bodies and answers of the API into the folder `output`, from its document. Both paths are absolute: a relative one is taken for an address. */
export const writeContracts = async (output = CONTRACTS, input = DOCUMENT): Promise<void> => {
  await createClient({ input, output: { path: output, entryFile: false }, plugins: ['@hey-api/typescript'], logs: { level: 'silent', file: false } })
}
