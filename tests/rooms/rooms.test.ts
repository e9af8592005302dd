import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

/** Who may import whom (docs/architecture.md, "Rooms") is checked by the linter: these tests check that the linter does. */
const root = path.resolve(import.meta.dirname, '../..')

const Config = z.object({
  overrides: z.array(
    z.object({
      includes: z.array(z.string()),
      linter: z.object({ rules: z.object({ style: z.object({ noRestrictedImports: z.unknown().optional() }).optional() }) }).optional(),
    }),
  ),
})

const walled = Config.parse(JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8')))
  .overrides.filter(({ linter }) => linter?.rules.style?.noRestrictedImports !== undefined)
  .flatMap(({ includes }) => includes)

const holdsCode = (folder: string): boolean =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).some((file) => /\.(ts|mjs|vue)$/.test(file) && !file.includes('node_modules'))

const folders = (parent: string): string[] =>
  readdirSync(path.join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => path.posix.join(parent, entry.name))

describe('rooms', () => {
  const rooms = [...folders('.').filter((room) => room !== 'shared'), ...folders('shared')].filter(holdsCode)

  test.each(rooms)('%s has its rule: a new folder cannot escape', (room) => {
    expect(walled).toContain(`${room}/**`)
  })

  test('a file beside the rooms of shared/ has its rule too', () => {
    const files = readdirSync(path.join(root, 'shared')).filter((name) => name.endsWith('.ts'))
    for (const file of files) expect(walled).toContain(`shared/${file}`)
  })
})

/** An import that is refused with these words, or accepted. */
type Case = { file: string; imports: string; refused: string | null }
const CASES: readonly Case[] = [
  { file: 'shared/domain/spine/a.ts', imports: 'mongodb', refused: 'shared/adapters' },
  { file: 'shared/domain/a.ts', imports: 'node:fs', refused: 'shared/adapters' },
  { file: 'shared/domain/b.ts', imports: './variables/x.ts', refused: null },
  { file: 'shared/domain/c.ts', imports: 'node:crypto', refused: null },
  { file: 'shared/domain/d.ts', imports: '../sources/index.ts', refused: 'shared/adapters' },
  { file: 'shared/domain/e.ts', imports: '../ports.ts', refused: 'shared/adapters' },
  { file: 'shared/domain/spine/b.ts', imports: '../../ports.ts', refused: null },
  { file: 'shared/domain/a.test.ts', imports: 'node:fs', refused: null },
  { file: 'shared/sources/a.ts', imports: '../domain/siren.ts', refused: null },
  { file: 'shared/sources/b.ts', imports: '../adapters/sqs.ts', refused: 'shared/adapters' },
  { file: 'shared/csv/a.ts', imports: 'node:fs', refused: 'shared/adapters' },
  { file: 'shared/xlsx/a.ts', imports: 'node:fs/promises', refused: 'shared/adapters' },
  { file: 'shared/ports.ts', imports: './adapters/sqs.ts', refused: 'shared/adapters' },
  { file: 'shared/adapters/a.ts', imports: '../../functions/upload/core.ts', refused: 'functions/*/handler.ts' },
  { file: 'shared/adapters/b.ts', imports: '../runtime/once.ts', refused: 'functions/*/handler.ts' },
  { file: 'shared/adapters/mongo/c.ts', imports: 'mongodb', refused: null },
  { file: 'shared/runtime/a.ts', imports: '../adapters/sqs.ts', refused: 'shared/adapters' },
  { file: 'functions/import/core.ts', imports: '../../shared/adapters/sqs.ts', refused: 'handler.ts' },
  { file: 'functions/import/new-file.ts', imports: 'mongodb', refused: 'handler.ts' },
  { file: 'functions/import/other.ts', imports: '../../shared/domain/siren.ts', refused: null },
  { file: 'functions/import/handler.ts', imports: '../../shared/adapters/sqs.ts', refused: null },
  { file: 'functions/detect/handler.ts', imports: '../refine/core.ts', refused: 'shared/domain' },
  { file: 'functions/detect/core.ts', imports: '../refine/core.ts', refused: 'shared/domain' },
  { file: 'functions/datapi/routes/a.ts', imports: '../../depots/app.ts', refused: 'shared/domain' },
  { file: 'functions/datapi/routes/b.ts', imports: '../app.ts', refused: null },
  { file: 'functions/datapi/routes/c.ts', imports: 'pg', refused: 'shared/adapters' },
  { file: 'functions/datapi/app.ts', imports: './routes/a.ts', refused: null },
  { file: 'functions/upload/handler.ts', imports: '../../localstack/stack.ts', refused: 'localstack' },
  { file: 'web/src/a.ts', imports: '../../shared/domain/siren.ts', refused: 'OpenAPI' },
  { file: 'web/src/api/a.ts', imports: '../../../functions/datapi/schemas.ts', refused: 'OpenAPI' },
  { file: 'web/src/features/b.ts', imports: '../format/x.ts', refused: null },
  { file: 'cli/a.ts', imports: '../shared/adapters/sqs.ts', refused: null },
]

const Report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), message: z.unknown(), location: z.object({ path: z.unknown() }).loose() }).loose()),
})

/** What the linter says of each case, each in a file of its own, in a copy of the tree that holds nothing else. */
const verdicts = (): Map<string, string> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'rooms-'))
  try {
    copyFileSync(path.join(root, 'biome.json'), path.join(directory, 'biome.json'))
    for (const { file, imports } of CASES) {
      mkdirSync(path.dirname(path.join(directory, file)), { recursive: true })
      writeFileSync(path.join(directory, file), `import { value } from '${imports}'\n\nexport const copy = value\n`)
    }
    const parameters = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=1000', '--reporter=json', '.']
    const { stdout } = spawnSync(path.join(root, 'node_modules/.bin/biome'), parameters, { cwd: directory, encoding: 'utf8' })
    const { diagnostics } = Report.parse(JSON.parse(stdout.slice(stdout.indexOf('{'))))
    const found = new Map<string, string>()
    for (const { category, message, location } of diagnostics) {
      if (category === 'lint/style/noRestrictedImports') {
        const file = String(location.path)
        found.set(file, `${found.get(file) ?? ''}${JSON.stringify(message)}`)
      }
    }
    return found
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

describe('an import across rooms', () => {
  const found = verdicts()
  test.each(CASES)('$file of $imports: refused = $refused', ({ file, refused }) => {
    if (refused === null) expect(found.has(file)).toBe(false)
    else expect(found.get(file)).toContain(refused)
  })
})

test('a cycle of imports is refused', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'cycle-'))
  try {
    copyFileSync(path.join(root, 'biome.json'), path.join(directory, 'biome.json'))
    writeFileSync(path.join(directory, 'a.ts'), "import { b } from './b.ts'\n\nexport const a = (): number => b()\n")
    writeFileSync(path.join(directory, 'b.ts'), "import { a } from './a.ts'\n\nexport const b = (): number => a()\n")
    const parameters = ['lint', '--vcs-enabled=false', '--reporter=github', '.']
    const { stdout, status } = spawnSync(path.join(root, 'node_modules/.bin/biome'), parameters, { cwd: directory, encoding: 'utf8' })
    expect(status).not.toBe(0)
    expect(stdout).toContain('noImportCycles')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
