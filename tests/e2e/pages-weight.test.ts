/** What a browser downloads before a page is there (web §5.8), read from the built pages themselves. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPages } from '../../localstack/web-build.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const DIST = path.join(ROOT, 'web/dist')
const KB = 1000

type Chunk = { imports: string[]; lazy: string[] }

let chunks: Map<string, Chunk>
let entry: string
let styles: string[]

beforeAll(async () => {
  await buildPages(ROOT)
  const html = await readFile(path.join(DIST, 'index.html'), 'utf8')
  entry = /<script type="module"[^>]* src="\/([^"]+)"/.exec(html)?.[1] ?? ''
  // The bundler only reads the graph: nothing is written.
  const { metafile } = await build({
    entryPoints: [path.join(DIST, entry)],
    absWorkingDir: DIST,
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: path.join(DIST, 'unused'),
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const of = (kind: string, imports: { kind: string; path: string }[]): string[] => imports.filter((one) => one.kind === kind).map((one) => one.path)
  chunks = new Map(
    Object.entries(metafile.inputs).map(([name, { imports }]) => [name, { imports: of('import-statement', imports), lazy: of('dynamic-import', imports) }]),
  )
  // The framework names in the code which styles come with which page.
  const named = await Promise.all([...chunks.keys()].map((name) => readFile(path.join(DIST, name), 'utf8')))
  styles = [...new Set([...named, html].flatMap((text) => text.match(/assets\/[\w.-]+\.css/g) ?? []))]
})

/** A chunk with all that it imports at once. */
const closure = (name: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const imported of chunks.get(name)?.imports ?? []) closure(imported, seen)
  return seen
}

const chunkOf = (page: string): string => {
  const found = [...chunks.keys()].filter((name) => name.startsWith(`assets/${page}-`))
  if (found.length !== 1) throw new Error(`${found.length} chunks are called ${page}`)
  return found[0] ?? ''
}

const union = (...sets: readonly Set<string>[]): Set<string> => new Set(sets.flatMap((set) => [...set]))
const without = (names: Set<string>, known: Set<string>): Set<string> => new Set([...names].filter((name) => !known.has(name)))

const weigh = async (names: Iterable<string>): Promise<number> => {
  let total = 0
  for (const name of names) total += gzipSync(await readFile(path.join(DIST, name)), { level: 9 }).length
  return total
}

const firstList = (): Set<string> => union(closure(entry), closure(chunkOf('monter')))

/** What a lazy page adds to the first list, with the chunks that it always asks for next. */
const added = (...pages: string[]): Set<string> => without(union(...pages.map((page) => closure(chunkOf(page)))), firstList())

describe('the weight of the pages, compressed', () => {
  it('is at most 120 kB of code for the first list, without charts nor uploads', async () => {
    const names = firstList()
    expect(await weigh(names)).toBeLessThanOrEqual(120 * KB)
    expect([...names].filter((name) => /Graphique|browser|Etablissement|Depots/.test(name))).toEqual([])
  })

  it('is at most 30 kB of code before the sign-in, which loads it twice', async () => {
    expect(await weigh(closure(entry))).toBeLessThanOrEqual(30 * KB)
  })

  it('is at most 20 kB of styles, all pages together', async () => {
    expect(styles.length).toBeGreaterThan(3)
    expect(await weigh(styles)).toBeLessThanOrEqual(20 * KB)
  })

  it.each(['EtablissementPage', 'EntreprisePage'])('is at most 80 kB for %s with its charts', async (page) => {
    expect(await weigh(added(page, 'Graphique'))).toBeLessThanOrEqual(80 * KB)
  })

  it('is at most 25 kB for the deposits with the tus client', async () => {
    const client = [...(chunks.get(chunkOf('DepotsPage'))?.lazy ?? [])]
    expect(client).toHaveLength(1)
    const names = without(union(added('DepotsPage'), closure(client[0] ?? '')), firstList())
    expect(await weigh(names)).toBeLessThanOrEqual(25 * KB)
  })

  it('is at most 25 kB for every other page', async () => {
    const pages = [...(chunks.get(chunkOf('monter'))?.lazy ?? [])]
    expect(pages.length).toBeGreaterThan(8)
    for (const page of pages) {
      if (/Etablissement|Entreprise|Depots/.test(page)) continue
      expect([page, (await weigh(without(closure(page), firstList()))) <= 25 * KB]).toEqual([page, true])
    }
  })
})
