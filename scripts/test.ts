import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import { buildPages } from '../localstack/web-build.ts'
import { LevelReport } from './level-report.ts'

/**
 * `npm test`: style and types together, then the three levels of tests, in this order and to the end whatever fails, so that one run
 * tells everything. The last line alone gives the numbers; the exit code is not 0 when anything failed.
 */
type Outcome = { name: string; ok: boolean; seconds: number; report?: LevelReport }

const root = path.resolve(import.meta.dirname, '..')
const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name)

const LEVELS = ['unit', 'integration', 'e2e'] as const
type Level = (typeof LEVELS)[number]

const CHECKS: readonly { name: string; command: string; arguments: readonly string[] }[] = [
  { name: 'biome', command: bin('biome'), arguments: ['ci'] },
  { name: 'tsc', command: bin('tsc'), arguments: ['--noEmit', '--checkers', '2'] },
  { name: 'vue-tsc', command: bin('vue-tsc'), arguments: ['--noEmit', '-p', 'web'] },
]

/** Tests start hundreds of processes that load the same modules: what V8 compiled for one serves the others. */
const env = { ...process.env, NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled') }

const run = (command: string, parameters: readonly string[], more: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, parameters, { cwd: root, env: { ...env, ...more }, stdio: 'inherit', shell: process.platform === 'win32' })
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })

/** A check says its part when it has ended, for those that run together not to mix their lines. */
const check = async ({ name, command, arguments: parameters }: (typeof CHECKS)[number]): Promise<Outcome> => {
  const startedAt = Date.now()
  const child = spawn(command, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk))
  const code = await once(child, 'close').then(
    ([ended]) => ended,
    (error: Error) => said.push(Buffer.from(`${error.message}\n`)) && 127,
  )
  process.stdout.write(`${titleOf(name)}${Buffer.concat(said)}`)
  return { name, ok: code === 0, seconds: secondsSince(startedAt) }
}

const titleOf = (name: string): string => `\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}\n`
const secondsSince = (startedAt: number): number => Math.round((Date.now() - startedAt) / 100) / 10

const step = async (name: string, work: () => Promise<Pick<Outcome, 'ok' | 'report'>>): Promise<Outcome> => {
  process.stdout.write(titleOf(name))
  const startedAt = Date.now()
  const result = await work()
  return { name, ...result, seconds: secondsSince(startedAt) }
}

const runLevel = async (level: Level, directory: string, filters: readonly string[]): Promise<{ ok: boolean; report: LevelReport }> => {
  const file = path.join(directory, `${level}.json`)
  const options = ['run', '--project', level, '--passWithNoTests', '--reporter=default', `--reporter=${path.join(root, 'scripts', 'level-reporter.ts')}`]
  const code = await run(bin('vitest'), [...options, ...filters], { LEVEL_REPORT: file })
  const report = LevelReport.parse(JSON.parse(await readFile(file, 'utf8')))
  if (code !== 0 && report.failed === 0) return { ok: false, report: broken(`vitest ended with ${code} and named no failure`) }
  return { ok: code === 0, report }
}

/** A level that gave no report, or one that cannot be: one failure, and why. */
const broken = (reason: string): LevelReport => ({ passed: 0, failed: 1, skipped: 0, failures: [reason] })

const summary = (outcomes: readonly Outcome[]): string =>
  outcomes
    .flatMap(({ name, ok, seconds, report }) => [
      `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(12)} ${`${seconds} s`.padStart(8)}${report === undefined ? '' : `  ${sentence(report)}`}`,
      ...(report?.failures ?? []).map((failure) => `        ${failure}`),
    ])
    .join('\n')

const sentence = ({ passed, failed, skipped }: Omit<LevelReport, 'failures'>): string => `${passed} passed, ${failed} failed, ${skipped} skipped`

const program = new Command('npm test --')
  .description('Style, types, unit, integration and end-to-end tests')
  .argument('[filters...]', 'parts of the paths of the tests to run')
  .option('--only <level>', `one level: ${LEVELS.join(', ')}`)
  .option('--no-checks', 'without style and types')
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
const { only, checks } = program.opts<{ only?: Level; checks: boolean }>()
if (only !== undefined && !LEVELS.includes(only)) program.error(`unknown level ${only}`)

const levels = only === undefined ? LEVELS : [only]
const directory = await mkdtemp(path.join(tmpdir(), 'reports-'))
const outcomes: Outcome[] = []
try {
  // The pages that the browser opens are built beside the checks, which leave a core now and then.
  const pages = levels.includes('e2e') ? buildPages(root) : undefined
  pages?.catch(() => undefined)
  if (checks) outcomes.push(...(await Promise.all(CHECKS.map(check))))
  for (const level of levels) {
    outcomes.push(
      await step(level, async () => {
        try {
          if (level === 'e2e') await pages
          return await runLevel(level, directory, program.args)
        } catch (error) {
          return { ok: false, report: broken(error instanceof Error ? error.message : String(error)) }
        }
      }),
    )
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}

const sumOf = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((sum, { report }) => sum + (report?.[key] ?? 0), 0)
process.stdout.write(`\n${summary(outcomes)}\n\n${sentence({ passed: sumOf('passed'), failed: sumOf('failed'), skipped: sumOf('skipped') })}\n`)
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1
