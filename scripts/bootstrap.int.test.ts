import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** A project of its own, with an npm that only notes how it was called. */
let project: string
let calls: string

const bootstrap = (failing = false) =>
  promisify(execFile)(process.execPath, [path.join(project, 'scripts', 'bootstrap.mjs')], {
    env: { ...process.env, npm_execpath: path.join(project, 'npm.cjs'), FAIL: failing ? '1' : '' },
  })

const callsOf = async (): Promise<string[]> => (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter(Boolean)

beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'bootstrap-'))
  calls = path.join(project, 'calls')
  await mkdir(path.join(project, 'scripts'))
  await cp(path.join(import.meta.dirname, 'bootstrap.mjs'), path.join(project, 'scripts', 'bootstrap.mjs'))
  await writeFile(path.join(project, 'package.json'), '{}')
  await writeFile(
    path.join(project, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0', optional: true } } }),
  )
  const npm = `
    const fs = require('node:fs')
    fs.appendFileSync(${JSON.stringify(calls)}, process.argv.slice(2).join(' ') + '\\n')
    console.log('noise of npm')
    if (process.env.FAIL) process.exit(1)
    fs.mkdirSync(${JSON.stringify(path.join(project, 'node_modules'))}, { recursive: true })`
  await writeFile(path.join(project, 'npm.cjs'), npm)
  await chmod(path.join(project, 'npm.cjs'), 0o755)
})
afterEach(() => rm(project, { recursive: true, force: true }))

describe('installing before a command', () => {
  test('installs what the lockfile says once, and nothing the second time', async () => {
    const { stdout } = await bootstrap()
    expect(await callsOf()).toEqual(['ci'])
    expect(stdout).toBe('')
    await bootstrap()
    expect(await callsOf()).toEqual(['ci'])
  })

  test('installs again when the lockfile changes', async () => {
    await bootstrap()
    await writeFile(path.join(project, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0' } } }))
    await bootstrap()
    expect(await callsOf()).toEqual(['ci', 'ci'])
  })

  test('what npm has installed already is not installed again', async () => {
    await mkdir(path.join(project, 'node_modules'))
    await writeFile(path.join(project, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }))
    await bootstrap()
    expect(await callsOf()).toEqual([])
  })

  test('a failure stops the command and is tried again the next time', async () => {
    await expect(bootstrap(true)).rejects.toMatchObject({ code: 1 })
    await bootstrap()
    expect(await callsOf()).toEqual(['ci', 'ci'])
  })
})
