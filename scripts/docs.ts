import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CONTRACTS, writeContracts } from './contracts.ts'
import { generatedPages } from './generated-pages.ts'

/** `npm run docs`: writes the pages of `docs/` that follow from the code, then the types that the web pages are checked against. Unit tests compare them with what is committed. */
const root = path.resolve(import.meta.dirname, '..')
for (const [page, text] of Object.entries(await generatedPages())) {
  await writeFile(path.join(root, page), text)
  process.stdout.write(`${page}\n`)
}
await writeContracts()
process.stdout.write(`${path.relative(root, CONTRACTS)}\n`)
