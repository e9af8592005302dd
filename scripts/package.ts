import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * `npm run package`: makes what would be deployed in `.serverless/`, without network or account, and runs the tests of the template
 * on it. Arguments are those of `serverless package` (`-- --stage prod --region eu-west-3`).
 */
const root = path.resolve(import.meta.dirname, '..')
const DIRECTORY = '.serverless'

const run = (name: string, parameters: readonly string[], environment: Record<string, string> = {}): void => {
  const command = path.join(root, 'node_modules', '.bin', name)
  const { status, error } = spawnSync(command, parameters, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  })
  if (error !== undefined) process.stderr.write(`${name}: ${error.message}\n`)
  if (status !== 0) process.exit(status ?? 1)
}

// The bundler leaves its drafts in the temporary folder: they go at the end.
const drafts = mkdtempSync(path.join(tmpdir(), 'package-'))
process.on('exit', () => rmSync(drafts, { recursive: true, force: true }))
run('serverless', ['package', '--package', DIRECTORY, ...process.argv.slice(2)], { TMPDIR: drafts })
run('vitest', ['run', '--project', 'unit', '--project', 'integration', 'tests/template'], { PACKAGE_DIR: DIRECTORY })
