import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generatedPages } from './generated-pages.ts'

/** `npm run docs`: writes the pages of `docs/` that follow from the code. A unit test compares them with what is committed. */
const root = path.resolve(import.meta.dirname, '..')
for (const [page, text] of Object.entries(await generatedPages())) {
  await writeFile(path.join(root, page), text)
  process.stdout.write(`${page}\n`)
}
